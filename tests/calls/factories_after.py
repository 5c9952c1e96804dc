"""Applications in whatever state, straight from the models; laureates and what follows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.utils import timezone

from essaim.calls.models import (
    Answer,
    Application,
    ApplicationState,
    Call,
    State,
    Submission,
    SubmittedPersons,
    Support,
)
from essaim.people.models import User
from tests.calls.factories import CallFactory
from tests.people.factories import MembershipFactory, OrganisationFactory

S = ApplicationState
BEFORE = [S.DRAFT, S.WITHDRAWN]
CONTENT: dict[str, dict[str, Any]] = {
    "projet": {"what": "Un atelier de réparation.", "requested_cents": 12_000_50},
    "essaimage": {"transfer": "Les communes voisines."},
}


def after(
    call: Call | None = None, *, state: str = S.SUBMITTED, person: User | None = None,
    content: dict[str, Any] | None = None, persons: dict[str, Any] | None = None,
    files: list[dict[str, Any]] | None = None, **fields: Any,
) -> Application:  # fmt: skip
    """An application in this state; from « déposée » on, with its submitted version."""
    call = call or CallFactory()
    if person is None:
        fields.setdefault("organisation", None)
        fields["organisation"] = fields["organisation"] or OrganisationFactory()
    else:
        fields |= {"person": person, "by_person": True}
    given = state != S.DRAFT
    number = Application.objects.filter(call=call).count() + 1
    fields.setdefault("title", f"Projet {number}")
    if given:
        fields.setdefault("submitted_at", timezone.now())
        fields |= {"number": number, "last_number": 1}
    if state == S.WITHDRAWN:
        fields.setdefault("withdrawn_at", timezone.now())
    if state == S.TO_COMPLETE:
        fields.setdefault("complete_by", timezone.now() + dt.timedelta(days=10))
    made = Application.objects.create(call=call, state=state, **fields)
    said = CONTENT if content is None else content
    Answer.objects.bulk_create(
        Answer(application=made, block=block, content=each) for block, each in said.items()
    )
    if given:
        submit(made, said, persons, files)
    return made


def submit(
    application: Application, content: dict[str, Any], persons: dict[str, Any] | None = None,
    files: list[dict[str, Any]] | None = None,
) -> Submission:  # fmt: skip
    whole = {"blocks": content, "partners": [], "files": files or []}
    made = Submission.objects.create(
        application=application, number=application.last_number, form_number=1, content=whole,
        sha256=hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest(),
        at=timezone.now(),
    )  # fmt: skip
    if persons:
        SubmittedPersons.objects.create(version=made, content=persons)
    return made


def member_of(application: Application) -> User:
    """Someone of the organisation that applies, who may write it."""
    return MembershipFactory(organisation=application.organisation, role="representative").user


def results(**fields: Any) -> Call:
    """A call whose results are published."""
    return CallFactory(**{"state": State.ANNOUNCED_RESULTS, "results_at": timezone.now()} | fields)


def laureate(call: Call | None = None, **fields: Any) -> Application:
    return after(call or results(), state=S.LAUREATE, **fields)


def supported(application: Application | None = None, **fields: Any) -> Support:
    today = timezone.localdate()
    values: dict[str, Any] = {
        "who": "Mission innovation", "days": 12, "starts_on": today,
        "ends_on": today + dt.timedelta(days=300), "state": "running",
        "next_report_on": today + dt.timedelta(days=180),
    }  # fmt: skip
    return Support.objects.create(application=application or laureate(), **values | fields)
