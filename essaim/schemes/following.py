"""Schemes as something to follow: how they are shown, what is announced of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.common.panels import Panel
from essaim.common.panels import register as register_panel
from essaim.following import actions
from essaim.following.kinds import places_above
from essaim.following.models import Announcement
from essaim.following.reading import button
from essaim.following.subjects import Ref, Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.schemes.models import Scheme, Window

KIND = "scheme"
ADDED, CHANGED, OPENED = "scheme_added", "scheme_changed", "scheme_opened"
STARTS, ENDS = "scheme_window_starts", "scheme_window_ends"
# Days within which a job that did not run makes up for it.
LATE = 3


def ref(pk: int) -> Ref:
    return KIND, str(pk)


def added(scheme: Scheme, *, by: Any) -> None:
    """To whoever follows its owner, one of its themes, or a place where it applies."""
    refs = [ref(scheme.pk)]
    if scheme.owner_id:
        refs.append(("organisation", str(scheme.owner_id)))
    refs += [("theme", theme.slug) for theme in scheme.themes.all()]
    for above in places_above(list(scheme.territories.values_list("pk", flat=True))).values():
        refs += above
    actions.announce(ADDED, list(dict.fromkeys(refs)), by=by, once="first")


def changed(scheme: Scheme, *, by: Any) -> None:
    """At most once a day."""
    actions.announce(CHANGED, [ref(scheme.pk)], by=by, once=timezone.localdate().isoformat())


def opened(schemes: Sequence[int], *, by: Any) -> None:
    """A new window to apply, to those who follow the schemes; at most once a day for each."""
    if schemes:
        day = timezone.localdate().isoformat()
        actions.announce_each(OPENED, [[ref(pk)] for pk in schemes], by=by, once=day)


def days_of_windows() -> int:
    """Tell followers of the windows that open today, and of those that close soon: a window is
    announced when it is known, often months before. Each day is told once, even if a few days
    late; returns how many schemes were announced."""
    told, today = 0, timezone.localdate()
    soon = dt.timedelta(days=settings.SCHEME_CLOSING_SOON_DAYS)
    for late in range(LATE):
        day = today - dt.timedelta(days=late)
        told += _tell_day(STARTS, day, opens_on=day)
        told += _tell_day(ENDS, day, closes_on=day + soon)
    return told


def _tell_day(verb: str, day: dt.date, **when: dt.date) -> int:
    once = day.isoformat()
    windows = Window.objects.filter(scheme__in=Scheme.objects.current(), **when)
    # One that was written since was announced as such.
    before = windows.filter(scheme__created_at__date__lt=day)
    wanted = {str(pk) for pk in before.values_list("scheme", flat=True)}
    known = Announcement.objects.filter(verb=verb, kind=KIND, once=once)
    news = sorted(wanted - set(known.values_list("key", flat=True)))
    return len(actions.announce_each(verb, [[(KIND, key)] for key in news], once=once))


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    pks = numbers_in(keys)
    found = Scheme.objects.visible_to(user).filter(pk__in=pks).only("slug", "title")
    return {str(row.pk): Shown(row.title, row.get_absolute_url()) for row in found}


def _button(request: HttpRequest, scheme: Scheme) -> dict[str, Any] | None:
    return button(request, *ref(scheme.pk))


def register() -> None:
    register_subject(Subject(KIND, _("dispositif"), _load, _("ce dispositif")))
    register_verb(Verb(ADDED, _("Un dispositif est ajouté à l’annuaire : « %(title)s »")))
    register_verb(Verb(CHANGED, _("Le dispositif « %(title)s » a été modifié")))
    register_verb(Verb(OPENED, _("Une période de dépôt est annoncée : « %(title)s »")))
    register_verb(Verb(STARTS, _("Le dépôt ouvre : « %(title)s »")))
    register_verb(Verb(ENDS, _("Le dépôt ferme bientôt : « %(title)s »")))
    register_panel(
        Panel("scheme.actions", "suivre", _("Suivre"), "following/_button.html", _button)
    )
