"""Who offers help, with whose agreement; the directory, the pages, and those who leave."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.people.actions.deletion import delete_account
from essaim.people.models import Membership
from essaim.people.personal_data import archive
from essaim.sponsorship import rules
from essaim.sponsorship.actions import advice, profiles, requests
from essaim.sponsorship.actions.keeping import forget_ended_requests
from essaim.sponsorship.models import Advice, HelpRequest, Sponsor, Step
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.sponsorship.factories import (
    QUESTION,
    AdviceFactory,
    HelpRequestFactory,
    SponsorFactory,
    StepFactory,
    ask,
)
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
today = timezone.localdate


# --- the employer's agreement -----------------------------------------------------------------
def profile(user: Any, employer: Any, **fields: Any) -> Sponsor:
    return profiles.save_profile(
        user,
        **{
            "employer": employer, "territory": TerritoryFactory(), "knowledge": ["law"],
            "languages": ["fr"], "presentation": "", "capacity": 2, "is_listed": True,
            "legal_frame": "own_administration", "starts_on": today(),
            "ends_on": today() + dt.timedelta(days=90), "themes": [], **fields,
        },
    )  # fmt: skip


def test_an_employer_agrees_and_a_change_of_terms_undoes_it() -> None:
    employer = OrganisationFactory()
    agent = MembershipFactory(organisation=employer).user
    boss = MembershipFactory(organisation=employer, role="representative").user
    sponsor = profile(agent, employer)
    assert not Sponsor.objects.directory().exists()
    profiles.ask_agreement(agent)
    assert list(Sponsor.objects.awaiting(boss)) == [sponsor]
    with pytest.raises(DomainError, match="autre que l’agent"):
        profiles.answer_agreement(sponsor, by=agent, agreed=True, signatory="Moi")
    profiles.answer_agreement(sponsor, by=boss, agreed=True, signatory="Directrice")
    assert list(Sponsor.objects.directory()) == [sponsor]
    profile(agent, employer, capacity=5, territory=sponsor.territory)
    assert Sponsor.objects.get().agreement == "agreed"
    profile(agent, employer, ends_on=today() + dt.timedelta(days=900))
    assert Sponsor.objects.get().agreement == "draft"


def test_a_competence_sponsorship_has_its_convention() -> None:
    employer = OrganisationFactory()
    agent = MembershipFactory(organisation=employer).user
    boss = MembershipFactory(organisation=employer, role="representative").user
    sponsor = profile(agent, employer, legal_frame="competence")
    profiles.ask_agreement(agent)
    with pytest.raises(DomainError, match="convention"):
        profiles.answer_agreement(sponsor, by=boss, agreed=True, signatory="DRH")
    with pytest.raises(DomainError, match="motifs"):
        profiles.answer_agreement(sponsor, by=boss, agreed=False)
    profiles.answer_agreement(sponsor, by=boss, agreed=True, signatory="DRH", reference="C-1")
    assert Sponsor.objects.get().agreement_holds


def test_an_agreement_declared_on_a_document_says_so(client: Client) -> None:
    employer = OrganisationFactory()
    agent = MembershipFactory(organisation=employer).user
    profile(agent, employer)
    with pytest.raises(DomainError, match="Personne d’autre"):
        profiles.ask_agreement(agent)
    profiles.declare_agreement(agent, signatory="Préfète", reference="Note 12")
    sponsor = Sponsor.objects.get()
    assert "déclaré par l’agent" in client.get(sponsor.get_absolute_url()).content.decode()
    with pytest.raises(DomainError, match="membre"):
        profile(agent, OrganisationFactory())


# --- pages ------------------------------------------------------------------------------------
def test_the_directory_is_searched_by_text_place_theme_and_knowledge(client: Client) -> None:
    department = TerritoryFactory(kind="department", code="97X")
    place = TerritoryFactory(inside=[department])
    theme = ThemeFactory()
    one = SponsorFactory(territory=department, presentation="La commande publique")
    one.themes.add(theme)
    other = SponsorFactory(knowledge=["law"])
    address = reverse("sponsorship:directory")

    def found(query: str) -> list[Any]:
        return [sponsor for sponsor, _name in client.get(address + query).context["rows"]]

    assert set(found("")) == {one, other}
    assert found("?q=commande") == [one]
    assert found(f"?territory={place.address}") == [one]
    assert found(f"?theme={theme.slug}") == [one]
    assert found("?knowledge=law") == [other]
    assert "Agent" not in client.get(address).content.decode().split("<main")[1]
    assert found(f"?q={one.user.name.split()[1]}&knowledge=funders") == []
    client.force_login(UserFactory())
    assert one.user.name in client.get(address).content.decode()


@pytest.mark.parametrize("name", ["directory", "lessons", "requests", "manage"])
def test_lists_cost_the_same_whatever_their_length(client: Client, name: str) -> None:
    manager = UserFactory(manager=True)
    client.force_login(manager)
    counts = set()
    for total in (1, 3, 50):
        for _n in range(total - HelpRequest.objects.count()):
            request = HelpRequestFactory(asker=manager, put_to=SponsorFactory(), taken=True)
            AdviceFactory(request=request, shared="Appeler tôt", shared_title="Salles")
        client.get(reverse(f"sponsorship:{name}"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(f"sponsorship:{name}"))
        counts.add(len(asked))
    assert len(counts) == 1, counts


def test_a_story_through_the_pages(client: Client) -> None:
    sponsor, claire = SponsorFactory(), UserFactory()
    client.force_login(claire)
    page = client.get(reverse("sponsorship:ask"))
    fields = {"submission": page.context["form"]["submission"].value(), "language": "fr"}
    nothing = client.post(reverse("sponsorship:ask"), fields | {"question": QUESTION})
    assert "personne ne peut être trouvé" in nothing.content.decode()
    fields |= {"question": QUESTION, "knowledge": "procedures"}
    answer = client.post(reverse("sponsorship:ask"), fields)
    request = HelpRequest.objects.get()
    assert answer["Location"] == request.get_absolute_url()
    assert "connaît ce que vous demandez" in client.get(answer["Location"]).content.decode()
    agent = Client()
    agent.force_login(sponsor.user)
    agent.post(reverse("sponsorship:take_up", args=[request.pk]))
    agent.post(
        reverse("sponsorship:advise", args=[request.pk]), {"contact": "La mairie", "minutes": 30}
    )
    step = agent.get(reverse("sponsorship:add_step", args=[request.pk])).context["form"]
    agent.post(
        reverse("sponsorship:add_step", args=[request.pk]),
        {"submission": step["submission"].value(), "title": "Écrire", "due_on": "2099-01-01"},
    )
    assert Step.objects.get().request == request
    client.post(reverse("sponsorship:tick_step", args=[request.pk, Step.objects.get().pk]))
    client.post(
        reverse("sponsorship:end", args=[request.pk]),
        {"outcome": "helped_in_part", "note": "Un peu"},
    )
    assert HelpRequest.objects.get().state == "helped_in_part"


# --- what is kept -----------------------------------------------------------------------------
def test_visible_to_agrees_with_the_rule() -> None:
    request = HelpRequestFactory(put_to=SponsorFactory(), taken=True)
    SponsorFactory(draft=True)
    people = [request.asker, request.sponsor.user, UserFactory(), UserFactory(manager=True)]
    for person in people:
        seen = HelpRequest.objects.visible_to(person).filter(pk=request.pk).exists()
        assert seen == rules.can_view_request(person, request)
        for sponsor in Sponsor.objects.all():
            listed = Sponsor.objects.visible_to(person).filter(pk=sponsor.pk).exists()
            assert listed == rules.can_view(person, sponsor)


def test_a_sponsor_who_leaves_loses_nobodys_request() -> None:
    first = SponsorFactory()
    request = ask()
    requests.take_up(request, by=first.user)
    advice.advise(request, by=first.user, contact="La mairie", procedure="", minutes=10)
    second = SponsorFactory()
    assert "La mairie" in str(archive(first.user))
    delete_account(first.user, keep_name=False)
    request.refresh_from_db()
    assert (request.state, request.sponsor) == ("waiting", second)
    assert Advice.objects.get().by is None


def test_an_asker_who_leaves_takes_their_words_along() -> None:
    request = HelpRequestFactory(put_to=SponsorFactory(), taken=True)
    AdviceFactory(request=request, shared="À retenir", shared_title="Salles")
    StepFactory(request=request)
    assert QUESTION.split("?", maxsplit=1)[0] in str(archive(request.asker))
    delete_account(request.asker, keep_name=False)
    request.refresh_from_db()
    assert (request.state, request.question, request.asker) == ("withdrawn", "–", None)
    assert Advice.objects.get().shared == "À retenir" and Advice.objects.get().procedure == ""
    assert not Step.objects.exists()


def test_requests_long_ended_lose_their_words_once() -> None:
    request = HelpRequestFactory(put_to=SponsorFactory(), taken=True)
    AdviceFactory(request=request)
    requests.end(request, "helped", by=request.asker, note="Merci")
    assert forget_ended_requests(30) == 0
    HelpRequest.objects.update(ended_on="2020-01-01")
    assert forget_ended_requests(30) == 1
    assert forget_ended_requests(30) == 0
    assert not Advice.objects.exists()


# --- an agreement that ends -------------------------------------------------------------------
def test_who_left_the_employer_speaks_in_its_name_no_more() -> None:
    sponsor = SponsorFactory()
    stranger = UserFactory()
    assert rules.can_view(stranger, sponsor)
    Membership.objects.filter(user=sponsor.user).delete()
    assert not Sponsor.objects.directory().exists()
    assert not sponsor.agreement_holds and not rules.can_view(stranger, sponsor)
    assert not Sponsor.objects.visible_to(stranger).exists()
    client = Client()
    client.force_login(sponsor.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Vous n’êtes plus membre de" in client.get("/parrains/mon-profil").content.decode()


def test_who_will_be_there_later_is_expected_while_of_the_employer() -> None:
    later = SponsorFactory(starts_on=today() + dt.timedelta(days=3))
    away = SponsorFactory(away_from=today())
    SponsorFactory()
    assert set(Sponsor.objects.expected()) == {later, away}
    assert away in Sponsor.objects.directory() and away not in Sponsor.objects.present()
    for each in (later, away):
        Membership.objects.filter(user=each.user).delete()
    assert not Sponsor.objects.expected().exists(), "who left is waited for no more"


def test_the_employer_ends_its_agreement_and_says_why() -> None:
    sponsor = SponsorFactory()
    boss = MembershipFactory(organisation=sponsor.employer, role="representative").user
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/parrains/{sponsor.pk}/accord"
    assert "Mettre fin à l’accord" in client.get(address).content.decode()
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Il change de service."}).status_code == 302
    sponsor = Sponsor.objects.get(pk=sponsor.pk)
    assert (sponsor.agreement, sponsor.decline_reason) == ("declined", "Il change de service.")
    assert not Sponsor.objects.directory().exists()
    with pytest.raises(DomainError, match="Entre-temps, l’état est devenu"):
        profiles.end_agreement(sponsor, by=boss, reason="Encore.")


def test_nobody_else_ends_it() -> None:
    sponsor = SponsorFactory()
    Membership.objects.filter(user=sponsor.user).update(role="representative")
    for person in (sponsor.user, UserFactory()):
        with pytest.raises(DomainError, match="représentant"):
            profiles.end_agreement(sponsor, by=person, reason="Parce que.")
