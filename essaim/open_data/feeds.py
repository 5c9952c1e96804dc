"""News as Atom feeds: what was published, by theme and by territory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from essaim.common.privacy import mask_personal
from essaim.common.spreadsheets import CONTROL
from essaim.funding.models import Finding, Pool
from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.needs.reading import show
from essaim.open_data.records.common import NOBODY, site
from essaim.replications.models import Replication

# Of a feed without entries: the day of the report that all this comes from.
BEGINNING = dt.datetime(2015, 12, 1, tzinfo=dt.UTC)
WRITTEN_IN = "fr"  # titles and summaries stay as people wrote them


class Feed(Atom1Feed):
    """In the reader's language; each entry says that of its texts."""

    def latest_post_date(self) -> dt.datetime:
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=BEGINNING)

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        other = self.feed["language"] != WRITTEN_IN
        return super().item_attributes(item) | ({"xml:lang": WRITTEN_IN} if other else {})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item | {"description": None})
        spoken = {"xml:lang": self.feed["language"]} if item["is_ours"] else {}
        handler.addQuickElement("summary", item["description"], {"type": "html", **spoken})


def make(title: str, address: str, own: str, items: Iterable[dict[str, Any]]) -> bytes:
    feed = Feed(
        title=clean(f"{title} – {settings.SITE['name']}"),
        link=site(address),
        feed_url=site(own),
        description="",
        language=get_language() or WRITTEN_IN,
    )
    for item in items:
        feed.add_item(
            title=clean(item["title"]),
            link=site(item["path"]),
            description=clean(item["text"]),
            is_ours=item.get("is_ours", False),
            unique_id=site(item["path"]) + item.get("mark", ""),
            pubdate=item["at"],
            updateddate=item.get("updated") or item["at"],
            author_name=clean(item.get("author", "")) or settings.SITE["name"],
            categories=item.get("categories", ()),
        )
    return str(feed.writeString("utf-8")).encode()


def clean(text: str) -> str:
    """XML has no room for control characters, nor feeds for anybody's address."""
    return CONTROL.sub("", mask_personal(text))


def cards(keys: Iterable[int]) -> list[dict[str, Any]]:
    wanted = list(keys)
    found = Initiative.objects.published().filter(pk__in=wanted)
    known = {card.pk: card for card in found.select_related("holder").prefetch_related("themes")}
    return [
        {
            "title": card.title,
            "text": card.summary,
            "path": card.get_absolute_url(),
            "at": card.published_at,
            "updated": card.updated_at,
            "author": card.holder.name if card.holder else "",
            "categories": [theme.slug for theme in card.themes.all()],
        }
        for pk in wanted
        if (card := known.get(pk)) is not None
    ]


def needs() -> list[dict[str, Any]]:
    found = Need.objects.visible_to(NOBODY).open().for_list()[: settings.OPEN_DATA["feed"]]
    return [
        {
            "title": shown.title,
            "text": shown.excerpt,
            "path": need.get_absolute_url(),
            "at": need.created_at,
            "author": need.organisation.name if need.organisation else "",
        }
        for need in found
        for shown in [show(need, NOBODY)]
    ]


def replications() -> list[dict[str, Any]]:
    found = Replication.objects.visible_to(NOBODY).for_list()
    return [
        {
            "title": f"{site_.initiative.title} – {site_.place}",
            "text": _("Reprise par %(who)s, à %(where)s.")
            % {"who": site_.adopter.name, "where": site_.place},
            "is_ours": True,
            "path": site_.get_absolute_url(),
            "at": _noon(site_.committed_on),
            "author": site_.adopter.name,
        }
        for site_ in found.order_by("-committed_on", "-pk")[: settings.OPEN_DATA["feed"]]
    ]


def findings() -> list[dict[str, Any]]:
    public = Finding.objects.filter(pool__in=Pool.objects.visible_to(NOBODY))
    found = public.select_related("pool__initiative", "pool__lead").order_by("-at", "-pk")
    return [
        {
            "title": each.pool.initiative.title,
            "text": _("Preuve du concept faite.")
            if each.is_positive
            else _("Preuve du concept non faite."),
            "is_ours": True,
            "path": each.pool.get_absolute_url(),
            "mark": f"#constat-{each.period}",
            "at": each.at,
            "author": each.pool.lead.name,
        }
        for each in found[: settings.OPEN_DATA["feed"]]
    ]


def _noon(day: dt.date | None) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC) if day else BEGINNING
