"""Changes of an assignment by hand: conflicts never; for the rest a warning, then as one wishes."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.peers import notifications
from essaim.peers.affinity import Affinity
from essaim.peers.conflicts import conflicts_of
from essaim.peers.models import (
    STANDING,
    Item,
    PeerProfile,
    Reading,
    ReadingState,
    Seat,
    SeatState,
    State,
)

from .common import check_state, lock_reading, lock_round

FAR = 0.15  # similarity under which a pair is remarked upon (ours)


class Warned(DomainError):
    """Possible, but not as the round was set: ``warnings`` are to be accepted."""

    def __init__(self, warnings: list[str]):
        super().__init__(" ".join(warnings))
        self.warnings = warnings


@transaction.atomic
def add_reading(item: Item, seat: Seat, *, by: Any, sure: bool = False) -> Reading:
    """Give one more reading. Raises Warned unless ``sure``, DomainError for a conflict."""
    found = lock_round(item.round_id)
    check_state(found, State.READING)
    seat = Seat.objects.select_related("college", "user").get(pk=seat.pk)
    if seat.round_id != found.pk or seat.state != SeatState.ACCEPTED or seat.user is None:
        raise DomainError(_("Cette personne n’est pas un pair de cette lecture."), field="seat")
    known = Reading.objects.filter(item=item, seat=seat).first()
    if known is not None and known.state in STANDING:
        return known
    if not Item.objects.to_read().filter(pk=item.pk).exists():
        raise DomainError(_("Le candidat l’a retiré : personne ne le lit plus."))
    if known is not None and known.state == ReadingState.DECLINED:
        raise DomainError(_("Cette personne a décliné cette lecture."), field="seat")
    why = conflicts_of(item, [seat.user_id] if seat.user_id else []).get(seat.user_id or 0)
    if why:
        raise DomainError(
            _("Conflit d’intérêts : cette personne %(reason)s.") % {"reason": why[0].label},
            field="seat",
        )
    affinity = Affinity([item], [PeerProfile.objects.filter(user=seat.user).first()])
    similarity = float(affinity.matrix(found.weights)[0, 0])
    warnings = warnings_for(item, seat, similarity)
    if warnings and not sure:
        raise Warned(warnings)
    with pghistory.context(user=by.pk, action="add_reading"):
        if known is not None:
            known.assign_again()
            known.origin, known.assigned_by = Reading.Origin.HAND, by
            known.assigned_at = timezone.now()
            known.save(update_fields=["state", "origin", "assigned_by", "assigned_at"])
            reading = known
        else:
            reading = Reading.objects.create(
                item=item,
                seat=seat,
                origin=Reading.Origin.HAND,
                similarity=similarity,
                parts=affinity.parts(0, 0),
                assigned_by=by,
            )
    notifications.readings_assigned([seat])
    return reading


def warnings_for(item: Item, seat: Seat, similarity: float) -> list[str]:
    """What this reading would change of what the round was set to."""
    warnings = []
    college = seat.college
    load = Reading.objects.filter(seat=seat, state__in=STANDING).count()
    most = college.max_load if seat.max_load is None else min(college.max_load, seat.max_load)
    if load >= most:
        warnings.append(
            _("Cette personne a déjà %(load)s lectures, pour %(most)s au plus.")
            % {"load": load, "most": most}
        )
    readings = Reading.objects.filter(item=item, seat__college=college, state__in=STANDING).count()
    if readings >= college.per_item:
        warnings.append(
            _("Ce collège compte déjà %(number)s lectures de cet objet, pour %(asked)s demandées.")
            % {"number": readings, "asked": college.per_item}
        )
    if similarity < FAR:
        warnings.append(_("Rien de ce que l’on sait de cette personne ne la rapproche du sujet."))
    return warnings


@transaction.atomic
def remove_reading(reading: Reading, *, by: Any, sure: bool = False) -> Reading:
    """Take a reading back; what was submitted stays. Raises Warned where a draft is begun."""
    found, reading = lock_reading(reading)
    if reading.state == ReadingState.REMOVED:
        return reading
    check_state(found, State.READING)
    if reading.state != ReadingState.ASSIGNED:
        raise DomainError(_("Cette lecture est rendue ou déclinée : elle ne se retire plus."))
    if reading.version and not sure:
        raise Warned([_("Ce lecteur a commencé à écrire ; son texte restera dans son archive.")])
    reading.remove()
    with pghistory.context(user=by.pk, action="remove_reading"):
        reading.save(update_fields=["state"])
    notifications.reading_removed(reading)
    return reading
