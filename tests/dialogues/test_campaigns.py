"""A campaign: its calendar, its territories, its figures, its successor."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from essaim.common.errors import DomainError
from essaim.dialogues import rules
from essaim.dialogues.actions import campaigns, findings, follow_up, proposals, territories
from essaim.dialogues.models import Access, Campaign, Dialogue, Finding
from tests.dates import today
from tests.dialogues.factories import adopted, begun, measured, representative, talk, value
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


class TestCalendar:
    @pytest.mark.parametrize(
        ("field", "dates"),
        [
            ("answers_by", (0, -1, 100)),
            ("ends_on", (0, 10, 9)),
            ("opens_on", (900, 910, 920)),
        ],
    )
    def test_dates_in_the_wrong_order(self, field: str, dates: tuple[int, int, int]) -> None:
        opens, answers, ends = (today(each) for each in dates)
        with pytest.raises(DomainError) as refused:
            begun(opens_on=opens, answers_by=answers, ends_on=ends)
        assert refused.value.field == field

    def test_the_form_keeps_what_was_typed(self, client: Any) -> None:
        centre = OrganisationFactory()
        client.force_login(representative(centre))
        typed = {
            "submission": uuid.uuid4(), "centre": centre.pk, "title": "Dialogue du Nord",
            "year": today().year, "opens_on": today(), "answers_by": today(-3), "ends_on": today(9),
            "least_level": 2,
        }  # fmt: skip
        answer = client.post("/dialogue/nouvelle-campagne", typed)
        assert answer.status_code == 422
        assert "Dialogue du Nord" in answer.text and "avant l’ouverture" in answer.text
        assert not Campaign.objects.exists()

    def test_the_same_form_twice_begins_once(self) -> None:
        centre = OrganisationFactory()
        head, key = representative(centre), uuid.uuid4()
        given: dict[str, Any] = {
            "by": head, "submission": key, "title": "D", "year": today().year,
            "opens_on": today(), "answers_by": today(), "ends_on": today(),
        }  # fmt: skip
        assert campaigns.begin(centre, **given) == campaigns.begin(centre, **given)


class TestTerritories:
    def test_the_only_public_body_of_a_place_answers_for_it(self) -> None:
        place, crowded = TerritoryFactory(), TerritoryFactory()
        body = OrganisationFactory(kind="local_authority", territory=place)
        OrganisationFactory(kind="association", territory=place)
        for _n in range(2):
            OrganisationFactory(kind="ccas", territory=crowded)
        campaign = begun()
        assert territories.add_territories(campaign, [place, crowded]) == 2
        assert territories.add_territories(campaign, [place]) == 0
        one = campaign.dialogues.get(territory=place)
        assert one.managers.get().organisation == body
        assert not campaign.dialogues.get(territory=crowded).managers.exists()

    def test_one_that_ended_is_refused_with_its_successor(self) -> None:
        new = TerritoryFactory(name="Nouvelle")
        gone = TerritoryFactory(gone_on=dt.date(2020, 1, 1), successor=new)
        with pytest.raises(DomainError, match="Nouvelle"):
            territories.add_territories(begun(), [gone])

    def test_merged_in_mid_campaign_goes_on_with_its_successor(self) -> None:
        there = talk(sent=True)
        adopted(there)
        new = TerritoryFactory()
        there.place.gone_on, there.place.successor = today(-1), new
        there.place.save()
        goes_on = territories.follow_successor(Dialogue.objects.get(pk=there.dialogue.pk))
        assert (goes_on.pk, goes_on.territory, goes_on.moved_from) == (
            there.dialogue.pk, new, there.place,
        )  # fmt: skip
        assert goes_on.proposals.get().state == "adopted"
        # What was read of the former says nothing of the successor, which has no figure.
        assert Finding.objects.get().status == "missing"
        assert territories.follow_successor(goes_on) == goes_on

    def test_merged_into_another_of_the_campaign_loses_nothing(self) -> None:
        there = talk(sent=True)
        one = adopted(there)
        new = TerritoryFactory()
        territories.add_territories(there.campaign, [new])
        there.place.gone_on, there.place.successor = today(-1), new
        there.place.save()
        goes_on = territories.follow_successor(Dialogue.objects.get(pk=there.dialogue.pk))
        one.refresh_from_db()
        there.dialogue.refresh_from_db()
        assert one.dialogue == goes_on and goes_on.territory == new
        assert (there.dialogue.state, there.dialogue.continued_in) == ("closed", goes_on)
        assert goes_on.managers.get().organisation == there.body
        assert territories.follow_successor(there.dialogue) == goes_on
        # It was sent: what was chosen stays read, although the other was being prepared.
        assert goes_on.sent_on == there.dialogue.sent_on and goes_on.state == "sent"
        assert Dialogue.objects.visible_to(there.person).filter(pk=goes_on.pk).exists()

    def test_an_agreed_one_stays_agreed_where_nothing_more_is_asked(self) -> None:
        there = talk(sent=True)
        adopted(there, adopter=there.body)
        proposals.conclude(Dialogue.objects.get(pk=there.dialogue.pk), by=there.person)
        new = TerritoryFactory()
        territories.add_territories(there.campaign, [new])
        there.place.gone_on, there.place.successor = today(-1), new
        there.place.save()
        goes_on = territories.follow_successor(Dialogue.objects.get(pk=there.dialogue.pk))
        assert goes_on.state == "agreed" and goes_on.agreed_on is not None


class TestAHundredTerritories:
    def test_are_kept_to_some_in_the_order_of_names(self, client: Any) -> None:
        there = talk(sent=True)  # in difficulty, waits for its answer
        places = [TerritoryFactory(name=name) for name in ("Zèbre", "Abeille", "Mouette")]
        territories.add_territories(there.campaign, places)
        value(there.indicator, places[1], 99.0)
        value(there.indicator, places[2], 1.0)
        findings.take_findings(there.campaign)
        client.force_login(there.head)

        def shown(query: str) -> list[str]:
            page = client.get(f"{there.campaign.get_absolute_url()}{query}").text
            found = {each.name: page.find(each.label) for each in (*places, there.place)}
            return sorted((name for name, at in found.items() if at > 0), key=lambda n: found[n])

        here = there.place.name
        assert set(shown("?voir=difficulte")) == {"Abeille", here}
        assert shown("?voir=sans-reponse") == [here]
        # The number kept is said, and the choice leads back to the list.
        page = client.get(f"{there.campaign.get_absolute_url()}?voir=sans-reponse").text
        assert ">1 territoire<" in page
        assert 'href="?voir=difficulte#territoires"' in page
        assert shown("?voir=non-envoye") == ["Abeille", "Mouette", "Zèbre"]
        assert len(shown("?voir=autre")) == len(shown("")) == 4
        adopted(there)
        assert shown("?voir=sans-reponse") == []


class TestFigures:
    def test_missing_values_are_named(self, client: Any) -> None:
        there = talk()
        territories.add_territories(there.campaign, [TerritoryFactory(name="Sans-Chiffre")])
        assert findings.take_findings(there.campaign) == 1
        assert set(Finding.objects.values_list("status", flat=True)) == {"difficulty", "missing"}
        client.force_login(there.head)
        page = client.get(there.campaign.get_absolute_url()).text
        assert "Valeur manquante" in page and "au moins 40" in page

    def test_a_single_value_has_no_trend(self) -> None:
        campaign = begun()
        indicator = measured(campaign, rule="trend", limit=5.0, count=3)
        place = TerritoryFactory()
        value(indicator, place, 50.0)
        territories.add_territories(campaign, [place])
        findings.take_findings(campaign)
        found = Finding.objects.get()
        assert found.status == "single" and "une seule valeur" in found.words

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"rule": "threshold", "limit": None}, "limit"),
            ({"rule": "rank", "count": None}, "count"),
            ({"rule": "trend", "limit": -1.0, "count": 2}, "limit"),
            ({"series": None}, "series"),
        ],
    )
    def test_an_incomplete_rule_is_refused(self, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(DomainError) as refused:
            measured(begun(), **fields)
        assert refused.value.field == field


def test_next_year_starts_from_what_was_agreed(client: Any) -> None:
    there = talk(sent=True)
    one = adopted(there)
    follow_up.add_step(one, submission=uuid.uuid4(), title="Ouvrir le guichet", due_on=today(40))
    proposals.conclude(there.dialogue, by=there.person)
    closed = campaigns.close(there.campaign)
    assert there.campaign.dialogues.get().state == "closed"
    made = campaigns.copy(
        closed, by=there.head, submission=uuid.uuid4(), title="La suivante",
        year=today().year + 1, opens_on=today(300), answers_by=today(330), ends_on=today(600),
    )  # fmt: skip
    new = made.dialogues.get()
    assert (new.previous, new.territory) == (there.dialogue, there.place)
    assert new.managers.get().organisation == there.body
    indicator = made.indicators.get()
    assert indicator.words == there.indicator.words
    themes = set(there.indicator.themes.all())
    assert themes and set(indicator.themes.all()) == themes == set(there.indicator.themes.all())
    client.force_login(there.head)
    page = client.get(new.get_absolute_url()).text
    assert "Ce qui avait été convenu" in page and there.card.title in page
    assert "Ouvrir le guichet" in page


class TestWhoReads:
    def test_visible_to_and_rules_agree(self) -> None:
        hidden, sent = talk(), talk(sent=True)
        people = [
            hidden.head, hidden.person, sent.head, sent.person, UserFactory(),
            UserFactory(manager=True), UserFactory(administrator=True),
            MembershipFactory(organisation=sent.body).user,
            MembershipFactory(organisation=sent.centre).user,
        ]  # fmt: skip
        for user in people:
            for there in (hidden, sent):
                dialogue = Dialogue.objects.get(pk=there.dialogue.pk)
                campaign = Campaign.objects.get(pk=there.campaign.pk)
                seen = Dialogue.objects.visible_to(user).filter(pk=dialogue.pk).exists()
                assert seen == bool(rules.can_view(user, dialogue))
                run = Campaign.objects.visible_to(user).filter(pk=campaign.pk).exists()
                assert run == bool(rules.can_view_campaign(user, campaign))

    def test_a_territory_reads_its_own_dialogue_alone(self, client: Any) -> None:
        there = talk(sent=True)
        other = talk(sent=True, centre=there.centre)
        client.force_login(there.person)
        assert client.get(there.dialogue.get_absolute_url()).status_code == 200
        assert client.get(other.dialogue.get_absolute_url()).status_code == 404
        assert client.get(there.campaign.get_absolute_url()).status_code == 404

    def test_what_an_administrator_opens_is_kept_and_shown(self, client: Any) -> None:
        there = talk(sent=True)
        client.force_login(UserFactory(administrator=True))
        client.get(there.dialogue.get_absolute_url())
        assert Access.objects.get().dialogue == there.dialogue
        client.force_login(there.person)
        assert "Consulté par l’administration" in client.get(there.dialogue.get_absolute_url()).text
        assert Access.objects.count() == 1

    def test_who_left_the_centre_runs_nothing_any_more(self) -> None:
        there = talk()
        membership = MembershipFactory(organisation=there.centre)
        campaigns.name_runners(there.campaign, [membership.user])
        assert there.campaign in Campaign.objects.run_by(membership.user)
        membership.delete()
        assert there.campaign not in Campaign.objects.run_by(membership.user)
