"""Calls as something to follow: what is announced of them, and who is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.actions import announce, tell
from essaim.following.kinds import places_above
from essaim.following.subjects import Ref, Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.people.models import User

from .models import Application, ApplicationState, Call, Editor, Officer, State

KIND = "call"
ANNOUNCED, OPENED, CHANGED = "call_announced", "call_opened", "call_changed"
REOPENED, CLOSING, CLOSED, MOVED = "call_reopened", "call_closing", "call_closed", "call_moved"
OFFICER, DROPPED = "call_officer", "call_dropped"


def ref(call: Call | int) -> Ref:
    return KIND, str(call if isinstance(call, int) else call.pk)


# --- whom -----------------------------------------------------------------------------------------
def writers(applications: Any) -> list[User]:
    """Who wrote these applications: their authors and those invited to write, members still."""
    author = Q(pk__in=applications.values("created_by")) | Q(pk__in=applications.values("person"))
    invited = Editor.objects.filter(application__in=applications.values("pk"), left_at=None)
    found = User.objects.filter(author | Q(pk__in=invited.values("user")), is_active=True)
    return list(found.distinct().order_by("pk"))


def officers(call: Call) -> list[User]:
    named = Officer.objects.filter(call=call).values("user")
    return list(User.objects.filter(pk__in=named, is_active=True).order_by("pk"))


def drafts(call: Call) -> Any:
    return Application.objects.filter(call=call, state=ApplicationState.DRAFT)


def _about(call: Call) -> list[Ref]:
    """Told to who follows the call, its organiser, the call it follows, a theme, or a place that
    it names or that contains one of these."""
    refs: list[Ref] = [ref(call), ("organisation", str(call.organiser_id))]
    if call.copied_from_id and call.series_id:
        refs.append(ref(call.copied_from_id))
    refs += [("theme", theme.slug) for theme in call.themes.all()]
    places = list(call.territories.values_list("pk", flat=True))
    above = places_above(set(places)) if places else {}
    for place in places:
        refs += above.get(place, [])
    return list(dict.fromkeys(refs))


def _tell(people: Iterable[Any], verb: str, call: Call, **how: Any) -> None:
    for person in people:
        tell(person, verb, *ref(call), **how)


# --- what -----------------------------------------------------------------------------------------
def announced(call: Call, *, by: Any) -> None:
    announce(ANNOUNCED, _about(call), by=by, once="first")


def opened(call: Call, *, by: Any = None) -> None:
    announce(OPENED, _about(call), by=by, once="first")


def changed(call: Call, number: int, *, by: Any, waits: bool) -> None:
    """Each edition once, to who writes or submitted. ``waits``: less time is left than before."""
    living = Application.objects.filter(call=call).exclude(state=ApplicationState.WITHDRAWN)
    _tell(writers(living), CHANGED, call, by=by, once=f"edition:{number}", waits=waits)


def reopened(call: Call, *, by: Any) -> None:
    _tell(writers(drafts(call)), REOPENED, call, by=by, waits=True)


def closing(call: Call, applications: Any) -> None:
    """Once for each closing: one that moves later is told again."""
    hour = f"closing:{call.closes_at:%Y%m%d%H%M}"
    _tell(writers(applications), CLOSING, call, waits=True, once=hour)


def closed(call: Call, *, by: Any = None) -> None:
    _tell(officers(call), CLOSED, call, by=by, waits=True)


def dropped(call: Call, *, by: Any) -> None:
    """Without results: told to who submitted, whatever became of it, and to who has a draft."""
    applied = Application.objects.filter(call=call).filter(
        Q(last_number__gt=0) | Q(state=ApplicationState.DRAFT)
    )
    _tell(writers(applied), DROPPED, call, by=by, once="dropped")


def moved(people: Iterable[User], call: Call) -> None:
    """Their drafts wait in the next wave, ``call``: told each time that they go there."""
    _tell(people, MOVED, call)


def made_officer(call: Call, person: User, *, by: Any) -> None:
    tell(person, OFFICER, *ref(call), by=by)


# --- how it is shown ------------------------------------------------------------------------------
def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Call.objects.visible_to(user).filter(pk__in=numbers_in(keys)).only("slug", "title")
    return {str(each.pk): Shown(each.title, each.get_absolute_url()) for each in found}


def _still(*states: str) -> Any:
    def read(keys: Collection[str], user: Any) -> set[str]:
        found = Call.objects.filter(pk__in=numbers_in(keys), state__in=states)
        return {str(pk) for pk in found.values_list("pk", flat=True)}

    return read


def register() -> None:
    register_subject(Subject(KIND, _("appel"), _load, this=_("cet appel")))
    for verb in [
        Verb(ANNOUNCED, _("Un appel est annoncé : « %(title)s »")),
        Verb(OPENED, _("Un appel est ouvert : « %(title)s »")),
        Verb(
            CHANGED,
            _("L’appel « %(title)s » a changé : votre brouillon garde tout, relisez ce qui change"),
            still=_still(State.OPEN),
        ),
        Verb(
            REOPENED,
            _("L’appel « %(title)s » est rouvert : votre brouillon peut être déposé"),
            still=_still(State.OPEN),
        ),
        Verb(
            CLOSING,
            _("L’appel « %(title)s » ferme bientôt : votre brouillon n’est pas déposé"),
            still=_still(State.OPEN),
            done=_("L’appel « %(title)s » est clos"),
        ),
        Verb(
            CLOSED,
            _("L’appel « %(title)s » est clos : la recevabilité vous attend"),
            still=_still(State.CLOSED),
            done=_("La recevabilité de « %(title)s » est terminée"),
        ),
        Verb(
            MOVED,
            _("Votre brouillon passe à la vague suivante, rien n’est perdu : « %(title)s »"),
        ),
        Verb(DROPPED, _("L’appel « %(title)s » est clos sans suite : lisez pourquoi")),
        Verb(OFFICER, _("Vous conduisez maintenant l’appel « %(title)s »")),
    ]:
        register_verb(verb)
