"""Calls being instructed, read and decided: applications straight in the tables, then the same
actions as people. ``Jury()`` is a closed call with its officers and submitted applications."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from essaim.calls.actions import deciding, eligibility
from essaim.calls.actions import reading as reading_actions
from essaim.calls.models import (
    Application,
    Call,
    CollegeKind,
    Criterion,
    Partner,
    State,
    Submission,
)
from essaim.peers.actions import confirming, invitations, planning, profiles, rounds
from essaim.peers.models import Reading, Round
from essaim.search import encoder
from tests.calls.factories import LEVELS, CallFactory, officer
from tests.peers.factories import submit
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

SAID = "La mairie de Trifouilly veut reprendre ce qui marche."


def submitted_application(call: Call, number: int, **fields: Any) -> Application:
    """Submitted by an organisation of its own, whose member is ``application.created_by``."""
    organisation = fields.pop("organisation", None) or OrganisationFactory()
    person = MembershipFactory(organisation=organisation, role="representative").user
    made = Application.objects.create(
        call=call, number=number, organisation=organisation, title=f"Projet {number}",
        state=fields.pop("state", "submitted"), last_number=1, created_by=person,
        submitted_at=timezone.now(), **fields,
    )  # fmt: skip
    content = {
        "blocks": {"projet": {"what": SAID, "requested_cents": 500_000}},
        "partners": [], "files": [],
    }  # fmt: skip
    Submission.objects.create(
        application=made, number=1, form_number=1, content=content, sha256="0" * 64,
        at=timezone.now(),
    )  # fmt: skip
    return made


def partner(application: Application, organisation: Any = None, **fields: Any) -> Partner:
    return Partner.objects.create(
        application=application, organisation=organisation or OrganisationFactory(),
        state="signed", **fields,
    )  # fmt: skip


class Jury:
    """``colleges``: who reads, two criteria in each."""

    def __init__(
        self, applications: int = 3, colleges: tuple[str, ...] = ("jury",), **fields: Any
    ) -> None:
        self.call: Call = CallFactory(state=State.CLOSED, closes_at=_now(days=-1), **fields)
        self.call.criteria.all().delete()
        for college in colleges:
            for position in range(2):
                Criterion.objects.create(
                    call=self.call, position=position, college=CollegeKind(college),
                    title=f"Critère {position}", question="Est-ce utile ?", levels=LEVELS,
                    weight=position + 1,
                )  # fmt: skip
        self.officer = officer(self.call)
        self.second = officer(self.call)
        self.third = officer(self.call)
        self.applications = [
            submitted_application(self.call, n + 1, requested_cents=500_000)
            for n in range(applications)
        ]

    def refresh(self) -> Call:
        self.call = Call.objects.get(pk=self.call.pk)
        for application in self.applications:
            application.refresh_from_db()
        return self.call

    def eligible(self) -> Jury:
        for application in self.applications:
            eligibility.decide(application, is_eligible=True, reasons="", by=self.officer)
        self.refresh()
        return self

    def skipping(self) -> Jury:
        """No reading: straight to the decision."""
        self.call.skips = ["reading"]
        self.call.save()
        self.eligible()
        reading_actions.start_deciding(self.call, by=self.officer)
        self.refresh()
        return self

    def round(self, per_item: int = 2) -> Round:
        self.eligible()
        found = reading_actions.open_reading(
            self.call, answer_by=_now(days=5), read_by=_now(days=20), discuss_by=_now(days=30),
            per_item=dict.fromkeys([k.value for k in CollegeKind], per_item), by=self.officer,
        )  # fmt: skip
        self.refresh()
        return Round.objects.get(pk=found.pk)

    def reading(self, readers: int = 2, per_item: int = 2) -> Round:
        """Everyone assigned; nobody has submitted."""
        found = self.round(per_item)
        rounds.open_invitations(found, by=self.officer)
        self.readers = []
        for college in Round.objects.get(pk=found.pk).colleges.all():
            for _n in range(readers):
                person = UserFactory()
                profiles.save_profile(person, is_peer=True, max_load=20)
                seat = invitations.invite_peer(college, person, by=self.officer)
                invitations.accept(seat, by=person)
                self.readers.append(person)
        rounds.close_invitations(found, by=self.officer)
        with encoder.use(None):
            plan = planning.request_plan(Round.objects.get(pk=found.pk), by=self.officer)
        confirming.confirm_plan(plan, by=self.officer)
        return Round.objects.get(pk=found.pk)

    def deciding(self, levels: tuple[int, ...] = (4, 3, 2), **kwargs: Any) -> Jury:
        """Everything read: ``levels`` of each application, in order."""
        found = self.reading(**kwargs)
        for application, level in zip(self.applications, levels, strict=False):
            rows = Reading.objects.filter(item__reference=f"application:{application.pk}")
            for reading in rows:
                submit(reading, level)
        rounds.open_discussion(Round.objects.get(pk=found.pk), by=self.officer)
        reading_actions.start_deciding(self.call, by=self.officer)
        self.refresh()
        return self

    def prepared(self, *outcomes: str) -> Jury:
        chosen = outcomes or ("laureate", "waiting", "not_selected")
        for application, outcome in zip(self.applications, chosen, strict=True):
            deciding.prepare(
                application, {"outcome": outcome, "reasons": f"Parce que {outcome}."},
                version=0, by=self.officer,
            )  # fmt: skip
        self.refresh()
        return self

    def published(self, *outcomes: str) -> Jury:
        return self.prepared(*outcomes).published_as_prepared()

    def published_as_prepared(self) -> Jury:
        deciding.publish(self.call, by=self.second)
        self.refresh()
        return self


def _now(**delta: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(**delta)
