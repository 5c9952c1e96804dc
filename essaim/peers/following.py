"""What people are told about readings: how it is shown to each, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.models import Announcement
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.peers import notifications as told
from essaim.peers.models import Item, Reading, Round, Seat, SeatState, State


def _seats(keys: Collection[str], user: Any) -> dict[str, Shown]:
    rows = Seat.objects.of(user).filter(pk__in=numbers_in(keys)).select_related("round")
    return {str(row.pk): Shown(row.round.title, row.get_absolute_url()) for row in rows}


def _readings(keys: Collection[str], user: Any) -> dict[str, Shown]:
    rows = Reading.objects.of(user).filter(pk__in=numbers_in(keys)).select_related("item")
    return {str(row.pk): Shown(row.item.title, row.get_absolute_url()) for row in rows}


def _items(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """The holder's page; the manager's for who runs the round."""
    pks = numbers_in(keys)
    own = Item.objects.spoken_for_by(user).filter(pk__in=pks)
    found = {str(row.pk): Shown(row.title, reverse("peers:feedback", args=[row.pk])) for row in own}
    run = Item.objects.filter(pk__in=pks, round__in=Round.objects.visible_to(user))
    for row in run:
        address = reverse("peers:conclusion", args=[row.round_id, row.pk])
        found.setdefault(str(row.pk), Shown(row.title, address))
    return found


def _threads(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """For managers: the thread with a reader."""
    rows = Seat.objects.filter(
        pk__in=numbers_in(keys), round__in=Round.objects.visible_to(user)
    ).select_related("round")
    return {
        str(row.pk): Shown(row.round.title, reverse("peers:seat", args=[row.round_id, row.pk]))
        for row in rows
    }


def _still_seat(**condition: Any) -> Callable[[Collection[str], Any], set[str]]:
    def read(keys: Collection[str], user: Any) -> set[str]:
        rows = Seat.objects.of(user).filter(pk__in=numbers_in(keys), **condition).distinct()
        return {str(pk) for pk in rows.values_list("pk", flat=True)}

    return read


def _still_invited(keys: Collection[str], user: Any) -> set[str]:
    rows = Seat.objects.to_answer(user).filter(
        pk__in=numbers_in(keys), round__answer_by__gt=timezone.now()
    )
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def _still_reply(keys: Collection[str], user: Any) -> set[str]:
    rows = Item.objects.spoken_for_by(user).filter(
        pk__in=numbers_in(keys),
        conclusion__shared_at__isnull=False,
        conclusion__concluded_at=None,
        conclusion__replied_at=None,
    )
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def _own_readings(announcement: Announcement, shown: Shown) -> str:
    return reverse("peers:readings")


TO_READ = {"readings__state": "assigned", "round__state": State.READING}


def register() -> None:
    for subject in [
        Subject(told.SEAT, _("lecture par les pairs"), _seats),
        Subject(told.READING, _("lecture"), _readings),
        Subject(told.ITEM, _("objet lu par les pairs"), _items),
        Subject(told.THREAD, _("échange avec un lecteur"), _threads),
    ]:
        register_subject(subject)
    for verb in [
        Verb(
            told.INVITED,
            _("Vous êtes invité comme pair à lire « %(title)s » : acceptez ou déclinez"),
            still=_still_invited,
            done=_("L’invitation à lire « %(title)s » n’attend plus de réponse"),
        ),
        Verb(
            told.ASSIGNED,
            _("Des lectures vous sont confiées dans « %(title)s »"),
            url=_own_readings,
            still=_still_seat(state=SeatState.ACCEPTED, **TO_READ),
            done=_("Vos lectures de « %(title)s » n’attendent plus"),
        ),
        Verb(
            told.REMINDED,
            _("Vos lectures de « %(title)s » sont bientôt à rendre"),
            url=_own_readings,
            still=_still_seat(state=SeatState.ACCEPTED, **TO_READ),
            done=_("Vos lectures de « %(title)s » n’attendent plus"),
        ),
        Verb(told.REMOVED, _("Une lecture de « %(title)s » ne vous est plus demandée")),
        Verb(told.EXTENDED, _("Un délai vous est accordé pour lire « %(title)s »")),
        Verb(
            told.DISCUSSION,
            _("La discussion entre lecteurs de « %(title)s » est ouverte"),
            url=_own_readings,
        ),
        Verb(
            told.ABANDONED, _("La lecture « %(title)s » est abandonnée : rien ne vous est demandé")
        ),
        Verb(told.DECLINED, _("Un lecteur de « %(title)s » a décliné : il faut le remplacer")),
        Verb(told.LEFT, _("Un lecteur de « %(title)s » s’est retiré : il faut le remplacer")),
        Verb(
            told.FEEDBACK,
            _("Le retour des pairs sur « %(title)s » est là : vous pouvez y répondre"),
            still=_still_reply,
            done=_("Le retour des pairs sur « %(title)s » n’attend plus de réponse"),
        ),
        Verb(told.REPLIED, _("Le porteur de « %(title)s » a répondu au retour des pairs")),
        Verb(told.CONCLUDED, _("La lecture par les pairs de « %(title)s » est conclue")),
        Verb(told.FROM_READER, _("Un lecteur de « %(title)s » vous a écrit")),
        Verb(told.FROM_MANAGER, _("L’animateur de « %(title)s » vous a écrit")),
    ]:
        register_verb(verb)
