"""Cards are written by actions: each whole or not at all, kept in history, told to others."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.db import DataError, ProgrammingError, connections

from essaim.common.errors import DomainError
from essaim.initiatives import models
from essaim.initiatives.actions.cards import EditConflict, create_card, save_section
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Component, EconomicLine, Fact, Initiative, PhaseChange
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.initiatives.signals import card_saved
from essaim.people.models import Organisation
from essaim.themes.actions import map_tag
from essaim.themes.models import UnmappedTag
from essaim.themes.signals import count_words
from tests.initiatives.factories import FactFactory, InitiativeFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import AudienceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    """The cards that other rooms were told of, in order."""
    heard = []

    def listen(sender, initiatives, **kwargs):
        heard.extend(initiatives)

    card_saved.connect(listen)
    yield heard
    card_saved.disconnect(listen)


def save(card, section, by, *, version=None, seen=None, new_holder=None, **changes):
    """Save a section opened on the card as it stands, with some parts changed."""
    now = read_section(Initiative.objects.get(pk=card.pk), SECTIONS[section])
    return save_section(
        card,
        section,
        now | changes,
        by=by,
        version=card.version if version is None else version,
        seen=digest(now) if seen is None else seen,
        new_holder=new_holder,
    )


# --- a new card ---------------------------------------------------------------
def test_a_new_card_is_a_draft_of_its_author(told):
    author = UserFactory()
    card = create_card(
        key=str(uuid.uuid4()), title="Café des âges", summary="On s’y parle.", by=author
    )
    assert (card.publication, card.author, card.slug) == ("draft", author, "cafe-des-ages")
    assert told == [card.pk]


def test_the_same_form_sent_twice_makes_one_card():
    author, key = UserFactory(), str(uuid.uuid4())
    first = create_card(key=key, title="Café", summary="Un.", by=author)
    assert create_card(key=key, title="Café", summary="Un.", by=author) == first
    with pytest.raises(DomainError):
        create_card(key=key, title="Café", summary="Un.", by=UserFactory())
    assert Initiative.objects.count() == 1


# --- sections -------------------------------------------------------------------
def test_a_section_is_saved_and_its_change_told(told):
    card = InitiativeFactory(author=UserFactory())
    saved = save(card, "besoin", card.author, need="Des repas seuls.\r\nChaque soir.")
    card.refresh_from_db()
    assert card.need == "Des repas seuls.\nChaque soir."
    assert (saved.version, card.version) == (2, 2)
    assert told == [card.pk]


def test_saving_what_is_already_there_changes_nothing(told):
    card = InitiativeFactory(rich=True)
    for section in SECTIONS:
        assert save(card, section, card.author, version=0, seen="").version == card.version
    assert told == []


def test_two_editors_of_one_section_nothing_is_overwritten():
    card = InitiativeFactory(author=UserFactory(), need="Au départ.")
    opened = read_section(card, SECTIONS["besoin"])
    save(card, "besoin", UserFactory(manager=True), need="Texte de l’animateur.")
    with pytest.raises(EditConflict) as refused:
        save(card, "besoin", card.author, version=1, seen=digest(opened), need="Texte de l’auteur.")
    assert refused.value.current["need"] == "Texte de l’animateur."
    card.refresh_from_db()
    assert card.need == "Texte de l’animateur."
    # Having read it, the author saves on the card as it now stands.
    current = digest(refused.value.current)
    save(card, "besoin", card.author, version=2, seen=current, need="Les deux textes.")
    card.refresh_from_db()
    assert card.need == "Les deux textes."


def test_two_editors_of_two_sections_do_not_disturb_each_other():
    card = InitiativeFactory(author=UserFactory())
    opened = digest(read_section(card, SECTIONS["dispositif"]))
    save(card, "besoin", UserFactory(manager=True), need="Un besoin.")
    save(card, "dispositif", card.author, version=1, seen=opened, description="Un dispositif.")
    card.refresh_from_db()
    assert (card.need, card.description, card.version) == ("Un besoin.", "Un dispositif.", 3)


def test_the_same_form_sent_twice_is_no_conflict():
    card = InitiativeFactory(author=UserFactory())
    opened = digest(read_section(card, SECTIONS["besoin"]))
    for _time in range(2):
        save(card, "besoin", card.author, version=1, seen=opened, need="Un besoin.")
    card.refresh_from_db()
    assert card.version == 2


def component(name, **values):
    return {
        "name": name,
        "kind": "core",
        "why": "",
        "variants": "",
        "red_lines": "",
        "id": None,
    } | values


def test_rows_are_kept_added_reordered_and_removed():
    card = InitiativeFactory(author=UserFactory())
    save(card, "composantes", card.author, components=[component("A"), component("B")])
    a, b = card.components.all()
    card.refresh_from_db()
    rows = [component("C"), component("B", id=b.pk, why="Parce que."), component("A")]
    save(card, "composantes", card.author, components=rows)
    assert [row.name for row in card.components.all()] == ["C", "B", "A"]
    assert Component.objects.get(pk=b.pk).why == "Parce que."
    # « A » was typed again without its number: it is the same row, not a copy.
    assert Component.objects.filter(pk=a.pk).exists()
    card.refresh_from_db()
    save(card, "composantes", card.author, components=[])
    assert not card.components.exists()


def test_a_row_of_another_card_is_never_taken():
    mine, other = InitiativeFactory(author=UserFactory()), InitiativeFactory(rich=True)
    theirs = other.components.first()
    save(mine, "composantes", mine.author, components=[component("Vol", id=theirs.pk)])
    theirs.refresh_from_db()
    assert theirs.initiative == other
    assert mine.components.get().pk != theirs.pk


def test_evidence_becomes_a_fact_and_moves_the_phase_both_ways():
    card = InitiativeFactory(published=True, author=UserFactory())
    row = {"kind": "independent", "title": "Étude", "url": "", "year": 2015, "level": 3, "id": None}
    save(card, "preuves", card.author, evidence=[row])
    card.refresh_from_db()
    assert (card.phase, card.proof_level) == ("validate", 3)
    assert Fact.objects.get(initiative=card).source == f"evidence:{card.evidence.get().pk}"
    save(card, "preuves", card.author, evidence=[])
    card.refresh_from_db()
    assert (card.phase, card.proof_level) == ("identify", 0)
    moves = PhaseChange.objects.filter(initiative=card, by=card.author).values_list("phase")
    assert {phase for (phase,) in moves} == {"validate", "identify"}


def test_economic_lines_give_what_it_costs_to_begin():
    card = InitiativeFactory(author=UserFactory())
    line = dict.fromkeys(("label", "unit", "period", "payer", "source"), "") | {"id": None}
    line |= {"low": None, "central": Decimal("1000"), "high": None, "unit": "€"}
    lines = [
        line | {"line": EconomicLine.Line.INVESTMENT},
        line | {"line": EconomicLine.Line.RUNNING_COSTS, "period": "month"},
        line | {"line": EconomicLine.Line.AVOIDED_COSTS, "central": Decimal("90000")},
    ]
    save(card, "economie", card.author, economics=lines)
    card.refresh_from_db()
    assert card.first_year_cost == Decimal("13000.00")


def test_the_holder_is_chosen_or_named():
    card = InitiativeFactory(author=UserFactory())
    save(card, "essentiel", card.author, new_holder={"name": "Les Amis", "kind": "association"})
    card.refresh_from_db()
    assert card.holder.name == "Les Amis"
    assert not card.holder.memberships.exists(), "naming an organisation gives no right in it"
    mine = {"name": "Notre CCAS", "kind": "ccas", "is_mine": True}
    save(card, "essentiel", card.author, new_holder=mine)
    card.refresh_from_db()
    assert card.holder.memberships.get().user == card.author


def test_naming_a_known_organisation_never_makes_one_its_member():
    known = OrganisationFactory(name="Ville de Lille", kind="local_authority")
    card = InitiativeFactory(author=UserFactory())
    named = {"name": "ville de lille", "kind": "local_authority", "is_mine": True}
    save(card, "essentiel", card.author, new_holder=named)
    card.refresh_from_db()
    assert card.holder == known
    assert not known.memberships.exists()
    assert Organisation.objects.count() == 1


def test_words_just_added_give_the_terms_they_name_and_the_others_wait():
    theme = ThemeFactory(name="Lien essaimé", synonyms=["voisinage essaimé"])
    audience = AudienceFactory(name="Aînés essaimés")
    card = InitiativeFactory(author=UserFactory())
    save(card, "essentiel", card.author, tags=["Voisinage essaimé", "mot inconnu ici"])
    card.refresh_from_db()
    save(card, "besoin", card.author, beneficiaries=["aînés essaimés"])
    assert list(card.themes.all()) == [theme]
    assert list(card.audiences.all()) == [audience]
    assert UnmappedTag.objects.get().text == "mot inconnu ici"
    # A term taken away by hand does not come back with the next saving.
    card.refresh_from_db()
    save(card, "essentiel", card.author, themes=[])
    assert not card.themes.exists()


def test_mapping_a_word_gives_its_term_to_the_cards_that_carry_it(told):
    theme = ThemeFactory()
    cards = [InitiativeFactory(tags=["jardins nourriciers"]) for _n in range(3)]
    other = InitiativeFactory(tags=["autre"])
    counts = count_words.send(None, vocabulary="theme", words=["jardins nourriciers", "rien"])
    assert [found for _receiver, found in counts] == [{"jardins nourriciers": 3}]
    tag = UnmappedTag.objects.create(
        vocabulary="theme",
        folded="jardins nourriciers",
        text="jardins nourriciers",
        spellings=["jardins nourriciers"],
    )
    map_tag(tag, theme)
    assert all(list(card.themes.all()) == [theme] for card in cards)
    assert not other.themes.exists()
    assert told == [card.pk for card in cards]


def test_an_archived_card_is_not_written():
    card = InitiativeFactory(archived=True, author=UserFactory())
    with pytest.raises(DomainError, match="archivée"):
        save(card, "besoin", card.author, need="Trop tard.")


def test_an_action_that_fails_leaves_nothing_behind():
    card = InitiativeFactory(author=UserFactory())
    rows = [component("A"), component("x" * 300)]
    with pytest.raises(DataError):
        save(card, "composantes", card.author, components=rows)
    card.refresh_from_db()
    assert card.version == 1
    assert not card.components.exists()


# --- facts told by other rooms ------------------------------------------------------
def test_facts_of_other_rooms_make_the_phase_and_survive_a_saving():
    card = InitiativeFactory(published=True, author=UserFactory())
    record_fact(
        card, "evaluation_concluded", "evaluation:7", {"kind": "peer", "level": 2}, "2015-06"
    )
    save(card, "preuves", card.author, version=0, seen=None, what_failed="Le dimanche.")
    card.refresh_from_db()
    assert (card.phase, card.proof_level) == ("validate", 2)
    record_fact(card, "evaluation_concluded", "evaluation:7", None)
    card.refresh_from_db()
    assert (card.phase, card.proof_level) == ("identify", 0)


def test_one_fact_for_each_kind_and_source():
    fact = FactFactory(source="evaluation:1")
    record_fact(fact.initiative, fact.kind, "evaluation:1", {"kind": "self", "level": 1}, "2016")
    assert Fact.objects.get(initiative=fact.initiative).value["level"] == 1


# --- history ------------------------------------------------------------------------
def test_history_is_complete_from_the_first_day():
    author = UserFactory()
    card = create_card(key=str(uuid.uuid4()), title="Café", summary="Un.", by=author)
    place, theme = TerritoryFactory(), ThemeFactory()
    save(card, "essentiel", author, territories=[place.pk], themes=[theme.pk], title="Café libre")
    card.refresh_from_db()
    save(card, "essentiel", author, territories=[])
    card.refresh_from_db()
    save(card, "composantes", author, components=[component("A")])
    card.refresh_from_db()
    save(card, "composantes", author, components=[])
    events = models.InitiativeEvent.objects.filter(pgh_obj=card.pk).order_by("pgh_id")
    assert next(event.title for event in events) == "Café"
    assert [event.title for event in events][-1] == "Café libre"
    assert {event.pgh_context["user"] for event in events} == {author.pk}
    assert events.last().pgh_context["fields"] == ["components"]
    labels = models.CardTerritoryEvent.objects.filter(initiative=card.pk, territory=place.pk)
    assert list(labels.values_list("pgh_label", flat=True)) == ["insert", "delete"]
    assert models.CardThemeEvent.objects.filter(initiative=card.pk, theme=theme.pk).exists()
    rows = models.ComponentEvent.objects.filter(initiative=card.pk).order_by("pgh_id")
    assert list(rows.values_list("pgh_label", flat=True)) == ["insert", "delete"]


def test_history_never_holds_a_contact_nor_a_private_word_to_the_author():
    columns = {field.name for field in models.InitiativeEvent._meta.get_fields()}
    assert not columns & {"contact", "return_reason"}


def test_the_application_cannot_rewrite_history():
    InitiativeFactory()
    with (
        connections["default"].cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        cursor.execute("UPDATE initiatives_initiativeevent SET title = 'autre'")
