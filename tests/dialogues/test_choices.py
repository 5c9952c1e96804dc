"""Proposing, choosing freely, following what was adopted."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.dialogues.actions import campaigns, follow_up, keeping, proposals, reminders, training
from essaim.dialogues.document import contract_pdf, contract_text
from essaim.dialogues.models import Campaign, Dialogue, Helper, Manager, Proposal
from essaim.dialogues.practices import similar_sites
from essaim.following.models import Notification
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Initiative, Publication
from essaim.people.actions.merging import merge_organisations
from essaim.replications.models import Replication
from tests.dates import today
from tests.dialogues.factories import adopted, card, representative, talk, value
from tests.people.factories import OrganisationFactory, UserFactory
from tests.replications.factories import live, world
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


class TestProposing:
    def test_only_what_keeps_the_rule(self) -> None:
        there = talk()
        weak = card(there.indicator.themes.get(), level=1)
        with pytest.raises(DomainError, match="niveau de preuve 2"):
            proposals.propose(there.dialogue, weak, by=there.head, submission=uuid.uuid4())

    def test_the_page_lists_them_with_their_reasons(self, client: Any) -> None:
        there = talk()
        good = card(there.indicator.themes.get(), title="Guichet unique")
        card(there.indicator.themes.get(), level=1, title="Sans preuve")
        card(ThemeFactory(), title="Autre thème")
        client.force_login(there.head)
        page = client.get(f"{there.dialogue.get_absolute_url()}/pratiques").text
        assert good.title in page and there.indicator.name in page
        assert "Sans preuve" not in page and "Autre thème" not in page
        assert there.card.title not in page  # proposed already
        page = client.get(f"{there.dialogue.get_absolute_url()}/pratiques?all=on").text
        assert "Autre thème" in page and "Sans preuve" not in page

    def test_similar_territories_that_succeeded(self) -> None:
        there = talk()
        sites = world()
        like, unlike = TerritoryFactory(), TerritoryFactory(kind="department", code="38")
        value(there.indicator, like, 51.0)
        live(sites, territory=like)
        live(sites, territory=unlike)
        found = similar_sites(there.dialogue, [sites.card.pk])
        assert [each["label"] for each in found.sites[sites.card.pk]] == [like.label]

    def test_once_per_territory_until_withdrawn(self) -> None:
        there = talk()
        with pytest.raises(DomainError, match="déjà proposée"):
            proposals.propose(there.dialogue, there.card, by=there.head, submission=uuid.uuid4())
        proposals.withdraw(there.proposal)
        proposals.propose(there.dialogue, there.card, by=there.head, submission=uuid.uuid4())
        assert there.dialogue.proposals.count() == 2

    def test_sent_once_and_told_once(self) -> None:
        there = talk()
        for _n in range(2):
            proposals.send(there.dialogue, by=there.head)
        assert Notification.objects.filter(user=there.person).count() == 1
        (waits,) = [w for w in waiting_for(there.person) if "pratique" in w.title]
        assert waits.due == there.campaign.answers_by

    def test_not_without_anyone_to_answer(self) -> None:
        there = talk()
        Manager.objects.all().delete()
        with pytest.raises(DomainError, match="qui répond"):
            proposals.send(there.dialogue, by=there.head)


class TestChoosing:
    def test_adopting_begins_a_replication_at_interested(self) -> None:
        there = talk(sent=True)
        one = adopted(there, adopter=there.body, is_objective=True, objective_by=today(90))
        site = one.replication
        assert site is not None
        assert (site.state, site.adopter, site.territory) == ("interested", there.body, there.place)
        assert one.is_objective
        again = adopted(there, adopter=there.body)
        assert again.replication == site and Replication.objects.count() == 1

    @pytest.mark.parametrize("mode", ["franchise", "dissemination"])
    def test_in_the_mode_of_the_cards_strategy_and_undone_by_another_choice(
        self, mode: str
    ) -> None:
        there = talk(sent=True)
        strategy = {"model": "up", "mode": mode}
        record_fact(there.proposal.initiative, "strategy_chosen", "strategy:1", strategy, "2016")
        site = adopted(there, adopter=there.body).replication
        assert site is not None and (site.mode, site.state) == (mode, "interested")
        proposals.choose(there.proposal, "declined", by=there.person, words="Trop tôt.")
        site.refresh_from_db()
        assert site.state == "stopped"

    def test_one_that_is_there_already_is_joined(self) -> None:
        there = talk(sent=True)
        sites = world()
        Proposal.objects.update(initiative=sites.card)
        there.proposal.refresh_from_db()
        site = live(sites, territory=there.place)
        one = proposals.choose(there.proposal, "adopted", by=sites.adopts, adopter=sites.adopter)
        assert one.replication == site

    def test_declining_asks_for_a_word_and_nothing_else(self, client: Any) -> None:
        there = talk(sent=True)
        with pytest.raises(DomainError, match="n’entraîne rien"):
            proposals.choose(there.proposal, "declined", by=there.person)
        one = proposals.choose(
            there.proposal, "declined", by=there.person, words="Rien de prêt ici."
        )
        assert one.state == "declined" and not Replication.objects.exists()
        # The words alone are thought over.
        one = proposals.choose(one, "declined", by=there.person, words="Rien de prêt ici, encore.")
        assert one.words == "Rien de prêt ici, encore."
        client.force_login(there.head)
        assert "Rien de prêt ici, encore." in client.get(there.dialogue.get_absolute_url()).text
        page = client.get(there.campaign.get_absolute_url()).text
        assert "Rien de prêt" not in page  # counted by practice, told in its dialogue alone
        one = adopted(there)
        assert one.state == "adopted"

    def test_declined_after_all_its_intention_ends_and_may_begin_again(self) -> None:
        there = talk(sent=True)
        site = adopted(there, adopter=there.body).replication
        proposals.choose(there.proposal, "declined", by=there.person, words="Trop tôt.")
        assert site is not None
        site.refresh_from_db()
        assert site.state == "stopped" and "Trop tôt" not in site.stop_reason
        again = adopted(there, adopter=there.body).replication
        assert again is not None and again.pk != site.pk and again.state == "interested"

    def test_a_replication_under_way_is_stopped_in_its_own_room(self) -> None:
        there = talk(sent=True)
        sites = world()
        Proposal.objects.update(initiative=sites.card)
        there.proposal.refresh_from_db()
        live(sites, territory=there.place)
        proposals.choose(there.proposal, "adopted", by=sites.adopts, adopter=sites.adopter)
        with pytest.raises(DomainError, match="engagée"):
            proposals.choose(there.proposal, "declined", by=there.person, words="Non.")

    def test_adapting_says_what(self) -> None:
        there = talk(sent=True)
        with pytest.raises(DomainError, match="adaptez"):
            proposals.choose(there.proposal, "adapted", by=there.person)

    def test_a_card_unpublished_since_can_be_declined(self, client: Any) -> None:
        there = talk(sent=True)
        Initiative.objects.update(publication=Publication.ARCHIVED)
        client.force_login(there.person)
        address = f"/dialogue/pratiques/{there.proposal.pk}/choix"
        page = client.get(address).text
        assert "n’est plus publiée" in page and "Nous l’adoptons" not in page
        with pytest.raises(DomainError, match="pas publiée"):
            adopted(there, adopter=there.body)
        assert Proposal.objects.get().state == "proposed"
        client.post(address, {"answer": "declined", "words": "Elle a disparu."})
        assert Proposal.objects.get().state == "declined"
        assert client.get(there.dialogue.get_absolute_url()).status_code == 200

    def test_nobody_else_chooses(self, client: Any) -> None:
        there = talk(sent=True)
        client.force_login(there.head)
        address = f"/dialogue/pratiques/{there.proposal.pk}/choix"
        assert client.post(address, {"answer": "adopted"}).status_code == 403

    def test_one_adopts_for_organisations_of_ones_own(self, client: Any) -> None:
        there = talk(sent=True)
        client.force_login(there.person)
        answer = client.post(
            f"/dialogue/pratiques/{there.proposal.pk}/choix",
            {"answer": "adopted", "adopter": OrganisationFactory().pk},
        )
        assert answer.status_code == 422 and not Replication.objects.exists()

    def test_each_act_says_what_comes_next(self, client: Any) -> None:
        there = talk()
        page = f"/dialogue/{there.dialogue.pk}"
        client.force_login(there.head)
        other = card(there.indicator.themes.get())
        asked = {"submission": str(uuid.uuid4())}
        said = client.post(f"{page}/pratiques/{other.slug}", asked, follow=True).text
        assert "ajoutez-en d’autres, ou envoyez le dialogue" in said
        assert "fixez la date de la réunion" in client.post(f"{page}/envoyer", follow=True).text
        client.force_login(there.person)
        one, two = there.dialogue.proposals.order_by("pk")
        no = {"answer": "declined", "words": "Nous faisons déjà autrement."}
        said = client.post(f"/dialogue/pratiques/{one.pk}/choix", no, follow=True).text
        assert "1 pratique attend encore le vôtre" in said
        said = client.post(f"/dialogue/pratiques/{two.pk}/choix", no, follow=True).text
        assert "concluez vos choix" in said
        said = client.post(f"{page}/conclure", follow=True).text
        assert "rien d’autre ne vous est demandé" in said

    def test_concluded_then_thought_over(self) -> None:
        there = talk(sent=True)
        with pytest.raises(DomainError, match="attend encore"):
            proposals.conclude(there.dialogue, by=there.person)
        adopted(there)
        assert proposals.conclude(there.dialogue, by=there.person).state == "agreed"
        proposals.choose(there.proposal, "declined", by=there.person, words="Finalement non.")
        assert Dialogue.objects.get().state == "sent"

    def test_closed_it_no_longer_changes(self) -> None:
        there = talk(sent=True)
        campaigns.close(there.campaign)
        with pytest.raises(DomainError, match="terminé"):
            adopted(there)


class TestFollowing:
    def test_roadmap_helpline_and_checks(self, client: Any) -> None:
        there = talk(sent=True)
        with pytest.raises(DomainError, match="une fois la pratique adoptée"):
            follow_up.add_step(there.proposal, submission=uuid.uuid4(), title="x", due_on=today(1))
        one, key = adopted(there), uuid.uuid4()
        for _n in range(2):
            step = follow_up.add_step(one, submission=key, title="Ouvrir", due_on=today(5))
        assert one.steps.count() == 1
        follow_up.mark_step(step, done=True)
        follow_up.add_helper(
            one, submission=uuid.uuid4(), by=there.head, name="Cellule", contact="01 02",
            hours="mardi",
        )  # fmt: skip
        with pytest.raises(DomainError, match="à venir"):
            follow_up.plan_check(
                one, submission=uuid.uuid4(), by=there.head, on=today(3), seen="Tout va bien"
            )
        check = follow_up.plan_check(one, submission=uuid.uuid4(), by=there.head, on=today())
        assert "vu sur le terrain" in " ".join(w.title for w in waiting_for(there.head))
        follow_up.note_check(check, by=there.head, on=today(), seen="Le guichet est ouvert.")
        client.force_login(there.person)
        page = client.get(there.dialogue.get_absolute_url()).text
        for said in ("Ouvrir", "Cellule", "01 02", "mardi", "Le guichet est ouvert."):
            assert said in page

    def test_a_meeting_that_moves_is_told_to_the_other_party(self) -> None:
        there = talk(sent=True)
        at = timezone.now() + dt.timedelta(days=10)
        for _n in range(2):
            follow_up.set_meeting(there.dialogue, by=there.head, at=at, place="Lyon")
        verbs = Notification.objects.filter(
            user=there.person, announcement__verb="dialogue_meeting"
        )
        assert verbs.count() == 1
        with pytest.raises(DomainError, match="lieu"):
            follow_up.set_meeting(there.dialogue, by=there.head, at=at)

    def test_reminders_are_told_once(self) -> None:
        there = talk(sent=True, answers_by=today(10))
        assert reminders.every_morning()["choices"] == 1
        reminders.every_morning()
        told = Notification.objects.filter(user=there.person)
        assert told.filter(announcement__verb="dialogue_choices").count() == 1
        one = adopted(there)
        follow_up.add_step(one, submission=uuid.uuid4(), title="Ouvrir", due_on=today(3))
        for _n in range(2):
            reminders.every_morning()
        assert told.filter(announcement__verb="dialogue_step").count() == 1
        assert told.filter(announcement__verb="dialogue_choices").count() == 1

    def test_the_section_of_a_contract(self) -> None:
        there = talk(sent=True)
        Initiative.objects.update(title="Guichet " + "x" * 200)
        one = proposals.choose(
            there.proposal, "adapted", by=there.person, words="#set page() *par vallée*"
        )
        follow_up.add_helper(
            one, submission=uuid.uuid4(), by=there.head, name="Jeanne Secrète", contact="01",
            hours="mardi",
        )  # fmt: skip
        text = contract_text(Dialogue.objects.get())
        assert there.centre.name in text and "*par vallée*" in text and "droit à l’erreur" in text
        assert "Jeanne" not in text
        assert contract_pdf(Dialogue.objects.get()).startswith(b"%PDF")


class TestKeeping:
    def test_texts_are_forgotten_and_choices_stay(self) -> None:
        there = talk(sent=True)
        one = proposals.choose(there.proposal, "adapted", by=there.person, words="Ma vallée.")
        follow_up.add_helper(
            one, submission=uuid.uuid4(), by=there.head, name="Jeanne", contact="01", hours="mardi"
        )
        follow_up.say_for_territory(there.dialogue, "Nous seuls.")
        campaigns.close(there.campaign)
        assert keeping.forget_texts(30) == 0
        Dialogue.objects.update(closed_on=today(-31))
        assert (keeping.forget_texts(30), keeping.forget_texts(30)) == (1, 0)
        one.refresh_from_db()
        assert (one.words, one.state, Helper.objects.count()) == ("", "adapted", 0)
        assert Dialogue.objects.get().territory_words == ""

    def test_who_leaves_leaves_no_name(self) -> None:
        there = talk(sent=True)
        adopted(there)
        person = UserFactory()
        Manager.objects.create(dialogue=there.dialogue, user=person)
        keeping.forget_person(person)
        keeping.forget_person(there.person)
        keeping.forget_person(there.head)
        assert Manager.objects.get().organisation == there.body
        assert Proposal.objects.get().answered_by is None
        assert Campaign.objects.get().created_by is None

    def test_organisations_that_merge_answer_once(self) -> None:
        there = talk(sent=True)
        other = OrganisationFactory()
        Manager.objects.create(dialogue=there.dialogue, organisation=other)
        merge_organisations(there.body, other, by=UserFactory(manager=True))
        assert Manager.objects.get().organisation == there.body


class TestTraining:
    def test_modules_and_sessions(self, client: Any) -> None:
        holder = OrganisationFactory()
        head, one = representative(holder), card(holder=holder)
        module = training.add_module(
            one, by=head, submission=uuid.uuid4(), title="Accueillir", hours=7, audience="Agents"
        )
        session = training.schedule(
            module, by=head, submission=uuid.uuid4(), setting="job_start", starts_on=today(20),
            ends_on=None, organisation=holder, place="Lyon",
        )  # fmt: skip
        page = client.get(f"/initiatives/{one.slug}/formations").text
        assert "Accueillir" in page and "prise de poste" in page
        assert "Accueillir" in client.get(one.get_absolute_url()).text
        with pytest.raises(DomainError, match="finit après"):
            training.schedule(
                module, by=head, submission=uuid.uuid4(), setting="continuing",
                starts_on=today(20), ends_on=today(19), organisation=holder, place="Lyon",
            )  # fmt: skip
        training.remove_module(module)
        session.refresh_from_db()
        assert session.cancelled_on == today()
        assert "Accueillir" not in client.get(f"/initiatives/{one.slug}/formations").text
