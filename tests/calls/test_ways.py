"""What one looks for is reached from where one is, and what is known is not asked again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from essaim.calls.models import Call, Submission
from essaim.calls.reading import form_of, sections_of
from essaim.calls.reading_text import text_of
from essaim.calls.waiting import waiting
from essaim.common.waiting import told, waiting_for
from tests.calls.factories import CallFactory
from tests.calls.factories_applying import application
from tests.calls.factories_deciding import Jury
from tests.calls.test_applying import block, field
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def links(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


class TestWhatIsKnown:
    def test_the_place_of_the_application_comes_before_those_of_its_card(self) -> None:
        here, elsewhere = TerritoryFactory(), TerritoryFactory()
        card = InitiativeFactory(published=True)
        card.territories.add(elsewhere)
        call = CallFactory(content=[block("projet", field("territory", "territory"))])
        story = application(call, initiative=card, territory=here)
        [section] = sections_of(story.application)
        assert section.content["territory"]["key"] == here.address

    def test_the_need_of_a_site_is_not_that_of_the_initiative_it_takes_up(self) -> None:
        card = InitiativeFactory(published=True, need="Des logements froids.")
        call = CallFactory(content=[block("projet", field("need", "long"))], kind="replication")
        call.initiatives.add(card)
        story = application(call, adopts=card)
        [section] = sections_of(story.application)
        assert not section.content.get("need")

    def test_a_form_is_read_in_the_language_of_its_writer(self) -> None:
        call = CallFactory(content=[block("projet", field("starts_on", "date"), title="Le projet")])
        with translation.override("en"):
            [found] = form_of(application(call).application)
            assert str(found.title) == "Le projet"


class TestWhatWaits:
    def test_officers_are_told_what_is_to_be_said_of_applications(self) -> None:
        jury = Jury(2)
        said = [(each.title, each.url) for each in told(waiting(jury.officer), jury.officer)]
        address = reverse("calls:instruction", args=[jury.call.slug])
        assert ("Dire si 2 candidatures sont recevables", f"{address}?a_faire=recevabilite") in said
        jury.skipping()
        assert [each.url for each in told(waiting(jury.officer), jury.officer)] == [
            reverse("calls:board", args=[jury.call.slug])
        ]

    def test_each_once_to_its_maker_too(self) -> None:
        jury = Jury(2).skipping()
        manager = UserFactory(manager=True)
        jury.call.created_by = manager
        jury.call.save(update_fields=["created_by"])
        board = reverse("calls:board", args=[jury.call.slug])
        for person in (manager, jury.officer):
            assert [each.url for each in waiting_for(person)].count(board) == 1

    def test_not_of_those_they_have_a_link_with(self) -> None:
        jury = Jury(1)
        MembershipFactory(user=jury.officer, organisation=jury.applications[0].organisation)
        assert told(waiting(jury.officer), jury.officer) == []


class TestTheWayOn:
    def test_a_support_is_planned_while_the_jury_decides(self, client: Client) -> None:
        jury = Jury(3).skipping().prepared()
        client.force_login(jury.officer)
        shown = links(client, reverse("calls:supports", args=[jury.call.slug]))
        plans = [reverse("calls:support_plan", args=[each.pk]) for each in jury.applications]
        assert [plan in shown for plan in plans] == [True, False, False]
        prepared = reverse("calls:prepare", args=[jury.call.slug, jury.applications[0].pk])
        assert plans[0] in links(client, prepared)
        assert "pas encore de plan" in links(
            client, reverse("calls:publish_results", args=[jury.call.slug])
        )

    def test_after_the_results_everyone_is_led_on(self, client: Client) -> None:
        jury = Jury(3).skipping().published()
        results = reverse("calls:results", args=[jury.call.slug])
        assert results in links(client, jury.call.get_absolute_url())
        assert results in links(client, reverse("calls:calls"))
        for each in jury.applications:
            client.force_login(each.created_by)
            onward = reverse("calls:next_steps", args=[each.pk])
            assert onward in links(client, each.get_absolute_url())
            assert onward in links(client, reverse("calls:decision", args=[each.pk]))

    def test_before_them_nothing_says_what_is_prepared(self, client: Client) -> None:
        jury = Jury(3).skipping().prepared()
        client.force_login(jury.applications[0].created_by)
        shown = links(client, jury.applications[0].get_absolute_url())
        assert "/accompagnement" not in shown and "/suites" not in shown


def test_calendars_and_feeds_are_offered(client: Client) -> None:
    call: Any = CallFactory()
    shown = links(client, reverse("calls:calls"))
    assert reverse("calls:calendar") in shown and reverse("calls:feed") in shown
    assert reverse("calls:call_calendar", args=[call.slug]) in links(
        client, call.get_absolute_url()
    )


def test_readers_read_words_and_not_codes() -> None:
    blocks = [
        block(
            "projet", field("place", "territory"), field("model", "initiative"),
            field("core", "components"), field("starts_on", "date"), field("lines", "costs"),
            field("asked", "money"), field("with", "organisation"),
        ),
    ]  # fmt: skip
    said = {
        "place": {"key": "commune:69123", "label": "Lyon (69)"},
        "model": {"slug": "enerterre", "label": "Enerterre"},
        "core": [{"key": "14", "label": "Des chantiers"}],
        "starts_on": "2027-06-11",
        "lines": [{"label": "Un poste", "amount_cents": 6_000_000, "requested_cents": 4_000_000}],
        "asked": 4_000_000,
        "with": {"siren": "732829320", "label": "La régie"},
    }
    version = Submission(content={"blocks": {"projet": said}})
    with translation.override("en"):  # whoever opens the reading
        text = " ".join(
            text_of(version, blocks).replace("\xa0", " ").replace("\u202f", " ").split()
        )
    for code in ("commune:69123", "enerterre", "14", "2027-06-11", "60000,00"):
        assert code not in text.replace("Enerterre", "")
    for words in (
        "Lyon (69)", "Enerterre", "- Des chantiers", "11 juin 2027", "La régie (732829320)",
        "- Un poste : 60 000 €, dont 40 000 € demandés",
    ):  # fmt: skip
        assert words in text


def test_a_template_is_made_on_a_page_and_found_by_managers() -> None:
    manager = UserFactory(is_manager=True)
    organisation = OrganisationFactory()
    client = Client()
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("calls:new"))
    sent = {
        "submission": page.context["form"].initial["submission"], "kind": "prize",
        "title": "Modèle des prix", "organiser": organisation.name, "is_template": "on",
    }  # fmt: skip
    assert client.post(reverse("calls:new"), sent).status_code == 302
    made = Call.objects.get(title="Modèle des prix")
    assert made.is_template
    assert "Modèle des prix" in client.get(reverse("calls:calls")).content.decode()
    assert "Modèle des prix" not in Client().get(reverse("calls:calls")).content.decode()
