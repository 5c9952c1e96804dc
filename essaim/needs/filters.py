"""What a reader asks of the list of needs: applied, shown as chips, relaxed when empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.common.listing import Chip
from essaim.needs.forms import NeedFilterForm
from essaim.needs.models import Need, NeedQuerySet
from essaim.territories.models import Territory
from essaim.themes.models import Theme


@dataclass(frozen=True)
class Filters:
    text: str = ""
    territory: Territory | None = None
    theme: Theme | None = None
    unmet: bool = False
    mine: bool = False
    state: str = ""  # "" is open

    def apply(self, needs: NeedQuerySet, reader: Any) -> NeedQuerySet:
        if self.text:
            needs = needs.containing(self.text)
        if self.territory:
            needs = needs.concerning(self.territory)
        if self.theme:
            needs = needs.filter(theme=self.theme)
        if self.unmet:
            needs = needs.unmet()
        if self.mine:
            needs = needs.spoken_for(reader)
        if self.state != "all":
            needs = needs.filter(state=self.state or Need.State.OPEN)
        return needs

    def url(self) -> str:
        query = QueryDict(mutable=True)
        if self.text:
            query["q"] = self.text
        if self.territory:
            query["territory"] = self.territory.address
        if self.theme:
            query["theme"] = self.theme.slug
        if self.unmet:
            query["unmet"] = "on"
        if self.mine:
            query["mine"] = "on"
        if self.state:
            query["state"] = self.state
        return reverse("needs:list") + (f"?{query.urlencode()}" if query else "")

    def chips(self) -> list[Chip]:
        return [Chip(label, without.url()) for label, without in self._relaxations()]

    def relaxed(self, needs: NeedQuerySet, reader: Any) -> list[Chip]:
        """What each filter hides: one query a filter, for an empty list only."""
        return [
            Chip(label, without.url(), without.apply(needs, reader).count())
            for label, without in self._relaxations()
        ]

    def _relaxations(self) -> Iterator[tuple[str, Filters]]:
        labels = {
            "text": _("« %(text)s »") % {"text": self.text},
            "territory": str(self.territory),
            "theme": str(self.theme),
            "unmet": _("sans bonne réponse aujourd’hui"),
            "mine": _("les miens et ceux de mes organisations"),
            "state": _("résolus") if self.state == "answered" else _("tous les états"),
        }
        for field in fields(self):
            if getattr(self, field.name):
                default: Any = {field.name: field.default}
                yield labels[field.name], replace(self, **default)


def read_filters(form: NeedFilterForm) -> Filters:
    """The filters that could be understood; the form's errors say what was left out."""
    form.is_valid()
    clean = form.cleaned_data
    return Filters(
        text=" ".join(clean.get("q", "").split()),
        territory=clean.get("territory"),
        theme=clean.get("theme"),
        unmet=clean.get("unmet", False),
        mine=clean.get("mine", False),
        state=clean.get("state", ""),
    )
