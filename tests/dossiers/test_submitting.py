"""A version is frozen when submitted; the next one says what changed."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.dossiers.accounts import MOST_CENTS
from essaim.dossiers.actions import documents, versions, writing
from essaim.dossiers.differences import version_differences
from essaim.dossiers.models import Statement, SubmittedVersion, VersionPersons
from essaim.dossiers.reading import lacks
from essaim.following.models import Notification
from essaim.funding.models import State as PoolState
from essaim.people.models import Organisation
from tests.dossiers.factories import (
    FILLED,
    amended,
    complete,
    deposit,
    fill,
    started,
    submit,
    submitted,
)
from tests.dossiers.helpers import signed_in

pytestmark = pytest.mark.django_db


class TestSubmitting:
    def test_a_version_is_frozen(self) -> None:
        story = submitted()
        version = story.version
        assert version.charges_cents == version.products_cents == 100_000_01
        for sql in (
            "UPDATE dossiers_submittedversion SET reason = 'x'",
            "DELETE FROM dossiers_submittedversion",
        ):
            from django.db import connection

            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        with pytest.raises(DomainError, match="nouvelle version"):
            fill(story, "projet", need="Après coup.")

    def test_sent_twice_it_is_one(self) -> None:
        story = complete()
        key = uuid.uuid4()
        first = submit(story, submission=key)
        assert submit(story, submission=key) == first
        assert SubmittedVersion.objects.count() == 1

    def test_what_lacks_is_said(self) -> None:
        story = started()
        with pytest.raises(DomainError, match="Il manque encore"):
            submit(story)
        page = signed_in(story.holder).get(reverse("dossiers:submit", args=[story.application.pk]))
        text = page.content.decode()
        assert "Situation régulière" in text and "Déposer cette version" not in text

    def test_the_siret_is_of_the_organisation(self) -> None:
        story = complete()
        Organisation.objects.filter(pk=story.organisation.pk).update(siren="552032534")
        story.fresh()
        with pytest.raises(DomainError, match="L’organisation"):
            submit(story)

    def test_an_unbalanced_budget_does_not_go(self) -> None:
        story = complete()
        lines = [dict(row) for row in FILLED["budget"]["lines"]]
        lines[0]["amount_cents"] += 1
        fill(story, "budget", lines=lines)
        with pytest.raises(DomainError, match="Budget"):
            submit(story)
        story.fresh()
        assert "0,01" in lacks(story.application).blocks[0].missing[0]
        # Nor may a version be written by any other way.
        good = submitted().version
        with pytest.raises(IntegrityError), transaction.atomic():
            SubmittedVersion.objects.create(
                application=good.application, number=9, content=good.content, sha256=good.sha256,
                charges_cents=2, products_cents=1, requested_cents=1, at=good.at,
            )  # fmt: skip

    def test_contributions_in_kind_balance_apart(self) -> None:
        story = complete()
        lines = [
            *FILLED["budget"]["lines"],
            {"side": "charge", "account": "86", "label": "", "amount_cents": 5},
        ]
        fill(story, "budget", lines=lines)
        with pytest.raises(DomainError, match="Budget"):
            submit(story)

    def test_a_grant_beyond_the_account_does_not_go(self) -> None:
        story = complete()
        fill(story, "budget", requested_cents=100_000_02)
        with pytest.raises(DomainError, match="Budget"):
            submit(story)

    def test_nobody_asks_for_nothing(self) -> None:
        story = complete()
        fill(story, "budget", requested_cents=0)
        with pytest.raises(DomainError, match="Budget"):
            submit(story)

    def test_a_total_beyond_measure_does_not_go(self) -> None:
        story = complete()
        sides = [("charge", "60"), ("charge", "64"), ("product", "74"), ("product", "74")]
        lines = [
            {"side": side, "account": account, "label": "", "amount_cents": MOST_CENTS}
            for side, account in sides
        ]
        fill(story, "budget", lines=lines)
        with pytest.raises(DomainError, match="Budget"):
            submit(story)

    def test_what_changes_names_nobody(self) -> None:
        story = submitted()
        writing.amend(story.application, by=story.holder)
        fill(story, "projet", need="Un autre besoin.")
        with pytest.raises(DomainError, match="personnels"):
            submit(story, reason="Écrire à jeanne@exemple.fr.")

    def test_statements_bear_the_day_of_here(self) -> None:
        story = complete()
        night = dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC)  # in Paris, the day after
        Statement.objects.update(at=night)
        submit(story)
        days = {row["given_on"] for row in story.version.content["statements"]}
        assert days == {"2026-07-01"}

    def test_by_who_represents_the_organisation(self) -> None:
        story = complete()
        with pytest.raises(DomainError, match="représentant"):
            versions.submit(story.application, by=story.colleague, submission=uuid.uuid4())
        with pytest.raises(DomainError, match="représentant"):
            documents.state(story.organisation, ["exact"], by=story.colleague)

    def test_persons_stay_out_of_what_is_frozen(self) -> None:
        story = submitted()
        assert "Jeanne" not in json.dumps(story.version.content)
        assert (
            VersionPersons.objects.get().content["personnes"]["representative"] == "Jeanne Exemple"
        )
        story = complete()
        fill(story, "projet", need="Écrire à jeanne@exemple.fr pour en parler.")
        with pytest.raises(DomainError, match="personnels"):
            submit(story)

    def test_a_new_version_shows_what_changed(self) -> None:
        story = amended()
        first, second = story.application.versions.order_by("number")
        found = version_differences(first, second, story.application.form)
        assert [row.label for row in found] == ["Objectifs"]
        page = signed_in(story.funder).get(
            reverse("dossiers:differences", args=[story.application.pk, 2])
        ).content.decode()  # fmt: skip
        assert "<ins>" in page and "voisins" in page

    def test_readers_keep_the_old_one_until_then(self) -> None:
        story = submitted()
        writing.amend(story.application, by=story.colleague)
        fill(story, "projet", need="Pas encore dit.")
        page = signed_in(story.funder).get(story.version.get_absolute_url()).content.decode()
        assert "Pas encore dit." not in page
        assert "Des logements froids." in page
        story.fresh()
        with pytest.raises(DomainError, match="ce qui change"):
            submit(story)
        writing.give_up_amending(story.application, by=story.holder)
        assert story.application.answers.get(block="projet").content == FILLED["projet"]

    def test_documents_come_back_with_the_version(self) -> None:
        story = complete()
        kept, added = (deposit(story.organisation, story.holder) for _ in range(2))
        row = documents.attach(story.application, kept, by=story.holder)
        submit(story)
        with pytest.raises(DomainError, match="nouvelle version"):
            documents.attach(story.application, added, by=story.holder)
        writing.amend(story.application, by=story.holder)
        row.refresh_from_db()
        documents.detach(row, by=story.holder)
        documents.attach(story.application, added, by=story.holder)
        writing.give_up_amending(story.application, by=story.holder)
        joined = story.application.attachments.filter(left_at=None)
        assert [each.document for each in joined] == [kept]

    def test_nothing_new_is_no_version(self) -> None:
        story = submitted()
        writing.amend(story.application, by=story.holder)
        with pytest.raises(DomainError, match="Rien n’a changé"):
            submit(story, reason="Rien.")

    def test_an_ended_pool_takes_none(self) -> None:
        from essaim.funding.actions import pools

        story = complete()
        pools.abandon(story.pool.pool, by=story.funder, reason="Fin.", lesson="Rien.")
        assert story.pool.fresh().state == PoolState.ABANDONED
        with pytest.raises(DomainError, match="terminé"):
            submit(story)

    def test_funders_are_told(self) -> None:
        story = submitted()
        told = Notification.objects.filter(announcement__verb="file_submitted").values_list(
            "user", flat=True
        )
        assert set(told) == {story.funder.pk, *(person.pk for person in story.pool.funders)}
