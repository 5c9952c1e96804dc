"""What the path, needs and following hold about a person: taken away, and gone when they leave."""

from __future__ import annotations

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from essaim.following.models import Follow
from essaim.innovators.actions.retention import forget_persons_of_ended_files
from essaim.innovators.models import CaseOfficer, InnovationFile, Outcome, StatusCard
from essaim.needs.models import Need
from essaim.people.actions.deletion import delete_account
from essaim.people.personal_data import archive
from tests.initiatives.factories import InitiativeFactory
from tests.innovators.factories import (
    InnovationFileFactory,
    OfficerFactory,
    OpinionRequestFactory,
    StatusCardFactory,
)
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_archive_holds_ones_own_and_only_names_what_one_follows() -> None:
    noa, officer = UserFactory(), UserFactory()
    OfficerFactory(user=officer)
    InnovationFileFactory(
        innovator=noa, case_officer=officer, interview_notes="Vu ensemble", title="Lampe de veille"
    )
    StatusCardFactory(user=noa)
    NeedFactory(author=noa, private=True, text="Un besoin à moi")
    InitiativeFactory(author=noa, title="Jardin partagé")
    own = json.dumps(archive(noa), cls=DjangoJSONEncoder, ensure_ascii=False)
    for words in ("Lampe de veille", "Vu ensemble", "Un besoin à moi", "Jardin partagé"):
        assert words in own
    followed = json.dumps(archive(officer), cls=DjangoJSONEncoder, ensure_ascii=False)
    assert "Lampe de veille" in followed
    assert "Vu ensemble" not in followed


@pytest.mark.parametrize("keep_name", [True, False])
def test_leaving_loses_no_work_of_others(keep_name: bool) -> None:
    noa = UserFactory(name="Noa")
    card = InitiativeFactory(author=noa, published=True)
    file = InnovationFileFactory(innovator=noa, interview_notes="Vu ensemble")
    private, shared = NeedFactory(author=noa, private=True), NeedFactory(author=noa)
    StatusCardFactory(user=noa)
    Follow.objects.create(user=noa, kind="card", key=str(card.pk))
    delete_account(noa, keep_name=keep_name)
    card.refresh_from_db()
    file.refresh_from_db()
    assert str(card.author) == ("Noa" if keep_name else "Compte supprimé")
    assert file.interview_notes == ""
    assert file.innovator == (noa if keep_name else None)
    assert list(Need.objects.all()) == [shared]
    assert private.pk
    assert not StatusCard.objects.exists()
    assert not Follow.objects.exists()


def test_a_case_officer_who_leaves_hands_the_files_back() -> None:
    officer = UserFactory()
    OfficerFactory(user=officer)
    file = InnovationFileFactory(case_officer=officer, prototyping=True)
    delete_account(officer, keep_name=False)
    file.refresh_from_db()
    assert file.case_officer is None
    assert not CaseOfficer.objects.exists()


def test_names_and_notes_of_files_long_ended_go() -> None:
    asked = OpinionRequestFactory(
        file__state="ended", file__ended_on=timezone.localdate(), file__due_on=None
    )
    file = asked.file
    InnovationFile.objects.filter(pk=file.pk).update(interview_notes="Vu ensemble")
    Outcome.objects.create(file=file, kind="abandoned", reason="Mutation.")
    going_on = OpinionRequestFactory()
    assert forget_persons_of_ended_files(1) == 0
    InnovationFile.objects.filter(pk=file.pk).update(ended_on="2020-01-01")
    assert forget_persons_of_ended_files(1) == 1
    assert forget_persons_of_ended_files(1) == 0
    asked.refresh_from_db()
    file.refresh_from_db()
    assert (asked.name, asked.email, file.interview_notes, file.outcome.reason) == ("", "", "", "")
    going_on.refresh_from_db()
    assert going_on.name
