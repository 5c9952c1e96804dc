"""What has served is not kept; who leaves goes without leaving their name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.dialogues.models import (
    Access,
    Campaign,
    Check,
    Dialogue,
    FigureFile,
    Helper,
    Manager,
    Module,
    Proposal,
    Runner,
    Session,
)
from essaim.people.models import Organisation

# In place of what was seen: that something was, is no secret.
ERASED = "–"


def note_access(user: Any, campaign: Campaign, dialogue: Dialogue | None = None) -> None:
    """An administrator who is no party read this page; a record of access, the one thing that a
    reading writes."""
    Access.objects.create(campaign=campaign, dialogue=dialogue, user=user)


@transaction.atomic
def forget_person(user: Any) -> None:
    """Their part goes; what the two parties said to each other stays said, without a name."""
    Runner.objects.filter(user=user).delete()
    Manager.objects.speaking(user, Organisation.objects.none()).delete()
    for model, field in (
        (Campaign, "created_by"), (Proposal, "answered_by"), (Helper, "by"), (Check, "by"),
        (Module, "created_by"), (Session, "created_by"), (FigureFile, "by"),
    ):  # fmt: skip
        model._default_manager.filter(**{field: user}).update(**{field: None})


@transaction.atomic
def forget_texts(days: int) -> int:
    """Of dialogues ended that long ago: what was written by and of people. States, dates, figures
    and steps stay. Returns how many dialogues lost something."""
    limit = timezone.localdate() - dt.timedelta(days=days)
    old = Dialogue.objects.filter(closed_on__lt=limit)
    proposals = Proposal.objects.filter(dialogue__in=old)
    touched = set(
        old.filter(
            ~Q(notes="") | ~Q(territory_words="") | ~Q(meeting_link="") | ~Q(meeting_place="")
        ).values_list("pk", flat=True)
    )
    seen = Check.objects.filter(proposal__dialogue__in=old).exclude(seen__in=["", ERASED])
    said = proposals.filter(
        ~Q(words="") | ~Q(centre_words="") | Q(helpers__isnull=False)
        | Q(pk__in=seen.values("proposal"))
    )  # fmt: skip
    touched |= set(said.values_list("dialogue", flat=True))
    named = Manager.objects.filter(dialogue__in=old).exclude(email="")
    touched |= set(named.values_list("dialogue", flat=True))
    named.delete()
    keys = list(proposals.values_list("pk", flat=True))
    Helper.objects.filter(proposal__in=keys).delete()
    Check.objects.filter(proposal__in=keys).exclude(seen="").update(seen=ERASED)
    Proposal.objects.filter(pk__in=keys).update(words="", centre_words="")
    Dialogue.objects.filter(pk__in=touched).update(
        notes="", territory_words="", meeting_link="", meeting_place=""
    )
    return len(touched)


@transaction.atomic
def join_organisations(kept: Organisation, other: Organisation) -> None:
    """Both spoke for the same territory: once."""
    own = Manager.objects.filter(organisation=kept).values("dialogue")
    Manager.objects.filter(organisation=other, dialogue__in=own).delete()
