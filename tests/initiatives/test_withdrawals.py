"""Text removed from a card that was public can be taken out of its past versions too."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.initiatives.actions.publication import publish_card
from essaim.initiatives.actions.revisions import restore_revision
from essaim.initiatives.actions.withdrawals import withdraw_text
from essaim.initiatives.models import (
    Initiative,
    InitiativeEvent,
    RevisionNote,
    Withdrawal,
)
from essaim.initiatives.revisions import content_at, events_of
from tests.at_once import at_once
from tests.contributions.factories import CoEditorFactory
from tests.initiatives.factories import InitiativeFactory
from tests.initiatives.test_revisions import component, latest, write
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db

SECRET = "Appelez Jeanne Durand au 06 12 34 56 78"
WHY = "Le numéro d’une personne."


@pytest.fixture
def manager() -> Any:
    return UserFactory(manager=True)


@pytest.fixture
def card(manager: Any) -> Initiative:
    """Public; it named somebody in three versions, and no longer does."""
    card = InitiativeFactory(author=UserFactory(), rich=True, published=True)
    card = write(card, "besoin", card.author, "Le numéro de Jeanne", need=SECRET)
    card = write(
        card, "composantes", card.author, components=[component("Accueil") | {"why": SECRET}]
    )
    card = write(card, "dispositif", card.author, description="Ouvert le samedi.")
    card = write(card, "besoin", card.author, need="Des objets sont jetés.")
    return write(card, "composantes", card.author, components=[component("Autre")])


def withdraw(card: Initiative, by: Any, **fields: Any) -> Withdrawal:
    given: dict[str, Any] = {
        "section": "besoin", "scope": "all", "ground": "personal", "reason": WHY
    }  # fmt: skip
    given |= fields
    event = given.pop("event", None) or events_of(card, by_team=True).last()
    return withdraw_text(card, event, by=by, **given)


def everywhere(client: Client, card: Initiative, *people: Any) -> str:
    """All that these people can read of the card's past."""
    numbers = list(events_of(card, by_team=True).values_list("pgh_id", flat=True))
    read = []
    for person in people:
        client.force_login(person)
        read.append(client.get(reverse("initiatives:history", args=[card.slug])).text)
        for one in numbers:
            for other in numbers:
                query = {"avant": one, "apres": other}
                read.append(
                    client.get(reverse("initiatives:compare", args=[card.slug]), query).text
                )
            read.append(
                client.get(reverse("initiatives:restore_revision", args=[card.slug, one])).text
            )
        for kind in ("initiativeevent", "componentevent"):
            query = {"kind": f"initiatives.{kind}"}
            read.append(client.get("/gestion/journal", query).text)
            answer = client.get("/gestion/journal", query | {"format": "csv"})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            read.append(body.decode())
    return "\n".join(read)


def test_nobody_reads_it_any_more_and_the_versions_stay(
    client: Client, card: Initiative, manager: Any
) -> None:
    reader, count = UserFactory(), events_of(card, by_team=True).count()
    people = (reader, card.author, manager)
    assert everywhere(client, card, manager).count("06 12 34 56 78") > 10
    withdraw(card, card.author, with_reasons=True)
    withdraw(card, card.author, section="composantes")
    read = everywhere(client, card, *people)
    assert "06 12 34" not in read and "Jeanne" not in read
    assert "texte retiré" in read and "[texte retiré]" in read
    assert "Ouvert le samedi." in read  # other sections are still read
    assert events_of(card, by_team=True).count() == count
    # Why is said among those who write the card, and to managers.
    page = reverse("initiatives:history", args=[card.slug])
    client.force_login(reader)
    assert WHY not in client.get(page).text and "données personnelles" in client.get(page).text
    client.force_login(manager)
    assert WHY in client.get(page).text
    # The row of history is what it was: the application cannot change it.
    assert InitiativeEvent.objects.filter(pgh_obj=card.pk, need=SECRET).exists()


def test_it_is_not_taken_back_with_the_version(card: Initiative, manager: Any) -> None:
    then = InitiativeEvent.objects.filter(pgh_obj=card.pk, need=SECRET).last()
    withdraw(card, manager)
    assert "besoin" not in content_at(card, then)
    card = restore_revision(card, then, by=card.author, version=card.version)
    fresh = Initiative.objects.get(pk=card.pk)
    assert fresh.need == "Des objets sont jetés."
    assert SECRET in fresh.components.get().why  # of another section, which nobody withdrew


def test_only_some_versions(card: Initiative, manager: Any) -> None:
    events = list(InitiativeEvent.objects.filter(pgh_obj=card.pk).order_by("pgh_id"))
    withdraw_text(
        card, events[2], section="besoin", scope="one", ground="mistake", reason=WHY, by=manager
    )
    assert ["besoin" in content_at(card, event) for event in events[:4]] == [
        True, True, False, True
    ]  # fmt: skip
    withdraw_text(
        card, events[1], section="besoin", scope="until", ground="unlawful", reason=WHY, by=manager
    )
    assert ["besoin" in content_at(card, event) for event in events[:4]] == [
        False, False, False, True
    ]  # fmt: skip


