"""Beginning an application, writing it with others, joining files."""

from __future__ import annotations

import io
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from essaim.calls import form_defaults
from essaim.calls.actions import applying, files, writing
from essaim.calls.cards import _figure
from essaim.calls.models import Application, FormVersion
from essaim.calls.reading import form_change, lacks, sections_of
from essaim.common.errors import DomainError
from essaim.initiatives.models import Component, EconomicLine
from tests.calls.factories import BLOCKS, CallFactory
from tests.calls.factories_applying import (
    TEXT,
    application,
    archive,
    begin,
    by_person,
    filled,
    save,
    team,
)
from tests.funding.factories import PDF
from tests.initiatives.factories import ComponentFactory, EconomicLineFactory, InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def block(slug: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"slug": slug, "title": slug.capitalize(), "fields": list(fields), **more}


def field(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name.capitalize(), "kind": kind, **more}


def test_two_members_begin_the_same_application() -> None:
    call = CallFactory()
    organisation, holder, colleague = team()
    first = begin(call, holder, organisation)
    assert begin(call, colleague, organisation).pk == first.pk


def test_the_same_form_twice_is_one_where_several_are_allowed() -> None:
    call = CallFactory(most_for_one=2)
    organisation, holder, _colleague = team()
    key = uuid.uuid4()
    first = begin(call, holder, organisation, submission=key)
    assert begin(call, holder, organisation, submission=key).pk == first.pk
    begin(call, holder, organisation)
    with pytest.raises(DomainError, match="2 candidatures au plus"):
        begin(call, holder, organisation)


def test_who_may_never_be_chosen_is_told_before_writing() -> None:
    organisation, holder, _colleague = team(kind="association")
    with pytest.raises(DomainError, match="ouvert à"):
        begin(CallFactory(applicant_kinds=["local_authority"]), holder, organisation)
    with pytest.raises(DomainError, match="Une organisation candidate"):
        begin(CallFactory(), holder)
    with pytest.raises(DomainError, match="un de ses membres"):
        begin(CallFactory(), UserFactory(), organisation)
    with pytest.raises(DomainError, match="ne prend plus"):
        begin(CallFactory(closed=True), holder, organisation)
    with pytest.raises(DomainError, match="pas encore ouvert"):
        begin(CallFactory(announced=True), holder, organisation)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ["12\xa0000\xa0€ par an (de 9\xa0500,50\xa0€ à 15\xa0000\xa0€)", "3 jours", "400\xa0€ en une fois"]),
        ("en", ["€12,000 a year (from €9,500.50 to €15,000)", "3 jours", "€400 once"]),
    ],
)  # fmt: skip
def test_what_a_card_costs_is_read_in_words(language: str, said: list[str]) -> None:
    card = InitiativeFactory()
    figures: list[dict[str, Any]] = [
        {
            "low": Decimal("9500.50"),
            "central": 12_000,
            "high": 15_000,
            "unit": "€",
            "period": "year",
        },
        {"central": 3, "unit": "jours"},
        {"central": 400, "unit": "euros", "period": "once"},
    ]
    for each in figures:
        EconomicLineFactory(initiative=card, **({"low": None, "high": None, "period": ""} | each))
    rows = [EconomicLine.objects.get(pk=pk) for pk in card.economics.values_list("pk", flat=True)]
    with translation.override(language):
        assert sorted(_figure(row) for row in rows) == sorted(said)


def test_a_prize_for_the_agents_of_one_administration() -> None:
    home = OrganisationFactory(siren="732829320", kind="state_service")
    call = CallFactory(administration=home, persons_may_apply=True)
    agent = MembershipFactory(organisation=home).user
    assert begin(call, agent).by_person
    with pytest.raises(DomainError, match="réservé aux agents"):
        begin(call, UserFactory())


def test_a_replication_call_offers_its_initiatives_only() -> None:
    proven = InitiativeFactory(published=True)
    call = CallFactory(kind="replication")
    call.initiatives.add(proven)
    organisation, holder, _colleague = team()
    with pytest.raises(DomainError, match="une des initiatives"):
        begin(call, holder, organisation, adopts=InitiativeFactory(published=True))
    made = begin(call, holder, organisation, adopts=proven)
    assert made.adopts == proven


