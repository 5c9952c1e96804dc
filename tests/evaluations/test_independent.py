"""A report from outside: attached by the team, confirmed by someone who does not answer for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from factory import LazyFunction

from essaim.common.errors import DomainError
from essaim.evaluations import rules
from essaim.evaluations.actions import independents
from essaim.evaluations.models import IndependentEvaluation
from essaim.evaluations.strength import ceiling
from essaim.initiatives.models import Fact, Initiative
from tests.dates import settled, today
from tests.evaluations.voice import PDF, attached, card_of_a_team, pdf, report_data
from tests.initiatives.factories import MaterialFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def level(card: Initiative) -> int:
    card.refresh_from_db()
    return card.proof_level


def test_a_report_counts_once_confirmed_and_no_more_once_withdrawn():
    report = attached()
    card, manager = report.initiative, UserFactory(is_manager=True)
    assert level(card) == 0
    independents.confirm(report, by=manager, level=4, reason="Tirage au sort, rapport publié.")
    assert level(card) == 4
    assert card.phase == "validate"
    fact = Fact.objects.get(initiative=card)
    assert fact.value["confirmed"] is True
    independents.withdraw(report, by=manager, reason="Erreur de calcul reconnue par ses auteurs.")
    assert level(card) == 0
    assert not Fact.objects.filter(initiative=card).exists()


@pytest.mark.parametrize(
    "method,tie,most",
    [
        ("testimony", "none", 1), ("before_after", "none", 2), ("comparison", "none", 5),
        ("random", "paid", 5), ("synthesis", "funder", 5), ("random", "network", 3),
        ("testimony", "network", 1),
    ],
)  # fmt: skip
def test_the_method_and_the_ties_bound_the_level(method, tie, most):
    assert ceiling(method, tie) == most
    report = attached(method=method, tie=tie, level_claimed=5)
    manager = UserFactory(is_manager=True)
    if most < 5:
        with pytest.raises(DomainError) as refused:
            independents.confirm(report, by=manager, level=most + 1, reason="Trop.")
        assert refused.value.field == "level"
    independents.confirm(report, by=manager, level=most, reason="Ce que la méthode permet.")
    report.refresh_from_db()
    assert report.level == most


def test_level_five_waits_for_manuals_and_an_evaluated_replication_that_runs():
    report = attached(about="replication", site="Aude", level_claimed=5)
    card = report.initiative
    independents.confirm(report, by=UserFactory(is_manager=True), level=5, reason="Effet gardé.")
    assert level(card) == 4
    MaterialFactory(initiative=card)
    from essaim.initiatives.actions.facts import record_fact

    record_fact(card, "replication", "replication:1", {"status": "live", "territory": "x"}, "2021")
    assert level(card) == 5


def test_no_more_than_what_it_claims():
    report = attached(level_claimed=2)
    with pytest.raises(DomainError):
        independents.confirm(report, by=UserFactory(is_manager=True), level=3, reason="Mieux.")


def test_refused_with_reasons_it_establishes_nothing():
    report = attached()
    manager = UserFactory(is_manager=True)
    with pytest.raises(DomainError):
        independents.refuse(report, by=manager, reason=" ")
    independents.refuse(report, by=manager, reason="Le rapport ne dit pas comment on a comparé.")
    assert level(report.initiative) == 0
    with pytest.raises(DomainError):
        independents.confirm(report, by=manager, level=2, reason="Finalement si.")


def test_confirming_twice_is_confirming_once():
    report, manager = attached(), UserFactory(is_manager=True)
    first = independents.confirm(report, by=manager, level=4, reason="Solide.")
    again = independents.confirm(report, by=manager, level=4, reason="Solide encore.")
    assert again.reason == first.reason
    assert Fact.objects.count() == 1


def test_nobody_confirms_what_they_attached_nor_their_own_initiative():
    manager = UserFactory(is_manager=True)
    assert not rules.can_decide_independent(manager, attached(by=manager))
    own = card_of_a_team(author=manager)
    assert not rules.can_decide_independent(manager, attached(own, by=UserFactory()))
    report = attached()
    assert rules.can_decide_independent(manager, report)
    assert not rules.can_decide_independent(report.initiative.author, report)
    address = reverse("evaluations:decide", args=[attached(by=manager).pk])
    assert signed_in(manager).get(address).status_code == 403


@pytest.mark.parametrize(
    "content,reason",
    [(b"MZ\x90 not a pdf", "PDF entier"), (b"%PDF-1.7 cut", "PDF entier"), (b"", "PDF entier")],
)
def test_a_file_is_judged_by_what_it_holds(content, reason):
    card = card_of_a_team()
    with pytest.raises(DomainError, match=reason):
        independents.attach(card, by=card.author, **report_data(file=pdf(content + b""), url="x"))


def test_a_file_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(independents, "MOST_BYTES", 10)
    with pytest.raises(DomainError, match="20 Mo"):
        attached(file=pdf())


@pytest.mark.parametrize(
    "wrong,field",
    [
        ({"tie": "own"}, "tie"),
        ({"url": ""}, "file"),
        ({"year": LazyFunction(lambda: today().year + 1)}, "year"),
    ],
)
def test_what_cannot_be_attached(wrong, field):
    with pytest.raises(DomainError) as refused:
        attached(**settled(wrong))
    assert refused.value.field == field


def test_sent_twice_attached_once_and_not_for_another_card():
    card = card_of_a_team()
    data = report_data()
    first = independents.attach(card, by=card.author, **data)
    assert independents.attach(card, by=card.author, **data).pk == first.pk
    other = card_of_a_team()
    with pytest.raises(DomainError):
        independents.attach(other, by=other.author, **data)


def test_the_whole_story_by_its_pages():
    card = card_of_a_team()
    team, manager = signed_in(card.author), signed_in(UserFactory(is_manager=True))
    address = reverse("evaluations:attach", args=[card.slug])
    assert Client().get(address).status_code == 302
    assert signed_in(UserFactory()).get(address).status_code == 403
    page = team.get(address)
    data = {k: v for k, v in report_data().items() if k not in {"file"}} | {"file": pdf()}
    assert team.post(address, data | {"evaluator": "", "file": pdf()}).status_code == 422
    assert team.post(address, data).status_code == 302
    report = IndependentEvaluation.objects.get()
    detail = report.get_absolute_url()
    assert Client().get(detail).status_code == 404
    assert "attend d’être confirmé" in team.get(detail).content.decode()
    decide = reverse("evaluations:decide", args=[report.pk])
    assert team.get(decide).status_code == 403
    assert manager.get(decide).status_code == 200
    assert manager.post(decide, {"decision": "confirm", "reason": "Solide."}).status_code == 422
    sent = manager.post(decide, {"decision": "confirm", "level": "4", "reason": "Solide."})
    assert sent.status_code == 302
    public = Client().get(detail).content.decode()
    assert "Niveau 4 sur 5 confirmé" in public
    assert "Solide." in public
    file = Client().get(reverse("evaluations:independent_file", args=[report.pk]))
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    proofs = Client().get(reverse("evaluations:proof", args=[card.slug])).content.decode()
    assert "Évaluation d’impact" in proofs
    assert "Niveau 4 sur 5" in proofs
    withdraw = reverse("evaluations:withdraw_independent", args=[report.pk])
    assert team.post(withdraw, {"reason": "Rétracté par la revue."}).status_code == 302
    assert Client().get(file.wsgi_request.path).status_code == 404
    assert "Rétracté par la revue." in Client().get(detail).content.decode()
    assert page.status_code == 200


def test_who_sees_it_agrees_with_the_list():
    card = card_of_a_team()
    reports = [attached(card), attached(card), attached(card_of_a_team(published=False))]
    independents.confirm(reports[1], by=UserFactory(is_manager=True), level=2, reason="Oui.")
    from django.contrib.auth.models import AnonymousUser

    people = [AnonymousUser(), UserFactory(), card.author, UserFactory(is_manager=True)]
    for person in people:
        seen = set(IndependentEvaluation.objects.visible_to(person))
        for report in IndependentEvaluation.objects.select_related("initiative"):
            assert (report in seen) == rules.can_view_independent(person, report)


# --- confirmed by a peer ----------------------------------------------------------------------
def a_peer_with_a_record(theme: Any = None) -> tuple[Any, Any]:
    """Someone who submitted a reading of a concluded round, and a theme they know."""
    from essaim.peers.models import PeerProfile
    from tests.peers.factories import Cast
    from tests.themes.factories import ThemeFactory

    cast = Cast().concluded()
    reader = cast.readings[0].seat.user
    theme = theme or ThemeFactory()
    PeerProfile.objects.get(user=reader).themes.add(theme)
    return reader, theme


def test_a_peer_who_knows_the_subject_confirms_the_level_and_the_page_says_so():
    reader, theme = a_peer_with_a_record()
    card = card_of_a_team()
    card.themes.add(theme)
    report = attached(card)
    client = signed_in(reader)
    assert report.get_absolute_url() in client.get("/mon-espace").content.decode()
    assert client.get(report.get_absolute_url()).status_code == 200
    answer = client.post(
        reverse("evaluations:decide", args=[report.pk]),
        {"decision": "confirm", "level": "4", "reason": "Tirage au sort, rapport publié."},
        follow=True,
    )
    assert "Décidé par un pair sans lien" in answer.content.decode()
    report.refresh_from_db()
    assert (report.decided_by, report.decided_as) == (reader, "peer")
    assert level(card) == 4


def test_who_is_not_a_peer_of_this_card_neither_sees_nor_confirms_it():
    from essaim.peers.actions.profiles import declare_link, save_profile
    from tests.people.factories import MembershipFactory, OrganisationFactory

    reader, theme = a_peer_with_a_record()
    # « Je suis pair » said of oneself costs nothing: it gives nothing.
    newcomer = UserFactory()
    save_profile(newcomer, is_peer=True, themes=[theme])
    holder = OrganisationFactory()
    card = card_of_a_team(holder=holder)
    card.themes.add(theme)
    elsewhere = attached(card_of_a_team())  # not of their themes
    draft = card_of_a_team(published=False)
    draft.themes.add(theme)
    report, hidden, own = attached(card), attached(draft), attached(card, by=reader)

    def may(person: Any, one: IndependentEvaluation) -> bool:
        one = IndependentEvaluation.objects.select_related("initiative").get(pk=one.pk)
        decides = rules.can_decide_independent(person, one)
        address = reverse("evaluations:decide", args=[one.pk])
        assert (signed_in(person).get(address).status_code == 200) == decides
        return decides

    assert may(reader, report)
    for one in (elsewhere, hidden, own):
        assert not may(reader, one)
    assert not may(newcomer, report)
    # A link declared since, then an account that withdrew « je suis pair ».
    link = declare_link(reader, holder, kind="hierarchy")
    assert not may(reader, report)
    link.delete()
    MembershipFactory(user=reader, organisation=holder)
    assert not may(reader, report)
    reader.memberships.all().delete()
    save_profile(reader, is_peer=False, themes=[theme])
    assert not may(reader, report)


def test_a_manager_with_a_link_leaves_the_level_to_others():
    from essaim.peers.actions.profiles import declare_link
    from tests.people.factories import MembershipFactory, OrganisationFactory

    holder = OrganisationFactory(siren="213801855")
    report = attached(card_of_a_team(holder=holder))
    sister, linked, free = (UserFactory(is_manager=True) for _n in range(3))
    MembershipFactory(
        user=sister, organisation__siren="213801855", organisation__siret="21380185500015"
    )
    declare_link(linked, holder, kind="hierarchy")
    report = IndependentEvaluation.objects.select_related("initiative").get(pk=report.pk)
    assert rules.can_decide_independent(free, report)
    for manager in (sister, linked):
        assert not rules.can_decide_independent(manager, report)
        client = signed_in(manager)
        assert client.get(reverse("evaluations:decide", args=[report.pk])).status_code == 403
        assert (
            "Vous avez un lien avec cette initiative"
            in client.get(report.get_absolute_url()).content.decode()
        )
        assert report.get_absolute_url() not in client.get("/mon-espace").content.decode()


def test_what_peers_see_agrees_with_the_list():
    reader, theme = a_peer_with_a_record()
    cards = [card_of_a_team(), card_of_a_team(), card_of_a_team(published=False)]
    for card in (cards[0], cards[2]):
        card.themes.add(theme)
    for card in cards:
        attached(card)
    seen = set(IndependentEvaluation.objects.visible_to(reader))
    assert {report.initiative for report in seen} == {cards[0]}
    for report in IndependentEvaluation.objects.select_related("initiative"):
        assert (report in seen) == rules.can_view_independent(reader, report)


@pytest.mark.parametrize("decision", ["confirm", "refuse"])
def test_a_peer_who_presses_twice_reads_what_they_decided(decision):
    reader, theme = a_peer_with_a_record()
    card = card_of_a_team()
    card.themes.add(theme)
    report = attached(card)
    client, address = signed_in(reader), reverse("evaluations:decide", args=[report.pk])
    data = {"decision": decision, "level": "4", "reason": "Les motifs."}
    for _press in range(2):
        answer = client.post(address, data, follow=True)
        assert answer.status_code == 200
        assert "Les motifs." in answer.content.decode()
    report = IndependentEvaluation.objects.select_related("initiative").get(pk=report.pk)
    assert report.decided_as == "peer"
    for person in (reader, UserFactory()):
        seen = IndependentEvaluation.objects.visible_to(person).filter(pk=report.pk).exists()
        assert seen == rules.can_view_independent(person, report)
