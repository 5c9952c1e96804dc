"""What follows advice: nothing more is asked of its sponsor, the asker says what came of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from essaim.sponsorship.actions import advice, reminders, requests
from essaim.sponsorship.lessons import lessons_about
from essaim.sponsorship.models import HelpRequest, Sponsor
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.sponsorship.factories import AdviceFactory, HelpRequestFactory, SponsorFactory, ask
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def advised(sponsor: Sponsor, **fields: str) -> HelpRequest:
    request = ask()
    requests.take_up(request, by=sponsor.user)
    given = {"contact": "Le service des salles", "procedure": ""} | fields
    advice.advise(request, by=sponsor.user, minutes=30, **given)
    request.refresh_from_db()
    return request


def test_advice_given_is_never_late_and_waits_for_its_sponsor_no_more() -> None:
    sponsor = SponsorFactory()
    request = ask()
    requests.take_up(request, by=sponsor.user)
    HelpRequest.objects.update(due_on=days(-3))
    assert HelpRequest.objects.late().count() == 1
    assert [each.title for each in waiting_for(sponsor.user)] == ["Donner votre conseil"]
    advice.advise(request, by=sponsor.user, contact="La mairie", procedure="", minutes=5)
    request.refresh_from_db()
    assert (request.state, request.due_on, request.late_days) == ("taken_up", None, 0)
    assert not HelpRequest.objects.late().exists() and requests.remind_late_advice() == 0
    assert not HelpRequest.objects.without_sponsor().exists()
    assert waiting_for(sponsor.user) == []
    assert [each.title for each in waiting_for(request.asker)] == [
        "Dire ce qu’il en a été d’un conseil"
    ]


def test_who_has_advised_has_room_for_another() -> None:
    sponsor = SponsorFactory(capacity=1)
    first = ask()
    assert first.sponsor == sponsor and ask().sponsor is None
    requests.take_up(first, by=sponsor.user)
    advice.advise(first, by=sponsor.user, contact="La mairie", procedure="", minutes=5)
    assert Sponsor.objects.with_load().get().load == 0
    assert requests.look_again_for_all() == 1


def test_the_asker_is_reminded_twice_to_say_what_came_of_it() -> None:
    request = advised(SponsorFactory())

    def told() -> int:
        return Notification.objects.filter(
            user=request.asker, announcement__verb="help_conclude"
        ).count()

    def after(number: int) -> int:
        HelpRequest.objects.update(advised_on=days(-number))
        return reminders.remind_to_conclude()

    assert after(13) == 0
    assert after(14) == 1 and told() == 1
    assert after(15) == 0
    assert after(30) == 0, "not sixteen days since the first reminder"
    HelpRequest.objects.update(reminded_on=days(-16))
    assert after(30) == 1 and told() == 2
    HelpRequest.objects.update(reminded_on=days(-60))
    assert after(90) == 0


def test_nobody_is_reminded_of_what_was_concluded() -> None:
    request = advised(SponsorFactory())
    requests.end(request, "helped", by=request.asker)
    HelpRequest.objects.update(advised_on=days(-20))
    assert reminders.remind_to_conclude() == 0


def test_what_is_shared_names_nobody() -> None:
    sponsor = SponsorFactory(user__name="Camille Agente")
    request = ask(by=UserFactory(name="Ali Ben Salem"))
    requests.take_up(request, by=sponsor.user)
    advice.advise(
        request, by=sponsor.user, contact="Mme Durand", procedure="", minutes=5,
        shared_title="Voir Mme Durand, " + "x" * 130,
        shared="Écrire à Mme Durand (durand@mairie.example) de la part de camille agente ; merci à"
        " Ali Ben Salem. Madame la directrice signe.",
    )  # fmt: skip
    client = Client()
    client.force_login(UserFactory(), backend=BACKEND)
    page = client.get("/parrains/savoirs").content.decode()
    for name in ("Durand", "durand@", "camille agente", "Ali Ben Salem"):
        assert name not in page
    assert "Madame la directrice signe." in page and "[retiré]" in page
    request.refresh_from_db()
    assert request.advice.contact == "Mme Durand", "the asker reads who to call"


def test_what_was_learnt_is_read_before_asking_again_and_among_the_answers_to_a_need() -> None:
    place, theme = TerritoryFactory(), ThemeFactory()
    for title, where, about in (
        ("Loin, même thème", TerritoryFactory(), theme),
        ("Ici, même thème", place, theme),
        ("Ici, autre thème", place, ThemeFactory()),
    ):
        AdviceFactory(
            request=HelpRequestFactory(
                put_to=SponsorFactory(), taken=True, territory=where, theme=about
            ),
            shared_title=title, shared=f"Appeler tôt : {title}",
        )  # fmt: skip
    reader = UserFactory()
    found = lessons_about(reader, place, theme)
    assert [each.shared_title for each in found] == ["Ici, même thème", "Loin, même thème"]
    assert {each.shared_title for each in lessons_about(reader, place, None)} == {
        "Ici, même thème", "Ici, autre thème",
    }  # fmt: skip
    assert not lessons_about(AnonymousUser(), place, theme) and not lessons_about(
        reader, None, None
    )
    need = NeedFactory(public=True, territory=place, theme=theme)
    client = Client()
    for address in (f"/parrains/demander?need={need.pk}", f"/besoins/{need.pk}/reponses"):
        assert "Ici, même thème" not in client.get(address).content.decode()
    client.force_login(reader, backend=BACKEND)
    for address in (f"/parrains/demander?need={need.pk}", f"/besoins/{need.pk}/reponses"):
        page = client.get(address).content.decode()
        assert page.index("Ici, même thème") < page.index("Loin, même thème")
        assert "autre thème" not in page
    assert "même thème" not in client.get("/parrains/demander").content.decode()


def test_the_directory_says_who_is_full_and_for_a_place_who_covers_it_first(client: Client) -> None:
    country = TerritoryFactory(kind="country", code="FRX")
    department = TerritoryFactory(kind="department", code="97X", inside=[country])
    town = TerritoryFactory(inside=[department, country])
    part = SponsorFactory(territory=town)
    whole = SponsorFactory(territory=country, languages=["fr", "en"])
    covering = SponsorFactory(territory=department, capacity=1)
    HelpRequestFactory(put_to=covering)

    def found(query: str) -> list[Sponsor]:
        return [one for one, _name in client.get(f"/parrains{query}").context["rows"]]

    assert found(f"?territory={department.address}") == [covering, part, whole]
    assert found("?language=en") == [whole]
    assert set(found("?free=on")) == {part, whole}
    page = client.get("/parrains").content.decode()
    assert page.count(">complet<") == 1