@pytest.mark.parametrize("where", ["essentials", "block"])
def test_another_initiative_takes_no_component_of_the_one_before(where: str) -> None:
    reprise = block(
        "reprise", field("initiative", "initiative"), field("components", "components"),
        field("context", "long", longest=500),
    )  # fmt: skip
    call = CallFactory(kind="replication", content=[reprise])
    cards = [InitiativeFactory(published=True) for _n in range(2)]
    cores = [ComponentFactory(initiative=card, kind="core") for card in cards]
    call.initiatives.set(cards)
    story = application(call, adopts=cards[0])
    said = {
        "initiative": {"slug": cards[0].slug, "label": cards[0].title},
        "components": [{"key": str(cores[0].pk), "label": cores[0].name}],
        "context": "Un bassin rural.",
    }
    save(story, "reprise", said)
    if where == "essentials":
        applying.save_essentials(
            story.application, by=story.holder, title="Le même", adopts=cards[1]
        )
    else:
        chosen = {"initiative": {"slug": cards[1].slug, "label": cards[1].title}}
        save(story, "reprise", said | chosen)
    answer = story.fresh().answers.get()
    assert story.application.adopts == cards[1]
    assert answer.content["components"] == [] and not answer.is_checked
    assert answer.content["initiative"]["slug"] == cards[1].slug
    assert answer.content["context"] == "Un bassin rural."
    assert any("Components" in each for s in sections_of(story.application) for each in s.missing)
    # What is kept of the one that is taken up now stays.
    kept = {"components": [{"key": str(cores[1].pk), "label": cores[1].name}]}
    save(story, "reprise", answer.content | kept)
    applying.save_essentials(story.application, by=story.holder, title="Autre", adopts=cards[1])
    assert story.fresh().answers.get().content["components"] == kept["components"]


def test_what_is_known_is_filled_in_and_read_again() -> None:
    blocks = [block("projet", field("need", "long"), field("siret", "siret"))]
    card = InitiativeFactory(published=True, need="Des logements froids.")
    organisation, holder, _colleague = team(siren="732829320", siret="73282932000074")
    made = begin(CallFactory(content=blocks), holder, organisation, initiative=card)
    made = Application.objects.for_detail().get(pk=made.pk)
    [section] = sections_of(made)
    assert section.content == {"need": "Des logements froids.", "siret": "73282932000074"}
    assert not section.missing and not section.is_done  # nobody has read it again


def test_what_the_card_says_of_its_model_is_not_asked_again() -> None:
    names = ("what", "failed", "core", "margin")
    card = InitiativeFactory(published=True, description="Un *guichet*.", what_failed="Le soir.")
    for name, kind, why, variants in (
        ("Une seule porte", "core", "On ne revient pas deux fois.", ""),
        ("Le lieu", "margin", "", "mairie\nFrance services"),
    ):
        Component.objects.create(initiative=card, name=name, kind=kind, why=why, variants=variants)
    organisation, holder, _colleague = team()
    call = CallFactory(content=[block("reprise", *[field(name, "long") for name in names])])
    made = begin(call, holder, organisation, initiative=card)
    [section] = sections_of(Application.objects.for_detail().get(pk=made.pk))
    assert section.content == {
        "what": "Un guichet.", "failed": "Le soir.",
        "core": "Une seule porte : On ne revient pas deux fois.",
        "margin": "Le lieu : mairie, France services",
    }  # fmt: skip
    assert not section.is_done  # nobody has read it again


def test_what_was_answered_once_is_filled_in_the_next_time() -> None:
    story = filled()
    again = begin(CallFactory(), story.holder, story.organisation)
    assert again.answers.get(block="projet").content["what"] == TEXT


def test_the_second_of_two_editors_is_told_and_overwrites_nothing() -> None:
    story = application()
    version = story.application.answers.get(block="projet").version
    save(story, "projet", {"what": "Le mien."}, by=story.holder, version=version)
    with pytest.raises(writing.EditConflict):
        save(story, "projet", {"what": "Le sien."}, by=story.colleague, version=version)
    answer = story.application.answers.get(block="projet")
    assert answer.content["what"] == "Le mien."
    # The same words, from the same older page, are no conflict.
    save(story, "projet", {**answer.content}, by=story.colleague, version=version)


def test_a_stranger_writes_nothing() -> None:
    story = application()
    with pytest.raises(DomainError):
        save(story, "projet", {"what": "x"}, by=UserFactory())


def test_a_block_depends_on_an_earlier_answer() -> None:
    choices = [["yes", "oui"], ["no", "non"]]
    blocks = [
        block("nature", field("new", "choice", choices=choices)),
        block("suite", field("why"), when={"block": "nature", "field": "new", "values": ["yes"]}),
    ]
    story = application(CallFactory(content=blocks))
    assert [each.block.slug for each in sections_of(story.application)] == ["nature"]
    save(story, "nature", {"new": "yes"})
    assert len(sections_of(story.fresh())) == 2
    save(story, "suite", {"why": "Parce que."})
    save(story, "nature", {"new": "no"})
    assert len(sections_of(story.fresh())) == 1
    # What was written is kept for the day the answer changes back.
    assert story.application.answers.get(block="suite").content["why"] == "Parce que."


def test_what_the_card_says_is_shown_and_never_asked() -> None:
    blocks = [block("modele", source="card:model")]
    card = InitiativeFactory(published=True, objectives="Rénover avec les habitants.")
    story = application(CallFactory(content=blocks))
    [section] = sections_of(story.application)
    assert "fiche" in section.missing[0]
    story = application(CallFactory(content=blocks), initiative=card)
    [section] = sections_of(story.application)
    assert section.card[0].text == "Rénover avec les habitants." and not section.missing
    save(story, "modele", {})
    assert sections_of(story.fresh())[0].is_done


