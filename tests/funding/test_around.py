"""Around the money: visits, documents, the press sheet, whom to invite, what is kept."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.following.models import Notification
from essaim.funding.actions import (
    ending,
    keeping,
    meetings,
    money,
    options,
    papers,
    pools,
    publishing,
    reports,
    reviews,
)
from essaim.funding.bench import measure, rows
from essaim.funding.models import (
    Comment,
    Finding,
    LedgerLine,
    LegalAct,
    Note,
    Option,
    PilotReport,
    Pool,
    PoolDocument,
    Visit,
)
from essaim.funding.press import press_data
from essaim.funding.suggesting import adopters_for, like_the_pilot
from essaim.introductions.useful import ranking
from essaim.introductions.useful.needs import Answered
from essaim.people.actions.deletion import delete_account
from essaim.people.models import User
from essaim.replications.actions import agree
from tests.dates import today
from tests.dossiers.helpers import signed_in
from tests.funding.factories import (
    PDF,
    Story,
    activating,
    confirmed,
    forming,
    funder,
    instalment,
    opened,
    organisation_of,
    piloting,
    pledged,
    record_act,
    reviewing,
    sites,
    vote,
    with_options,
)
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def visit(story: Story, by: User, **fields: Any) -> Visit:
    given = {
        "organisation": organisation_of(by), "submission": uuid.uuid4(), "on": today(),
        "seen": "Deux chantiers ouverts.",
    } | fields  # fmt: skip
    return reports.note_visit(story.pool, by=by, **given)


class TestVisits:
    def test_are_told_to_the_pool_once(self) -> None:
        story = piloting()
        key = uuid.uuid4()
        for _ in range(2):
            visit(story, story.funders[0], submission=key)
        assert Visit.objects.count() == 1
        told = Notification.objects.filter(announcement__verb="pool_visited")
        assert {story.lead.pk, story.holder.pk} <= set(told.values_list("user", flat=True))
        follow = reverse("funding:follow", args=[story.pool.slug])
        assert "Deux chantiers" in signed_in(story.funders[1]).get(follow).content.decode()
        assert signed_in(funder()).get(follow).status_code == 403

    def test_are_of_members_in_their_own_name_on_a_day_gone_by(self) -> None:
        story = piloting()
        person = story.funders[0]
        with pytest.raises(DomainError, match="membres du groupement"):
            visit(story, funder())
        with pytest.raises(DomainError, match="membres du groupement"):
            visit(story, person, organisation=organisation_of(story.lead))
        with pytest.raises(DomainError, match="à venir"):
            visit(story, person, on=today(1))
        with pytest.raises(DomainError, match="pas commencé"):
            visit(story, person, on=today(-900))
        with pytest.raises(DomainError, match="Dites ce que"):
            visit(story, person, seen=" ")
        with pytest.raises(DomainError, match="maintenant"):
            early = with_options()
            visit(early, early.funders[0])

    def test_of_a_day_that_the_pilot_lived(self) -> None:
        story = reviewing(2)
        vote(story, story.lead, favourable=False)
        reviews.publish_finding(story.pool, by=story.lead)
        reviews.pilot_again(story.pool, by=story.lead)
        with pytest.raises(DomainError, match="pas commencé"):
            visit(story, story.lead, on=dt.date(1900, 1, 1))
        with pytest.raises(DomainError, match="pas commencé"):
            reports.report(
                story.pool, by=story.holder, submission=uuid.uuid4(), done="Ouvert.",
                on=dt.date(1900, 1, 1),
            )  # fmt: skip
        assert visit(story, story.lead, on=story.pool.opened_on)


def add_paper(story: Story, **fields: Any) -> PoolDocument:
    given = {
        "submission": uuid.uuid4(), "title": "Règlement", "audience": "pool",
        "file": io.BytesIO(PDF), "file_name": "reglement.pdf", "file_size": len(PDF),
    } | fields  # fmt: skip
    return papers.add_paper(story.pool, by=story.lead, **given)


class TestDocuments:
    def test_of_the_pool_are_read_by_the_pool(self) -> None:
        story = with_options()
        key = uuid.uuid4()
        own = add_paper(story, submission=key)
        assert add_paper(story, submission=key) == own
        shared = add_paper(story, title="Présentation", audience="page")
        assert PoolDocument.objects.count() == 2
        page = Client().get(story.pool.get_absolute_url()).content.decode()
        assert "Présentation" in page and "Règlement" not in page
        for person, status in (
            (None, 404), (UserFactory(), 404), (story.funders[0], 200), (story.holder, 200),
            (story.lead, 200), (UserFactory(manager=True), 200),
        ):  # fmt: skip
            client = signed_in(person) if person else Client()
            address = reverse("funding:paper", args=[story.pool.slug, own.pk])
            answer = client.get(address)
            assert answer.status_code == status, person
            if status == 200:
                assert "attachment" in answer["Content-Disposition"]
                assert b"".join(answer.streaming_content) == PDF
        free = Client().get(reverse("funding:paper", args=[story.pool.slug, shared.pk]))
        assert free.status_code == 200
        b"".join(free.streaming_content)

    def test_content_is_checked_and_the_file_goes_with_its_row(
        self, django_capture_on_commit_callbacks: Any
    ) -> None:
        story = opened()
        with pytest.raises(DomainError, match="type de fichier"):
            add_paper(story, file_name="page.html")
        with pytest.raises(DomainError, match="contenu"):
            add_paper(story, file=io.BytesIO(b"MZ not a pdf"), file_size=12)
        paper = add_paper(story)
        storage, name = paper.file.storage, paper.file.name
        assert storage.exists(name)
        address = reverse("funding:remove_paper", args=[story.pool.slug, paper.pk])
        assert signed_in(funder()).post(address).status_code == 403
        with django_capture_on_commit_callbacks(execute=True):
            assert signed_in(story.lead).post(address).status_code == 302
        assert not PoolDocument.objects.exists() and not storage.exists(name)


class TestPress:
    def test_every_funder_is_credited_with_its_share(self) -> None:
        story = with_options(2)
        third, site = funder(), story.others[0]
        pledged(story.pool, third, territory=site.territory, amount_cents=100, cofund=True)
        data = press_data(story.pool, "https://exemple.fr/subventions/x")
        names = [row[0] for row in data["funders"]]
        for person in (story.lead, story.funders[0], third):
            assert organisation_of(person).name in names
            assert organisation_of(person).name in data["credit"]
        assert any("%" in row[2] for row in data["funders"])
        answer = Client().get(reverse("funding:press", args=[story.pool.slug]))
        assert answer["Content-Type"] == "application/pdf" and answer.content[:4] == b"%PDF"

    def test_one_funder_takes_an_option_one_opinion_is_one(self) -> None:
        story = opened()
        pledged(story.pool, story.lead)
        assert press_data(story.pool, "")["lead"].startswith("1 financeur prend une option sur")
        story = reviewing(2)
        vote(story, story.lead)
        reviews.publish_finding(story.pool, by=story.lead)
        assert "1 avis favorable sur 1." in str(press_data(story.fresh(), ""))
        page = Client().get(story.pool.get_absolute_url()).content.decode()
        assert french("1 avis favorable sur 1 (membres : 2)") in page

    def test_none_before_the_opening_and_never_a_person(self) -> None:
        story = forming()
        address = reverse("funding:press", args=[story.pool.slug])
        assert signed_in(story.lead).get(address).status_code == 404
        story = activating()
        told = str(press_data(story.pool, ""))
        assert "Preuve du concept" in told and "3 avis favorables sur 3" in told
        assert story.lead.name not in told and story.lead.email not in told


class TestInvitingThoseLikeUs:
    def test_the_nearest_that_state_the_need_come_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        story = opened()
        pilot = story.pool.pilot_territory
        pilot.population = 100
        pilot.save()
        far, near, silent, taken = (
            TerritoryFactory(kind="department", population=people)
            for people in (900, 110, 105, 101)
        )
        needs = [NeedFactory(territory=place) for place in (far, near, taken)]
        monkeypatch.setattr(
            ranking, "answered_by",
            lambda card, reader: [Answered(n.pk, n.territory_id, 0.9) for n in needs],
        )  # fmt: skip
        person = funder()
        body = organisation_of(person)
        body.territory = taken
        body.save()
        pledged(story.pool, person)
        found = like_the_pilot(story.pool, story.lead)
        assert [row.territory for row in found.rows][:3] == [near, far, silent]
        assert [row.needs for row in found.rows][:3] == [1, 1, 0]
        assert found.stating == 2 and pilot not in [row.territory for row in found.rows]
        client = signed_in(story.lead)
        address = reverse("funding:propose_invitations", args=[story.pool.slug])
        page = client.get(address).content.decode()
        assert "1 besoin exprimé" in page and "rang" in page
        forged = client.post(address, {"territories": [taken.address]})
        assert forged.status_code == 422
        assert client.post(address, {"territories": [near.address]}).status_code == 302
        assert story.pool.invitations.get().territory == near
        assert near not in [row.territory for row in like_the_pilot(story.pool, story.lead).rows]

    def test_who_may_take_it_up_here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        adopter = OrganisationFactory(kind="ccas")
        options.confirm(option, by=person, adopter=adopter, charter_on=today())
        agree(sites().get(), side="adopter", by=MembershipFactory(organisation=adopter).user)
        need = NeedFactory(territory=option.territory, text="Des logements froids.")
        monkeypatch.setattr(
            "essaim.funding.suggesting.answered_by",
            lambda card, reader: [Answered(need.pk, need.territory_id, 0.9)],
        )
        found = adopters_for(option.pool.initiative, option.territory, person)
        assert [each.need for each in found.needs] == [need]
        assert found.elsewhere == [adopter]
        late = pledged(option.pool, other := funder())
        address = reverse("funding:find_adopter", args=[option.pool.slug, late.pk])
        page = signed_in(other).get(address).content.decode()
        assert "Nommer le repreneur" in page
        shown = signed_in(other).get(late.get_absolute_url()).content.decode()
        assert address in shown


class TestKeeping:
    def test_texts_go_figures_stay(self) -> None:
        story, _option, person = confirmed()
        report = PilotReport.objects.get()
        reports.comment(report, by=person, submission=uuid.uuid4(), text="Combien ?")
        reports.write_note(
            story.pool, by=person, organisation=organisation_of(person),
            submission=uuid.uuid4(), text="Réservé.",
        )  # fmt: skip
        visit(story, person)
        add_paper(story)
        meetings.plan_meeting(story.pool, by=story.lead, on=today(), minutes="Échanges.")
        pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Trop tôt.")
        assert keeping.erase_texts(5 * 365) == 0
        ended = today(-6 * 365)
        Pool.objects.filter(pk=story.pool.pk).update(abandoned_on=ended)
        lines = LedgerLine.objects.count()
        assert keeping.erase_texts(5 * 365) == 1
        assert keeping.erase_texts(5 * 365) == 0
        for model in (Comment, Note, Visit, PoolDocument):
            assert not model.objects.exists(), model
        report.refresh_from_db()
        assert (report.done, report.on) == ("", today())
        assert story.pool.meetings.get().minutes == ""
        assert Finding.objects.exists() and LedgerLine.objects.count() == lines
        assert Pool.objects.get().lesson == "Trop tôt."

    def test_funders_are_reminded_once_of_what_they_must_publish(self) -> None:
        _story, option, person = confirmed()
        act = record_act(option, person, convention_on=today(-80))
        due = publishing.due_on(act)
        assert due == today(-80) + dt.timedelta(days=90)
        assert publishing.remind(due - dt.timedelta(days=16)) == 0
        for _ in range(2):
            assert publishing.remind(due - dt.timedelta(days=15)) == 1
        told = Notification.objects.filter(announcement__verb="grant_to_publish")
        assert list(told.values_list("user", flat=True)) == [person.pk]


def test_amounts_by_funder_year_and_territory_make_the_balance() -> None:
    story, option, person = confirmed()
    record_act(option, person)
    instalment(option, person, 1_000)
    address = reverse("funding:summary_export", args=[story.pool.slug, "csv"])
    answer = signed_in(person).get(address)
    text = b"".join(answer.streaming_content).decode()[1:]
    found = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(found) == Option.objects.count()
    name = next(column for column in found[0] if column.startswith("confirmation ("))
    total = sum(round(100 * float(row[name].replace(",", "."))) for row in found)
    assert total == story.pool.ledger.balance().confirmed


def test_a_line_says_who_passed_it_to_those_who_follow_and_as_what_in_the_export() -> None:
    story, option, person = confirmed()
    User.objects.filter(pk=person.pk).update(name="Camille Dupré")
    asks = MembershipFactory(organisation=option.adopter, role="representative").user
    record_act(option, person)
    row = instalment(option, person, 1_000)
    money.ask_for_payment(row, by=asks)
    ending.expire(story.others[1].pk, today=today(500))
    delete_account(asks, keep_name=False, leave_unrepresented=True)
    for address in (reverse("funding:ledger", args=[story.pool.slug]), option.get_absolute_url()):
        page = signed_in(person).get(address).content.decode()
        assert ">Camille Dupré</td>" in page and ">compte supprimé</td>" in page
    assert (
        "passée d’elle-même"
        in signed_in(person).get(reverse("funding:ledger", args=[story.pool.slug])).content.decode()
    )
    # Who does not follow reads no line at all.
    assert "Camille" not in Client().get(option.get_absolute_url()).content.decode()
    address = reverse("funding:ledger_export", args=[story.pool.slug, "csv"])
    text = b"".join(signed_in(person).get(address).streaming_content).decode()[1:]
    assert "Camille" not in text
    found = [
        line for line in csv.DictReader(io.StringIO(text), delimiter=";")
        if line["Territoire"] == option.territory.label
    ]  # fmt: skip
    assert [line["Passée par"] for line in found] == ["financeur"] * 3 + ["bénéficiaire"]
    assert {line["Bénéficiaire"] for line in found} == {option.adopter.name}
    assert {line["SIREN du bénéficiaire"] for line in found} == {option.adopter.siren}
    pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Trop tôt.")
    last = story.pool.ledger.for_list().order_by("pk").last()
    assert (last.kind, last.capacity) == ("disengagement", "chef de file")


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_bench_runs_small() -> None:
    for _ in range(3):
        TerritoryFactory(kind="department")
    found = measure(
        lambda text: None, pools=2, options=3, sites=4, lines=40, asked=1, database_name="here"
    )
    assert (found["pools"], found["options"], found["sites"]) == (2, 6, 4)
    assert found["lines"] >= 40
    assert len(list(rows(found))) == 48
    acts = LegalAct.objects.all()
    assert acts and not acts.filter(beneficiary=None).exists()
    named = LedgerLine.objects.filter(kind__in=["commitment", "request", "payment"])
    assert named and not named.exclude(beneficiary__slug="banc-repreneur").exists()