def test_todays_version_is_changed_on_the_card_first(card: Initiative, manager: Any) -> None:
    for scope in ("one", "until"):
        with pytest.raises(DomainError, match="aujourd’hui"):
            withdraw_text(
                card, latest(card), section="besoin", scope=scope, ground="personal", reason=WHY,
                by=manager,
            )  # fmt: skip
    alone = InitiativeFactory(author=manager)
    with pytest.raises(DomainError, match="aujourd’hui"):
        withdraw(alone, manager)


def test_the_team_withdraws_personal_data_only(card: Initiative, manager: Any) -> None:
    for ground in ("unlawful", "mistake"):
        with pytest.raises(DomainError, match="animateur"):
            withdraw(card, card.author, ground=ground)
        withdraw(card, manager, ground=ground)
    for wrong in ({"ground": "revenge"}, {"reason": "  "}, {"section": "x"}, {"scope": "x"}):
        with pytest.raises(DomainError):
            withdraw(card, manager, **wrong)


def test_reasons_given_with_the_changes_go_if_asked(card: Initiative, manager: Any) -> None:
    withdraw(card, manager)
    assert RevisionNote.objects.filter(text__contains="Jeanne").exists()
    withdraw(card, manager, with_reasons=True)
    assert not RevisionNote.objects.filter(text__contains="Jeanne").exists()


def test_from_page_to_page(client: Client, card: Initiative, manager: Any) -> None:
    past = InitiativeEvent.objects.filter(pgh_obj=card.pk).earliest("pgh_id")
    address = reverse("initiatives:withdraw_text", args=[card.slug, past.pgh_id])
    given = {"section": "besoin", "scope": "all", "ground": "personal", "reason": WHY}
    client.force_login(UserFactory())
    assert client.post(address, given).status_code == 403
    client.force_login(card.author)
    page = client.get(address).text
    assert "contenu illicite" not in page and "données personnelles" in page
    refused = client.post(address, given | {"reason": ""})
    assert refused.status_code == 422 and not Withdrawal.objects.exists()
    assert client.post(address, given | {"ground": "unlawful"}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert Withdrawal.objects.get().by == card.author
    client.force_login(manager)
    assert "contenu illicite" in client.get(address).text
    assert client.get(reverse("initiatives:withdraw_text", args=[card.slug, 0])).status_code == 404


def test_it_outlives_the_card_as_its_history_does(
    client: Client, card: Initiative, manager: Any
) -> None:
    from essaim.initiatives.actions.publication import delete_card

    withdraw(card, manager)
    withdraw(card, manager, section="composantes")
    delete_card(card, by=manager)
    client.force_login(manager)
    for kind in ("initiativeevent", "componentevent"):
        assert "Jeanne" not in client.get("/gestion/journal", {"kind": f"initiatives.{kind}"}).text


def test_not_while_the_card_still_says_it(card: Initiative, manager: Any) -> None:
    """Today's version would be read again once it is past."""
    card = write(card, "besoin", manager, need=SECRET)
    card = write(card, "dispositif", manager, description="Ouvert le lundi.")
    named = InitiativeEvent.objects.filter(pgh_obj=card.pk, need=SECRET).earliest("pgh_id")
    for scope in ("all", "until"):
        with pytest.raises(DomainError, match="aujourd’hui"):
            withdraw(card, manager, event=named, scope=scope)
    assert not Withdrawal.objects.exists()
    card = write(card, "besoin", manager, need="Sans nom.")
    card = write(card, "dispositif", manager, description="Ouvert le mardi.")
    withdraw(card, manager, event=named)
    events = InitiativeEvent.objects.filter(pgh_obj=card.pk)
    for event in events.filter(need=SECRET):
        assert "besoin" not in content_at(card, event)
    # What is read today is read in the versions that say the same.
    for event in events.filter(need="Sans nom."):
        assert content_at(card, event)["besoin"]["need"] == "Sans nom."


def test_who_only_helps_to_write_does_not(client: Client, card: Initiative) -> None:
    helper = CoEditorFactory(card=card).user
    client.force_login(helper)
    past = InitiativeEvent.objects.filter(pgh_obj=card.pk).earliest("pgh_id")
    page = client.get(reverse("initiatives:history", args=[card.slug])).text
    assert "Retirer un texte" not in page
    address = reverse("initiatives:withdraw_text", args=[card.slug, past.pgh_id])
    assert client.get(address).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_while_somebody_writes_the_card() -> None:
    """One after the other: today's version is never withdrawn by having just become past."""
    author = UserFactory(manager=True)
    card = InitiativeFactory(author=author, rich=True)
    card = write(card, "besoin", author, need=SECRET)
    card = write(card, "besoin", author, need="Sans nom.")
    card = publish_card(card, by=author)
    oldest = events_of(card, by_team=True).last()
    ends = at_once(
        lambda: withdraw(card, author, event=oldest),
        lambda: write(card, "dispositif", author, description="Autre."),
    )
    assert ends == ["done", "done"]
    assert Initiative.objects.get(pk=card.pk).need == "Sans nom."
    assert content_at(card, latest(card))["besoin"]["need"] == "Sans nom."
