"""Who has a link with what is read, and what that closes to them."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from essaim.common.errors import DomainError
from essaim.peers import rules
from essaim.peers.actions import items, readings, rounds, talk
from essaim.peers.models import Conflict, Reading, Round
from tests.peers.factories import INNOVATORS, Cast, answers
from tests.peers.pages import key, page, signed_in
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_manager_with_a_part_does_not_run_the_round():
    cast = Cast().reading()
    colleague = UserFactory(manager=True)
    MembershipFactory(user=colleague, organisation=cast.organisation)
    seated = cast.readings[0].seat.user
    seated.is_manager = True
    seated.save()
    for manager in (colleague, seated):
        assert not rules.can_run(manager, cast.round)
        client = signed_in(manager)
        for address in ("", "/suivi", "/pairs", "/affectation"):
            assert client.get(f"/gestion/lectures/{cast.round.pk}{address}").status_code == 404
        assert cast.round.title not in page(client, "/gestion/lectures")[1]
    assert rules.can_run(UserFactory(administrator=True), cast.round)


def test_conflicts_by_rule_are_found_with_their_reason():
    from essaim.contributions.actions.proposals import accept_proposal
    from essaim.initiatives.models import CoEditor
    from essaim.peers.actions.profiles import declare_link
    from essaim.peers.conflicts import conflicts_of
    from tests.contributions.factories import propose

    cast = Cast()
    colleague, sister, contributor, linked, coauthor, free = (UserFactory() for _n in range(6))
    MembershipFactory(user=colleague, organisation=cast.organisation)
    cast.organisation.siren = "213801855"
    cast.organisation.save()
    MembershipFactory(
        user=sister, organisation__siren="213801855", organisation__siret="21380185500015"
    )
    accept_proposal(propose(cast.card, by=contributor, need="Après."), by=cast.holder)
    declare_link(linked, cast.organisation, kind="hierarchy")
    other = Cast().card
    CoEditor.objects.create(card=other, user=coauthor)
    CoEditor.objects.create(card=other, user=cast.holder)
    people = [p.pk for p in (colleague, sister, contributor, linked, coauthor, free, cast.holder)]
    found = {
        person: [r.rule for r in why] for person, why in conflicts_of(cast.item, people).items()
    }
    assert "organisation" in found[colleague.pk]
    assert found[sister.pk] == ["siren"]
    assert "contributor" in found[contributor.pk]
    assert found[linked.pk] == ["declared_link"]
    assert "coauthor" in found[coauthor.pk]
    assert "team" in found[cast.holder.pk]
    assert free.pk not in found


def test_who_is_in_conflict_with_everything_is_not_invited():
    from essaim.common.errors import DomainError
    from tests.peers.factories import peer

    cast = Cast().inviting()
    person = peer()
    MembershipFactory(user=person, organisation=cast.organisation)
    with pytest.raises(DomainError, match="conflit"):
        cast.invite(person, INNOVATORS)
    items.declare_conflict(
        cast.item, side="manager", kind="other", reason="Voisins.", by=cast.manager,
        email="VOISIN@exemple.fr ",
    )  # fmt: skip
    assert Conflict.objects.get().email == "voisin@exemple.fr"


def test_a_link_that_appears_later_closes_the_discussion_to_the_reader():
    cast = Cast().discussing()
    reading = cast.readings[0]
    reader = reading.seat.user
    address = f"/lectures/{reading.pk}/discussion"
    assert page(signed_in(reader), address)[0] == 200
    MembershipFactory(user=reader, organisation=cast.organisation)
    assert page(signed_in(reader), address)[0] == 403
    with pytest.raises(DomainError, match="conflit d’intérêts"):
        talk.discuss(cast.item, "Et si…", by=reader, key=key())
    fresh = Reading.objects.get(pk=reading.pk)
    with pytest.raises(DomainError, match="conflit d’intérêts"):
        readings.revise(fresh, answers(fresh, 4), by=reader, version=fresh.version)


def people_with_links(cast):
    """Managers whom a rule or a declaration binds to what is read, and why."""
    from essaim.contributions.actions.proposals import accept_proposal
    from essaim.initiatives.models import CoEditor
    from essaim.peers.actions.profiles import declare_link
    from tests.contributions.factories import propose

    names = ["siren", "contributor", "coauthor", "link", "person", "email", "named", "organisation"]
    people = {name: UserFactory(manager=True) for name in names}
    cast.organisation.siren = "213801855"
    cast.organisation.save()
    MembershipFactory(
        user=people["siren"],
        organisation__siren="213801855",
        organisation__siret="21380185500015",
    )
    accept_proposal(propose(cast.card, by=people["contributor"], need="Après."), by=cast.holder)
    other = Cast().card
    CoEditor.objects.create(card=other, user=people["coauthor"])
    CoEditor.objects.create(card=other, user=cast.holder)
    declare_link(people["link"], cast.organisation, kind="hierarchy")
    service = MembershipFactory(user=people["organisation"]).organisation

    def declare(**whom):
        items.declare_conflict(
            cast.item, side="manager", kind="hierarchy", reason="Son chef.", by=cast.manager, **whom
        )

    declare(person=people["person"])
    EmailAddress.objects.get_or_create(
        user=people["email"], email=people["email"].email, defaults={"verified": True}
    )
    declare(email=people["email"].email)
    declare(organisation=service)
    cast.item.people.add(people["named"])
    return people


def test_a_manager_with_a_link_leaves_the_round_to_the_others_who_are_named():
    cast = Cast().discussing()
    people = people_with_links(cast)
    base = f"/gestion/lectures/{cast.round.pk}"
    for name, person in people.items():
        assert not rules.can_run(person, cast.round), name
        assert cast.round not in Round.objects.visible_to(person), name
    client = signed_in(people["siren"])
    for address in ("", "/suivi", "/resultats", f"/resultats/{cast.item.pk}", "/affectation"):
        assert client.get(f"{base}{address}").status_code == 404
    assert client.post(f"{base}/resultats/{cast.item.pk}/conclusion", {}).status_code == 404
    text = page(client, "/gestion/lectures")[1]
    assert f"Lecture n° {cast.round.pk}" in text and "même SIREN" in text
    assert cast.manager.name in text and cast.round.get_absolute_url() not in text
    assert all(reading.seat.user.name not in text for reading in cast.readings)
    assert rules.can_run(cast.manager, cast.round)


def test_the_query_agrees_with_the_rules_of_conflict():
    from essaim.peers.barred import barred_to, managers_free_for
    from essaim.peers.conflicts import conflicts_between
    from essaim.peers.models import Item

    cast = Cast(cards=2)
    people = people_with_links(cast)
    free = UserFactory(manager=True)
    everyone = [*people.values(), free, cast.manager, cast.holder]
    every_item = list(Item.objects.all())
    found = conflicts_between(every_item, [person.pk for person in everyone])
    for person in everyone:
        barred = set(Item.objects.filter(barred_to(person)).values_list("pk", flat=True))
        assert barred == {item for item, who in found if who == person.pk}, person
    assert {free, cast.manager} <= set(managers_free_for(cast.round))
    assert not set(people.values()) & set(managers_free_for(cast.round))


def test_where_every_manager_has_a_link_the_page_says_so():
    cast = Cast()
    MembershipFactory(user=cast.manager, organisation=cast.organisation)
    text = page(signed_in(cast.manager), "/gestion/lectures")[1]
    assert "Personne ne peut la conduire" in text
    other = rounds.create_round(title="Autre", by=cast.manager)
    answer = signed_in(cast.manager).post(
        f"/gestion/lectures/{other.pk}/objets/fiche", {"card": cast.card.slug}
    )
    assert "Vous avez un lien avec cette fiche" in answer.content.decode()
