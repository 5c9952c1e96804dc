"""What people are told about events, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb

from . import notifications as told
from .models import Event, FollowUp, Partnership, Registration, Seat, ThirdPlace


def _events(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Event.objects.visible_to(user).filter(pk__in=numbers_in(keys)).only("slug", "title")
    return {str(each.pk): Shown(each.title, each.get_absolute_url()) for each in found}


def _places(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = ThirdPlace.objects.visible_to(user).filter(pk__in=numbers_in(keys)).only("slug", "name")
    return {str(each.pk): Shown(each.name, each.get_absolute_url()) for each in found}


def _still_coming(state: str = "") -> Callable[[Collection[str], Any], set[str]]:
    def read(keys: Collection[str], user: Any) -> set[str]:
        coming = Event.objects.coming().filter(pk__in=numbers_in(keys))
        mine = Registration.objects.current().filter(user=user, event__in=coming)
        if state:
            mine = mine.filter(state=state)
        return {str(pk) for pk in mine.values_list("event", flat=True)}

    return read


def _still_to_answer(keys: Collection[str], user: Any) -> set[str]:
    rows = FollowUp.objects.filter(
        registration__user=user, registration__event__in=numbers_in(keys), answered_on=None
    )
    return {str(pk) for pk in rows.values_list("registration__event", flat=True)}


def _still_to_say(keys: Collection[str], user: Any) -> set[str]:
    """Somebody says that they met by chance, and waits for this person to say so."""
    rows = Seat.objects.to_say(user).filter(encounter__event__in=numbers_in(keys))
    return {str(pk) for pk in rows.values_list("encounter__event", flat=True)}


def _still_to_confirm(keys: Collection[str], user: Any) -> set[str]:
    rows = Partnership.objects.to_confirm(user).filter(event__in=numbers_in(keys))
    return {str(pk) for pk in rows.values_list("event", flat=True)}


def _to(view: str) -> Callable[[Any, Shown], str]:
    return lambda announcement, shown: reverse(view, args=[shown.url.rpartition("/")[2]])


def register() -> None:
    register_subject(Subject(told.KIND, _("événement"), _events))
    register_subject(Subject(told.PLACE, _("tiers-lieu"), _places))
    over = _("« %(title)s » n’attend plus rien de vous")
    for verb in [
        Verb(told.ANNOUNCED, _("Nouvel événement : « %(title)s »")),
        Verb(
            told.MOVED,
            _("« %(title)s » change de date, de lieu ou de lien : vérifiez que vous pouvez venir"),
            still=_still_coming(), done=_("« %(title)s » a changé de date, de lieu ou de lien"),
        ),
        Verb(told.CANCELLED, _("« %(title)s » est annulé")),
        Verb(
            told.PLACED,
            _("Une place s’est libérée : vous êtes inscrit à « %(title)s »"),
            still=_still_coming("registered"),
            done=_("Une place s’était libérée à « %(title)s »"),
        ),
        Verb(
            told.PUT_ASIDE,
            _("« %(title)s » a moins de places que prévu : vous êtes en tête de la liste d’attente"),
            still=_still_coming("waiting"), done=over,
        ),
        Verb(
            told.REMINDER,
            _("« %(title)s » a lieu bientôt"),
            still=_still_coming("registered"), done=_("« %(title)s » avait lieu"),
        ),
        Verb(
            told.MEETINGS,
            _("Vos rencontres à « %(title)s » sont proposées, ou ont changé"),
            url=_to("events:my_meetings"), still=_still_coming("registered"),
            done=_("Des rencontres vous ont été proposées à « %(title)s »"),
        ),
        Verb(
            told.MEETING_LOST,
            _("Une de vos rencontres à « %(title)s » n’a plus lieu"),
            url=_to("events:my_meetings"), still=_still_coming("registered"),
            done=_("Une de vos rencontres à « %(title)s » n’avait plus lieu"),
        ),
        Verb(
            told.MET,
            _("Quelqu’un dit vous avoir rencontré à « %(title)s » : le confirmez-vous ?"),
            url=_to("events:my_meetings"), still=_still_to_say,
            done=_("Quelqu’un disait vous avoir rencontré à « %(title)s »"),
        ),
        Verb(
            told.MET_CONFIRMED, _("Une de vos rencontres à « %(title)s » est confirmée"),
            url=_to("events:my_meetings"),
        ),
        Verb(
            told.FOLLOW_UP,
            _("Que s’est-il passé depuis « %(title)s » ? Dites-le en un clic"),
            url=_to("events:follow_up"), still=_still_to_answer, done=over,
        ),
        Verb(told.ORGANISES, _("Votre organisation est nommée parmi celles qui organisent « %(title)s »")),
        Verb(
            told.PARTNERSHIP,
            _("Un partenariat né à « %(title)s » attend que vous le confirmiez"),
            url=_to("events:after"), still=_still_to_confirm, done=over,
        ),
        Verb(told.CONFIRMED, _("On a répondu à propos d’un partenariat né à « %(title)s »")),
        Verb(told.PUBLISHED, _("Le tiers-lieu « %(title)s » est publié")),
    ]:  # fmt: skip
        register_verb(verb)
