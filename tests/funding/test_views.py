"""Pages of pools: what each reader sees, what a form keeps, what is taken away."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.common.typography import french
from essaim.common.waiting import waiting_for
from essaim.funding.actions import ending, options, reports, reviews
from essaim.funding.models import LedgerLine, Option, Pool
from tests.dates import today
from tests.dossiers.helpers import signed_in
from tests.funding.factories import (
    SITE_CENTS,
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
    taken_up,
    vote,
    with_holder,
    with_options,
)
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_a_funder_forms_a_pool_from_a_card() -> None:
    person, card = funder(), InitiativeFactory(published=True)
    client, address = signed_in(person), reverse("funding:form", args=[card.slug])
    assert "Aucun diagnostic" in text(client.get(address))
    body = organisation_of(person)
    typed = {
        "submission": uuid.uuid4(), "lead": body.pk, "pilot_territory": body.territory.address,
        "sites_sought": 4, "minimum_options": 2, "pledges_until": today(30).isoformat(),
        "report_months": 3, "majority_percent": 50, "quorum_percent": 50,
        "initiated_by": "funder", "prescribed": "on", "audience": "public",
        "lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 0,
        "lines-0-kind": "investment", "lines-0-amount_cents": "1 000,50",
        "lines-1-kind": "innovator_days", "lines-1-amount_cents": "",
    }  # fmt: skip
    refused = client.post(address, typed | {"lines-0-amount_cents": ""})
    assert refused.status_code == 422 and "ligne par ligne" in text(refused)
    for _ in range(2):
        assert client.post(address, typed).status_code == 302
    pool = Pool.objects.get()
    assert (pool.site_cents, pool.lead) == (100_050, body)
    page = text(client.get(pool.get_absolute_url()))
    assert "1 000,50 €" in page and "marché public" in page
    assert client.get(reverse("funding:of_card", args=[card.slug])).status_code == 302


def test_an_option_is_taken_once_and_ten_times_the_amount_is_asked() -> None:
    story, person = opened(), funder()
    body = organisation_of(person)
    client, address = signed_in(person), reverse("funding:pledge", args=[story.pool.slug])
    typed = {
        "submission": uuid.uuid4(), "funder": body.pk, "territory": body.territory.address,
        "amount_cents": "500000", "expires_on": today(90).isoformat(), "conditions": "Oui.",
    }  # fmt: skip
    refused = client.post(address, typed)
    assert "cochez la case" in text(refused) and "Oui." in text(refused)
    assert not Option.objects.exists()
    for _ in range(2):
        assert client.post(address, typed | {"sure": "on"}).status_code == 302
    assert Option.objects.get().amount_cents == 500_000_00
    assert LedgerLine.objects.count() == 1
    for bad in ("0", "-5", "12,345", "abc"):
        answer = client.post(address, typed | {"submission": uuid.uuid4(), "amount_cents": bad})
        assert answer.status_code == 422, bad


def test_the_pool_page_says_pledged_sought_missing_and_days_left() -> None:
    story = with_options(2)
    page = text(Client().get(story.pool.get_absolute_url()))
    for words in ("200 000 €", "80 000 €", "120 000 €", "encore 60 jours", "il manque"):
        assert words in page, words
    assert story.lead.name not in page


def test_private_notes_and_opinions_are_on_nobody_else_s_page() -> None:
    story = reviewing()
    person = story.funders[0]
    reports.write_note(
        story.pool, by=person, organisation=organisation_of(person), submission=uuid.uuid4(),
        text="Trop cher pour nous.",
    )  # fmt: skip
    vote(story, person)
    notes = reverse("funding:notes", args=[story.pool.slug])
    assert "Trop cher" in text(signed_in(person).get(notes))
    for other in (story.lead, story.funders[1]):
        assert "Trop cher" not in text(signed_in(other).get(notes))
    for other in (story.lead, story.holder, UserFactory(manager=True)):
        for page in (
            story.pool.get_absolute_url(),
            reverse("funding:follow", args=[story.pool.slug]),
        ):
            answer = text(signed_in(other).get(page))
            assert "Trop cher" not in answer and "tenu leurs délais" not in answer


def test_a_restricted_pool_is_unknown_to_others() -> None:
    story = opened(audience="restricted")
    for person in (None, UserFactory(), funder()):
        client = signed_in(person) if person else Client()
        assert client.get(story.pool.get_absolute_url()).status_code == 404
        assert story.pool.initiative.title not in text(client.get("/subventions"))
    assert signed_in(story.holder).get(story.pool.get_absolute_url()).status_code == 200


def test_accounting_and_national_schema() -> None:
    story, option, person = confirmed()
    record_act(option, person)
    row = instalment(option, person, 1_000)
    client = signed_in(person)
    answer = client.get(reverse("funding:ledger_export", args=[story.pool.slug, "csv"]))
    rows = list(
        csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()[1:]), delimiter=";")
    )
    assert len(rows) == 1 + LedgerLine.objects.count()
    assert any("40000,00" in row or "40000" in row for row in map(",".join, rows))
    found = text(Client().get(reverse("funding:scdl", args=[story.pool.slug])))
    published = list(csv.DictReader(io.StringIO(found)))
    assert [each["montant"] for each in published] == ["40000.00"]
    assert published[0]["referenceDecision"].startswith("DEL-")
    assert published[0]["datesPeriodeVersement"] == row.planned_on.isoformat()
    page = text(client.get(option.get_absolute_url()))
    assert "données à publier d’ici le" in page


def test_the_option_as_pdf_and_the_act_as_an_attachment() -> None:
    _story, option, person = confirmed()
    answer = Client().get(reverse("funding:document", args=[option.pool.slug, option.pk]))
    assert answer.content.startswith(b"%PDF")
    act = record_act(option, person)
    address = reverse("funding:act_file", args=[option.pool.slug, option.pk, act.pk])
    file = signed_in(person).get(address)
    assert "attachment" in file["Content-Disposition"]
    b"".join(file.streaming_content)
    assert signed_in(funder()).get(address).status_code == 403


def test_what_waits_for_each() -> None:
    story = forming()
    assert next(w.title for w in waiting_for(story.holder)).startswith("Donner votre accord")
    story = activating()
    titles = [w.title for w in waiting_for(story.funders[0])]
    assert "Confirmer ou décliner votre option" in titles
    options.confirm(story.others[0], by=story.funders[0])
    titles = [w.title for w in waiting_for(story.funders[0])]
    assert "Confirmer ou décliner votre option" not in titles
    reviewed = reviewing()
    assert any("avis" in w.title for w in waiting_for(reviewed.funders[0]))


def test_what_the_lead_alone_may_do_next_waits_for_it() -> None:
    def asked(story: Story) -> list[str]:
        return [w.title for w in waiting_for(story.lead) if w.url == address(story)]

    def address(story: Story) -> str:
        return story.pool.get_absolute_url()

    def says(story: Story) -> str:
        return signed_in(story.lead).get(address(story)).content.decode()

    story = with_options(2)
    assert "Commencer le pilote" not in asked(story), "its option is not confirmed"
    assert "prendre une option</strong>, par chaque financeur" in says(story)
    taken_up(story)
    assert asked(story) == ["Commencer le pilote"]
    assert "commencer le pilote</strong>, par le chef de file" in says(story)
    story = with_options(2, minimum_options=3)
    taken_up(story)
    assert asked(story) == []
    story = reviewing(2)
    vote(story, story.lead)
    assert asked(story) == []
    vote(story, story.funders[0])
    assert asked(story) == [french("Publier le constat : chaque membre a donné son avis")]
    assert "publier le constat</strong>, par le chef de file" in says(story)
    reviews.publish_finding(story.pool, by=story.lead)
    assert "confirmer ou décliner son option</strong>, par chaque membre" in says(story)
    options.confirm(story.others[0], by=story.funders[0])
    assert "clore, ou laisser d’autres territoires" in says(story)
    # What waits for a second signature keeps from closing, as the action says.
    options.set_four_eyes(story.pool.lead, True)
    prepared = pledged(story.pool, story.lead, territory=TerritoryFactory())
    assert prepared.state == "prepared" and "clore, ou laisser" not in says(story)
    ending.withdraw(prepared, by=story.lead)
    assert "clore, ou laisser d’autres territoires" in says(story)


def test_the_list_asks_as_much_for_many_as_for_one() -> None:
    numbers = []
    for more in (1, 2, 7):
        for _ in range(more):
            with_options(2)
        client = Client()
        client.get("/subventions")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/subventions").status_code == 200
        numbers.append(len(captured))
    assert len(set(numbers)) == 1 and numbers[0] <= 15, numbers


def test_the_panel_on_the_card_and_the_followers_told(
    django_capture_on_commit_callbacks,
) -> None:
    story = piloting()
    page = text(Client().get(story.pool.initiative.get_absolute_url()))
    assert "Subvention d’essaimage" in page and story.pool.get_absolute_url() in page
    assert SITE_CENTS


def test_a_second_act_of_one_deliberation_takes_over_the_terms_of_the_first() -> None:
    """On the same option or another of the funder's: neither to whom, nor how much, nor the line of
    accounts; and never those of another funder."""
    story, option, person, holder = with_holder()
    second = pledged(story.pool, person, territory=TerritoryFactory(kind="department"))
    options.confirm(second, by=person, adopter=OrganisationFactory(kind="ccas"))
    act = record_act(
        option, person, 36_000_00, reference="DEL-7", on=today(-9), delegation="Arrêté 12",
        convention_on=today(-5),
    )  # fmt: skip
    client, address = signed_in(person), reverse("funding:act", args=[story.pool.slug, option.pk])
    link = f"{address}?acte={act.pk}"
    assert link in text(client.get(option.get_absolute_url()))
    page = client.get(link)
    initial = page.context["form"].initial
    initial.pop("submission")
    assert initial == {
        "beneficiary": option.adopter_id, "amount_cents": 4_000_00, "nature": "deliberation",
        "reference": "DEL-7", "on": today(-9), "signatory": "présidente", "delegation": "Arrêté 12",
        "convention_reference": "CONV-7", "convention_on": today(-5),
    }  # fmt: skip
    assert 'value="Arrêté 12"' in page.text and f'value="{act.on.isoformat()}"' in page.text
    assert "restent à dire" in page.text and "2026-118" not in page.text
    # One link for a deliberation, whatever it granted here, proposed on any option of the funder.
    record_act(option, person, 4_000_00, reference="DEL-7", on=today(-9), beneficiary=holder)
    assert "Reprendre les termes" not in text(client.get(option.get_absolute_url())), (
        "all is committed"
    )
    elsewhere = reverse("funding:act", args=[story.pool.slug, second.pk])
    assert text(client.get(elsewhere)).count("Reprendre les termes") == 1
    taken = client.get(f"{elsewhere}?acte={act.pk}").context["form"].initial
    assert (taken["reference"], taken["amount_cents"]) == ("DEL-7", second.amount_cents)
    other, stranger = story.others[1], story.funders[1]
    options.confirm(other, by=stranger)
    record_act(other, stranger, 1_000, reference="ACTE-9")
    theirs, client = reverse("funding:act", args=[story.pool.slug, other.pk]), signed_in(stranger)
    for wrong in (act.pk, 0, "x", "9" * 40, "²"):
        assert client.get(f"{theirs}?acte={wrong}").status_code == 404, wrong
    assert "DEL-7" not in text(client.get(theirs))
