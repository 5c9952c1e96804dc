"""A partner's file, night after night: created, changed, proposed, withdrawn, back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.models import Proposal
from essaim.harvest.models import Item, Run
from essaim.initiatives.actions.cards import save_section
from essaim.initiatives.actions.publication import delete_card
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from tests.common.servers import Server, send
from tests.harvest.conftest import gives
from tests.harvest.factories import SourceFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
Passage = Callable[..., Run]
CSV = "/fiches.csv"
MAPPING = {
    "external_id": "Ref",
    "title": "Nom",
    "summary": "Résumé",
    "description": "Texte",
    "holder_name": "Structure",
    "territories": "Lieu",
    "source_url": "Lien",
}
HEADER = "Ref;Nom;Résumé;Texte;Structure;Lieu;Lien"


def row(n: int, **given: str) -> str:
    known = {
        "name": f"Atelier {n}", "summary": f"On y répare {n} fois.", "text": f"Texte {n}.",
        "holder": "Les Ateliers", "place": "commune:38185", "link": f"https://exemple.fr/{n}",
    } | given  # fmt: skip
    return ";".join(
        [f"a-{n}", *(known[k] for k in ("name", "summary", "text", "holder", "place", "link"))]
    )


def table(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


@pytest.fixture
def source(partner: Server) -> Any:
    TerritoryFactory(kind="commune", code="38185", name="Grenoble")
    return SourceFactory(url=partner.url(CSV), name="Banque des ateliers", mapping=MAPPING)


def test_a_trial_says_what_would_happen_and_writes_nothing(
    partner: Server, source: Any, passage: Passage
) -> None:
    gives(partner, CSV, table(*(row(n) for n in range(12)), "a-99;;;;;;"))
    run = passage(source, trial=True)
    assert (run.state, run.created, run.read) == ("done", 10, 10)
    assert [each["outcome"] for each in run.sample] == ["created"] * 10
    assert run.sample[0]["title"] == "Atelier 0"
    assert run.fields_met == HEADER.split(";")
    assert not Initiative.objects.exists()
    assert not Item.objects.exists()


def test_each_card_keeps_where_it_comes_from(
    partner: Server, source: Any, passage: Passage
) -> None:
    gives(partner, CSV, table(row(1), row(2)))
    run = passage(source)
    assert (run.created, run.refused) == (2, 0)
    card = Initiative.objects.get(title="Atelier 1")
    assert card.source_name == "Banque des ateliers"
    assert card.source_url == "https://exemple.fr/1"
    assert card.source_licence == "Licence Ouverte 2.0"
    assert card.holder is not None
    assert card.holder.name == "Les Ateliers"
    assert [place.code for place in card.territories.all()] == ["38185"]
    assert card.publication == "published"
    assert card.author is None
    item = Item.objects.get(card=card)
    assert (item.identifier, item.state) == ("a-1", "present")


def test_what_did_not_change_is_not_asked_nor_written_again(
    partner: Server, source: Any, passage: Passage
) -> None:
    body = table(row(1), row(2)).encode()

    def answer(handler: Any) -> None:
        if handler.headers.get("If-None-Match") == '"v1"':
            return send(handler, 304)
        return send(handler, 200, body, ETag='"v1"')

    partner.routes[CSV] = answer
    passage(source)
    versions = list(Initiative.objects.values_list("version", "updated_at"))
    again = passage(source)
    assert again.not_modified
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
    source.refresh_from_db()
    source.etag = ""
    source.save()
    whole = passage(source)
    assert not whole.not_modified
    assert (whole.created, whole.changed, whole.unchanged) == (0, 0, 2)
    assert list(Initiative.objects.values_list("version", "updated_at")) == versions


def test_what_the_source_changes_changes_the_card(
    partner: Server, source: Any, passage: Passage
) -> None:
    gives(partner, CSV, table(row(1), row(2)))
    passage(source)
    gives(partner, CSV, table(row(1, text="Un autre texte."), row(2), row(3)))
    run = passage(source)
    assert (run.created, run.changed, run.unchanged) == (1, 1, 1)
    assert Initiative.objects.get(title="Atelier 1").description == "Un autre texte."


def edit(card: Initiative, slug: str, by: Any, **changes: Any) -> None:
    content = read_section(card, SECTIONS[slug])
    save_section(card, slug, content | changes, by=by, version=card.version, seen=digest(content))


def test_what_people_changed_here_is_never_written_over(
    partner: Server, source: Any, passage: Passage
) -> None:
    gives(partner, CSV, table(row(1)))
    passage(source)
    card = Initiative.objects.get()
    edit(card, "dispositif", source.manager, description="Notre texte, mieux tenu.")
    gives(partner, CSV, table(row(1, text="Texte changé à la source.", summary="Autre phrase.")))
    run = passage(source)
    card = Initiative.objects.get()
    assert card.description == "Notre texte, mieux tenu."
    assert card.summary == "Autre phrase."  # nobody had touched that section
    assert (run.changed, run.proposed) == (1, 1)
    proposal = Proposal.objects.get(state="proposed")
    assert proposal.content["description"] == "Texte changé à la source."
    assert "Banque des ateliers" in proposal.reason

    # The next night says nothing more of it, and what the source changes again takes its place.
    assert passage(source).proposed == 0
    gives(partner, CSV, table(row(1, text="Encore changé.", summary="Autre phrase.")))
    assert passage(source).proposed == 1
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    latest = Proposal.objects.get(state="proposed")
    accept_proposal(latest, by=source.manager)
    assert Initiative.objects.get().description == "Encore changé."


def test_a_section_edited_here_stays_ours_after_a_change_elsewhere(
    partner: Server, source: Any, passage: Passage
) -> None:
    gives(partner, CSV, table(row(1)))
    passage(source)
    edit(Initiative.objects.get(), "dispositif", source.manager, description="Le nôtre.")
    gives(partner, CSV, table(row(1, name="Atelier renommé")))
    passage(source)
    gives(partner, CSV, table(row(1, name="Atelier renommé", text="Le leur.")))
    passage(source)
    card = Initiative.objects.get()
    assert (card.title, card.description) == ("Atelier renommé", "Le nôtre.")
    assert Proposal.objects.get().content["description"] == "Le leur."


def later(item_of: Any, days: int) -> None:
    Item.objects.filter(source=item_of, state="missing").update(
        missing_since=timezone.now() - dt.timedelta(days=days)
    )


def test_what_disappears_is_withdrawn_after_the_delay_and_may_come_back(
    partner: Server, source: Any, passage: Passage
) -> None:
    gives(partner, CSV, table(row(1), row(2)))
    passage(source)
    gives(partner, CSV, table(row(1)))
    run = passage(source)
    assert (run.missing, run.withdrawn) == (1, 0)
    assert run.gone == ["Atelier 2"]
    assert Initiative.objects.get(title="Atelier 2").publication == "published"
    later(source, 29)
    assert passage(source).withdrawn == 0
    later(source, 31)
    assert passage(source).withdrawn == 1
    card = Initiative.objects.get(title="Atelier 2")
    assert card.publication == "archived"
    item = Item.objects.get(card=card)
    assert item.state == "withdrawn"
    assert item.withdrawn_at is not None
    assert passage(source).withdrawn == 0

    gives(partner, CSV, table(row(1), row(2)))
    assert passage(source).returned == 1
    card.refresh_from_db()
    assert card.publication == "published"
    assert Item.objects.get(card=card).state == "present"


def test_a_card_that_people_took_up_stays_when_its_source_lets_it_go(
    partner: Server, source: Any, passage: Passage, client: Any
) -> None:
    gives(partner, CSV, table(row(1), row(2)))
    passage(source)
    card = Initiative.objects.get(title="Atelier 2")
    edit(card, "dispositif", source.manager, description="Tenu à jour ici.")
    gives(partner, CSV, table(row(1)))
    passage(source)
    later(source, 31)
    assert passage(source).withdrawn == 1
    card.refresh_from_db()
    assert card.publication == "published"
    page = client.get(card.get_absolute_url()).content.decode()
    assert "retirée à la source" in page
    assert "Banque des ateliers" in page


def test_an_erased_card_is_not_made_again(partner: Server, source: Any, passage: Passage) -> None:
    gives(partner, CSV, table(row(1)))
    passage(source)
    delete_card(Initiative.objects.get(), by=UserFactory(manager=True))
    gives(partner, CSV, table(row(1, text="Nouveau.")))
    run = passage(source)
    assert (run.created, run.changed) == (0, 0)
    assert not Initiative.objects.exists()
    assert [issue.code for issue in run.issues.all()] == ["erased_here"]


def test_json_lines_with_objects_in_objects(partner: Server, passage: Passage) -> None:
    lines = [
        {"id": n, "fr": {"titre": f"Fiche {n}", "texte": "Un texte."}, "porteur": {"nom": "Le CCAS"},
         "mots": ["jardin", "repas"]}
        for n in range(3)
    ]  # fmt: skip
    gives(partner, "/f.jsonl", "\n".join(json.dumps(line) for line in lines))
    source = SourceFactory(
        url=partner.url("/f.jsonl"),
        mapping={"external_id": "id", "title": "fr.titre", "description": "fr.texte",
                 "holder_name": "porteur.nom", "tags": "mots|tags"},
    )  # fmt: skip
    run = passage(source)
    assert run.created == 3
    card = Initiative.objects.get(title="Fiche 0")
    assert card.holder is not None
    assert card.holder.name == "Le CCAS"
    assert sorted(card.tags) == ["jardin", "repas"]
    assert card.summary == "Un texte."


def test_a_job_that_dies_is_taken_up_where_it_was(
    partner: Server, source: Any, passage: Passage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from essaim.harvest.actions import runs, taking

    gives(
        partner,
        CSV,
        table(*(row(n) for n in range(7)), "bad;;;;;;", *(row(n) for n in range(8, 10))),
    )
    monkeypatch.setattr(taking, "BATCH", 3)
    taken = taking.Taker._batch
    batches = iter([True, True])

    def dies(self: Any, batch: Any) -> None:
        if not next(batches, False):
            raise KeyboardInterrupt
        taken(self, batch)

    monkeypatch.setattr(taking.Taker, "_batch", dies)
    run = runs.start(source)
    with pytest.raises(KeyboardInterrupt):
        runs.advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.created) == ("running", 6)
    monkeypatch.setattr(taking.Taker, "_batch", taken)
    Run.objects.filter(pk=run.pk).update(touched_at=timezone.now() - dt.timedelta(hours=1))
    runs.advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.read, run.created, run.refused) == ("done", 10, 9, 1)
    assert Initiative.objects.count() == 9