def test_the_table_of_costs_that_calls_begin_with_is_filled_and_read() -> None:
    story = application(CallFactory(content=[form_defaults.COSTS]))
    lines = [{"label": "Outils", "amount_cents": 10_01, "requested_cents": 3_34}]
    save(story, "couts", {"lines": lines, "requested_cents": 3_34, "others": ""})
    [section] = sections_of(story.fresh())
    assert section.is_done and section.rows[0].costs is not None


def test_costs_are_exact_to_the_cent_and_say_what_is_asked() -> None:
    blocks = [block("couts", field("costs", "costs"))]
    story = application(CallFactory(content=blocks))
    lines = [
        {"label": "Outils", "amount_cents": 10_01, "requested_cents": 3_34},
        {"label": "Salaires", "amount_cents": 20_02, "requested_cents": 20_02},
    ]
    save(story, "couts", {"costs": lines})
    assert story.fresh().requested_cents == 23_36
    [row] = sections_of(story.application)[0].rows
    assert row.costs is not None
    assert (row.costs.total, row.costs.requested, row.costs.own) == (30_03, 23_36, 6_67)


def test_a_form_that_changes_loses_nothing() -> None:
    story = filled()
    changed = [
        {**BLOCKS[0], "fields": [BLOCKS[0]["fields"][1], field("why", "long")]},
        BLOCKS[1],
    ]
    FormVersion.objects.create(call=story.call, number=2, blocks=changed, reason="Plus clair.")
    type(story.call).objects.filter(pk=story.call.pk).update(form_number=2)
    found = story.fresh()
    change = form_change(found)
    assert change is not None and change.reason == "Plus clair."
    assert change.added == ["Le projet – Why"]
    assert change.removed == [("Le projet – Que ferez-vous ?", TEXT)]
    assert "Why" in sections_of(found)[0].missing
    save(story, "projet", {"why": "Pour eux.", "requested_cents": 1})
    assert story.application.answers.get(block="projet").content["what"] == TEXT
    writing.accept_form(found, by=story.colleague, number=2)
    assert form_change(story.fresh()) is None


def test_a_person_applies_in_their_own_name() -> None:
    story = by_person(CallFactory(persons_may_apply=True))
    assert story.application.person == story.holder
    assert not lacks(story.application, sections_of(story.application)).stops


# --- files ----------------------------------------------------------------------------------------
FILES = [block("pieces", field("letter", "file"))]


def join(story: Any, name: str, content: bytes, **more: Any) -> Any:
    given = {"submission": uuid.uuid4(), "by": story.holder, **more}
    return files.join_file(
        story.application, "pieces", "letter", file=io.BytesIO(content), file_name=name,
        file_size=len(content), **given,
    )  # fmt: skip


def test_the_same_file_is_joined_once() -> None:
    story = application(CallFactory(content=FILES))
    key = uuid.uuid4()
    one = join(story, "lettre.pdf", PDF, submission=key)
    assert join(story, "lettre.pdf", PDF, submission=key) == one
    assert join(story, "autre-nom.pdf", PDF) == one
    assert sections_of(story.fresh())[0].content["letter"][0]["name"] == "lettre.pdf"
    files.remove_file(one, by=story.colleague)
    assert sections_of(story.fresh())[0].missing == ["Letter"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ", "pas accepté"),
        ("faux.pdf", b"MZ not a pdf", "Le contenu"),
        ("lot.zip", archive(lettre__pdf=PDF, outil__exe=b"MZ").getvalue(), "outil.exe"),
        ("lot.zip", archive(page__html=b"<script>").getvalue(), "page.html"),
        ("lot.zip", archive(lettre__pdf=b"MZ").getvalue(), "lettre.pdf"),
        ("lot.zip", archive(lot__zip=archive(a__pdf=PDF).getvalue()).getvalue(), "lot.zip"),
        ("lot.zip", archive().getvalue(), "ZIP|vide|contenu"),
        ("lot.zip", b"not an archive", "Le contenu"),
    ],
)
def test_what_a_file_is_not_is_refused(name: str, content: bytes, said: str) -> None:
    story = application(CallFactory(content=FILES))
    with pytest.raises(DomainError, match=said):
        join(story, name, content)
    assert not story.application.files.exists()


def test_an_archive_of_documents_is_taken() -> None:
    story = application(CallFactory(content=FILES))
    made = join(story, "lot.zip", archive(lettre__pdf=PDF, note__txt=b"Bonjour").getvalue())
    assert made.media_type == "application/zip"


def test_a_question_that_asks_no_file_takes_none() -> None:
    story = application()
    with pytest.raises(DomainError, match="ne demande pas"):
        join(story, "lettre.pdf", PDF)
