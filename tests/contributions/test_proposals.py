"""An adopter proposes, the holder accepts, amends or declines, the credit is kept."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from essaim.common.errors import DomainError
from essaim.contributions.actions.proposals import (
    accept_proposal,
    decline_proposal,
    save_proposal,
    withdraw_proposal,
)
from essaim.contributions.content import freeze, merge, thaw
from essaim.contributions.models import Proposal
from essaim.following.models import Notification
from essaim.following.reading import lines
from essaim.initiatives.actions.cards import EditConflict, save_section
from essaim.initiatives.models import Initiative, InitiativeEvent
from essaim.initiatives.sections import SECTIONS, digest, read_section
from tests.contributions.factories import propose, told
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder():
    return MembershipFactory().user


@pytest.fixture
def card(holder):
    organisation = holder.memberships.get().organisation
    return InitiativeFactory(
        published=True, rich=True, holder=organisation, author=None, need="Des objets jetés."
    )


def current(card: Initiative, slug: str):
    return read_section(Initiative.objects.get(pk=card.pk), SECTIONS[slug])


def change(card: Initiative, slug: str, by, **columns):
    now = current(card, slug)
    save_section(card, slug, {**now, **columns}, by=by, version=-1, seen=digest(now))


# --- proposing ----------------------------------------------------------------------------
def test_a_proposal_changes_nothing_and_tells_the_team(card, holder):
    proposal = propose(card, need="Des objets et des savoir-faire se perdent.")
    card.refresh_from_db()
    assert card.need == "Des objets jetés."
    assert proposal.state == "proposed"
    assert told(holder) == [("proposal_sent", True)]
    (line,) = lines(list(Notification.objects.filter(user=holder)), holder)
    assert card.title in line.text
    assert line.url == proposal.get_absolute_url()


def test_the_same_form_sent_twice_proposes_once(card):
    member, key = UserFactory(), uuid.uuid4()
    first = propose(card, need="Un autre besoin.", by=member, key=key)
    assert propose(card, need="Un autre besoin.", by=member, key=key) == first
    with pytest.raises(DomainError, match="déjà envoyée"):
        propose(card, need="Encore un autre.", by=member, key=key)
    with pytest.raises(DomainError, match="déjà servi"):
        propose(card, need="Un autre besoin.", key=key)


def test_nothing_changed_is_no_proposal_and_a_reason_is_needed(card):
    with pytest.raises(DomainError, match="rien changé"):
        propose(card)
    with pytest.raises(DomainError, match="pourquoi"):
        propose(card, need="Un autre besoin.", reason=" ")


def test_a_draft_is_seen_by_its_author_alone_then_sent(card, holder):
    member, key = UserFactory(), uuid.uuid4()
    draft = propose(card, need="Brouillon.", by=member, key=key, reason="", send=False)
    assert list(Proposal.objects.visible_to(holder)) == []
    assert list(Proposal.objects.visible_to(member)) == [draft]
    sent = propose(card, need="Mûri.", by=member, key=key)
    assert sent.pk == draft.pk
    assert (sent.state, sent.content["need"]) == ("proposed", "Mûri.")
    assert list(Proposal.objects.visible_to(holder)) == [sent]


def test_what_changed_while_one_wrote_is_not_undone(card, holder):
    seen = digest(current(card, "besoin"))
    change(card, "besoin", holder, objectives="Autres effets.")
    with pytest.raises(EditConflict):
        propose(card, need="Un autre besoin.", seen=seen)
    assert not Proposal.objects.exists()


def test_only_published_cards_receive_proposals(holder):
    draft = InitiativeFactory(author=holder)
    with pytest.raises(DomainError, match="publiée"):
        propose(draft, need="Un besoin.")


def test_one_speaks_for_one_s_own_organisation_only(card):
    member = MembershipFactory().user
    own = member.memberships.get().organisation
    assert propose(card, need="A.", by=member, organisation=own).organisation == own
    with pytest.raises(DomainError, match="membre"):
        propose(card, need="B.", by=member, organisation=OrganisationFactory())


def test_nobody_floods(card, settings):
    settings.CONTRIBUTIONS = {**settings.CONTRIBUTIONS, "posts_per_hour": 2}
    member = UserFactory()
    propose(card, need="A.", by=member)
    propose(card, need="B.", by=member)
    with pytest.raises(DomainError, match="beaucoup écrit"):
        propose(card, need="C.", by=member)
    propose(card, need="C.")  # others are not held back


# --- deciding -----------------------------------------------------------------------------
def test_accepted_as_it_is_the_card_and_its_history_say_so(card, holder):
    proposal = propose(card, need="Des savoir-faire se perdent.")
    version = Initiative.objects.get(pk=card.pk).version
    accept_proposal(proposal, by=holder, word="Merci.")
    card.refresh_from_db()
    proposal.refresh_from_db()
    assert card.need == "Des savoir-faire se perdent."
    assert card.version == version + 1
    assert (proposal.state, proposal.decided_by) == ("accepted", holder)
    context = InitiativeEvent.objects.filter(pgh_obj=card.pk).latest("pgh_id").pgh_context
    assert context["action"] == "accept_proposal"
    assert context["contributor"] == proposal.author_id
    assert context["user"] == holder.pk
    assert context["proposal"] == proposal.pk
    assert told(proposal.author) == [("proposal_accepted", False)]


def test_a_second_click_finds_it_accepted_and_writes_nothing(card, holder):
    proposal = propose(card, need="Une fois.")
    accept_proposal(proposal, by=holder)
    version = Initiative.objects.get(pk=card.pk).version
    assert accept_proposal(proposal, by=holder).state == "accepted"
    assert Initiative.objects.get(pk=card.pk).version == version
    with pytest.raises(DomainError, match="acceptée"):
        accept_proposal(proposal, by=UserFactory(manager=True))


def test_amended_what_the_holder_wrote_is_on_the_card(card, holder):
    proposal = propose(card, need="Des savoir-faire se perdent, hélas.")
    now = current(card, "besoin")
    accept_proposal(
        proposal,
        by=holder,
        content={**now, "need": "Des savoir-faire se perdent."},
        seen=digest(now),
    )
    card.refresh_from_db()
    proposal.refresh_from_db()
    assert card.need == "Des savoir-faire se perdent."
    assert proposal.state == "amended"
    assert proposal.content["need"].endswith("hélas.")
    assert list(Proposal.objects.credited()) == [proposal]


def test_a_section_that_changed_since_is_never_overwritten(card, holder):
    proposal = propose(card, need="La proposition.")
    change(card, "besoin", holder, need="Le texte d’entre-temps.")
    with pytest.raises(EditConflict):
        accept_proposal(proposal, by=holder)
    card.refresh_from_db()
    proposal.refresh_from_db()
    assert card.need == "Le texte d’entre-temps."
    assert proposal.state == "proposed"
    # Nor is what changes while the holder amends.
    seen = digest(current(card, "besoin"))
    change(card, "besoin", holder, objectives="D’autres effets.")
    amended = {**current(card, "besoin"), "need": "Les deux."}
    with pytest.raises(EditConflict):
        accept_proposal(proposal, by=holder, content=amended, seen=seen)
    accept_proposal(proposal, by=holder, content=amended, seen=digest(current(card, "besoin")))
    card.refresh_from_db()
    assert (card.need, card.objectives) == ("Les deux.", "D’autres effets.")


def test_what_the_card_imposed_is_no_amendment(card, holder):
    row = {"title": "Notre guide", "url": "https://exemple.fr/g", "licence": ""}
    first = propose(card, "materiel", materials=[*current(card, "materiel")["materials"], row])
    other = {**row, "title": "Notre affiche"}
    second = propose(card, "materiel", materials=[*current(card, "materiel")["materials"], other])
    accept_proposal(first, by=holder)
    now = current(card, "materiel")
    merged = merge(
        thaw(SECTIONS["materiel"], second.before), thaw(SECTIONS["materiel"], second.content), now
    )
    accept_proposal(second, by=holder, content=merged, seen=digest(now))
    second.refresh_from_db()
    assert second.state == "accepted"
    assert {"Notre guide", "Notre affiche"} < set(card.materials.values_list("title", flat=True))


def test_declined_with_a_reason_that_its_author_reads(card, holder):
    proposal = propose(card, need="Autre chose.")
    with pytest.raises(DomainError, match="pourquoi"):
        decline_proposal(proposal, by=holder, reason="  ")
    decline_proposal(proposal, by=holder, reason="C’est un autre dispositif.")
    assert told(proposal.author) == [("proposal_declined", False)]
    with pytest.raises(DomainError, match="déclinée"):
        accept_proposal(proposal, by=holder)
    card.refresh_from_db()
    assert card.need == "Des objets jetés."


def test_taken_back_before_it_is_decided(card, holder):
    proposal = propose(card, need="Autre chose.")
    withdraw_proposal(proposal)
    assert withdraw_proposal(proposal).state == "withdrawn"
    with pytest.raises(DomainError, match="retirée"):
        accept_proposal(proposal, by=holder)
    accepted = propose(card, need="Autre chose encore.")
    accept_proposal(accepted, by=holder)
    with pytest.raises(DomainError):
        withdraw_proposal(accepted)


def test_an_archived_card_is_not_written_by_a_proposal(card, holder):
    proposal = propose(card, need="Trop tard.")
    Initiative.objects.filter(pk=card.pk).update(publication="archived")
    with pytest.raises(DomainError, match="archivée"):
        accept_proposal(proposal, by=holder)
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_the_author_s_account_goes_the_contribution_stays(card, holder):
    member = UserFactory()
    proposal = propose(card, need="Ce qui reste.", by=member)
    accept_proposal(proposal, by=holder)
    member.delete()
    proposal.refresh_from_db()
    card.refresh_from_db()
    assert (proposal.author, proposal.state, card.need) == (None, "accepted", "Ce qui reste.")


# --- content ------------------------------------------------------------------------------
@pytest.mark.parametrize("slug", list(SECTIONS))
def test_a_section_kept_as_json_comes_back_the_same(card, slug):
    content = current(card, slug)
    assert digest(thaw(SECTIONS[slug], freeze(content))) == digest(content)


def test_amounts_go_through_a_proposal(card, holder):
    rows = current(card, "economie")["economics"]
    rows[0] = {**rows[0], "central": Decimal("1600.50")}
    accept_proposal(propose(card, "economie", economics=rows), by=holder)
    assert card.economics.first().central == Decimal("1600.50")


def test_merging_adds_and_takes_only_what_was_proposed():
    before = {"need": "a", "themes": [1, 2], "tags": ["x"], "rows": [{"id": 1, "name": "un"}]}
    proposed = {**before, "themes": [2, 3], "tags": ["x", "z"],
                "rows": [{"id": 1, "name": "UN"}, {"name": "trois"}]}  # fmt: skip
    now = {"need": "b", "themes": [1, 2, 4], "tags": ["x", "y"],
           "rows": [{"id": 1, "name": "un"}, {"id": 2, "name": "deux"}]}  # fmt: skip
    assert merge(before, proposed, now) == {
        "need": "b",
        "themes": [2, 3, 4],
        "tags": ["x", "y", "z"],
        "rows": [{"id": 1, "name": "UN"}, {"id": 2, "name": "deux"}, {"name": "trois"}],
    }


def test_a_row_changed_by_both_is_the_proposed_one_and_a_removed_one_stays_if_changed():
    before = {"rows": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]}
    proposed = {"rows": [{"id": 1, "name": "A"}]}
    now = {"rows": [{"id": 1, "name": "aa"}, {"id": 2, "name": "bb"}]}
    assert merge(before, proposed, now) == {
        "rows": [{"id": 1, "name": "A"}, {"id": 2, "name": "bb"}]
    }


def test_an_unknown_section_of_another_card_s_key(card, holder):
    """A draft's key does not serve on another card."""
    member, key = UserFactory(), uuid.uuid4()
    propose(card, need="A.", by=member, key=key, send=False)
    other = InitiativeFactory(published=True)
    now = current(other, "besoin")
    with pytest.raises(DomainError, match="déjà servi"):
        save_proposal(
            other, "besoin", {**now, "need": "B."}, by=member, key=key, seen=digest(now), reason="x"
        )
