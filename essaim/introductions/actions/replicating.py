"""A replication begun: its room takes over, nothing is typed a second time."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from essaim.common.errors import DomainError
from essaim.introductions import rules
from essaim.introductions.models import Introduction
from essaim.replications.actions.declaring import declare
from essaim.replications.models import Dimension, Replication
from essaim.replications.modes import mode_of


def key_of(introduction: Introduction) -> uuid.UUID:
    """Of the replication that it makes: the same whoever says so, and how often."""
    return uuid.uuid5(introduction.submission, "replication")


def begin_replication(introduction: Introduction, *, by: Any) -> Replication | None:
    """The intention of the organisation on its territory, in the mode that the card's strategy
    chose, by the side that says so; the other is asked to agree, and both may choose another mode.
    None where one of these is not known or the room refuses (a site already taken up, a card
    withdrawn since): both then declare it there themselves. The outcome is said all the same."""
    adopter = introduction.organisation
    place = introduction.territory or (adopter.territory if adopter else None)
    side = rules.side_of(by, introduction)
    if adopter is None or place is None or not side:
        return None
    try:
        with transaction.atomic():
            return declare(
                introduction.card,
                side=side,
                adopter=adopter,
                territory=place,
                mode=mode_of(introduction.card),
                dimensions=[Dimension.SITE],
                by=by,
                submission=key_of(introduction),
                intention=True,
            )
    except DomainError:
        return None


def replication_of(introduction: Introduction) -> Replication | None:
    return Replication.objects.filter(
        submission=key_of(introduction), initiative=introduction.card_id
    ).first()
