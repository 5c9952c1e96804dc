"""Files of the night, row by row: what they hold follows the schema that is published of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import Any

import pytest
from django.test import Client

from essaim.calls.models import ApplicationState
from essaim.funding import scdl
from essaim.funding.models import LegalAct
from essaim.insights.actions.figures import recompute
from essaim.open_data.actions import dumps
from essaim.open_data.models import Dump
from essaim.open_data.publishing import names
from tests.calls.factories import CallFactory
from tests.calls.factories_after import after, results
from tests.dialogues.factories import module_of, session_of
from tests.events.factories import EventFactory, ThirdPlaceFactory
from tests.funding.factories import activating, confirmed, forming, instalment, record_act
from tests.groups.factories import GroupFactory, MemberFactory
from tests.initiatives.factories import InitiativeFactory
from tests.modelling.factories import sheet_of
from tests.needs.factories import NeedFactory
from tests.open_data.table_schema import problems
from tests.people.factories import OrganisationFactory, UserFactory
from tests.replications.factories import committed, world
from tests.scaling.factories import DiagnosisFactory, StrategyFactory
from tests.schemes.factories import SchemeFactory, WindowFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def lines(name: str) -> list[dict[str, Any]]:
    with Dump.objects.get(name=f"{name}.jsonl.gz").file.open("rb") as raw:
        return [json.loads(line) for line in gzip.decompress(raw.read()).decode().splitlines()]


def cells(name: str) -> list[dict[str, str]]:
    with Dump.objects.get(name=f"{name}.csv.gz").file.open("rb") as raw:
        return list(csv.DictReader(io.StringIO(gzip.decompress(raw.read()).decode(), newline="")))


def furnish() -> None:
    """Of each kind, the least that it may say and much more."""
    InitiativeFactory(published=True, title="=1+1", steps=["Un", "Deux"])
    NeedFactory(public=True)
    NeedFactory(public=True, whole=True)
    SchemeFactory()
    WindowFactory(scheme=SchemeFactory(rich=True))
    committed(world())
    activating()
    _story, option, person = confirmed()
    record_act(option, person)
    CallFactory(budget_cents=1_500_00)
    after(results(), state=ApplicationState.LAUREATE)
    EventFactory()
    OrganisationFactory(kind="", siren="", territory=None)
    OrganisationFactory(siren="263800120", siret="26380012000013")
    ThirdPlaceFactory()
    ThirdPlaceFactory(summary="Un lieu.", website="https://lieu.exemple/").themes.add(
        ThemeFactory()
    )
    GroupFactory()
    MemberFactory(accepted=True)
    card = InitiativeFactory(published=True, rich=True)
    sheet_of(card)
    sheet_of(InitiativeFactory(published=True), legal_basis="")
    StrategyFactory(chosen=True)
    DiagnosisFactory(ready=True)
    module_of(card)
    session_of(module_of(card, link="https://exemple.fr/support"))
    recompute()


def test_every_row_of_every_file_follows_its_schema(client: Client) -> None:
    furnish()
    dumps.make_all()
    manifest = {each["name"] for each in client.get("/donnees/manifeste.json").json()["files"]}
    page = client.get("/donnees").content.decode()
    for name in names():
        assert {f"{name}.csv.gz", f"{name}.jsonl.gz"} <= manifest
        schema = client.get(f"/schemas/tables/{name}.json").json()
        rows, records = cells(name), lines(name)
        assert rows, name
        assert len(rows) == len(records)
        assert problems(schema, rows) == [], name
        assert f'href="/schemas/tables/{name}"' in page
        documented = client.get(f"/schemas/tables/{name}").content.decode()
        assert all(f"<code>{field['name']}</code>" in documented for field in schema["fields"])


def test_a_wrong_row_is_seen(client: Client) -> None:
    """The check itself: it must be able to fail."""
    furnish()
    dumps.make_all()
    schema = client.get("/schemas/tables/calls.json").json()
    row = cells("calls")[0]
    assert problems(schema, [row | {"kind": "loterie"}])
    assert problems(schema, [row | {"title": ""}])
    assert problems(schema, [row | {"opens_at": "demain"}])
    assert problems(schema, [row, row])


def test_only_what_is_public(client: Client) -> None:
    call, other = CallFactory(), CallFactory(draft=True)
    CallFactory(is_template=True)
    event = EventFactory(online_link="https://visio.exemple.fr/secret")
    EventFactory(draft=True)
    story = activating()
    forming()
    draft = InitiativeFactory()
    sheet_of(draft)
    StrategyFactory()
    StrategyFactory(chosen=True, initiative=draft)
    DiagnosisFactory(ready=False)
    DiagnosisFactory(ready=True, initiative=draft)
    module_of(draft)
    hidden = results()
    hidden.is_template = True
    hidden.save()
    after(hidden, state=ApplicationState.LAUREATE)
    dumps.make_all()
    slugs = {record["slug"] for record in lines("calls")}
    assert call.slug in slugs
    assert other.slug not in slugs
    assert [record["slug"] for record in lines("events")] == [event.slug]
    assert "visio" not in str(lines("events"))
    assert [record["id"] for record in lines("pools")] == [story.pool.slug]
    assert [record["pool"] for record in lines("findings")] == [story.pool.slug]
    for name in ("laureates", "models", "strategies", "diagnoses", "training"):
        assert lines(name) == [], name


class TestGrantsInTheNationalForm:
    def granted(self, **card: Any) -> LegalAct:
        _story, option, person = confirmed(**card)
        act = record_act(option, person)
        instalment(option, person, 1_000_00, reached=False)
        return act

    def test_all_of_all_public_pools_in_one_file(self) -> None:
        first, second = self.granted(), self.granted()
        dumps.make_all()
        rows = cells("grants")
        assert [row["referenceDecision"] for row in rows] == [first.reference, second.reference]
        assert list(rows[0]) == list(scdl.COLUMNS)
        assert float(rows[0]["montant"]) == first.amount_cents / 100
        assert lines("grants")[0]["montant"] == first.amount_cents / 100
        assert rows[0]["notificationUE"] == "non"

    def test_those_of_a_restricted_pool_stay_with_it(self) -> None:
        act = self.granted()
        pool = act.option.pool
        type(pool).objects.filter(pk=pool.pk).update(audience="restricted")
        dumps.make_all()
        assert lines("grants") == []

    def test_what_is_too_long_or_personal_is_not_published(self) -> None:
        title = "Appeler le 01 02 03 04 05 : " + "habiter " * 30
        card = InitiativeFactory(
            published=True, holder=None, author=UserFactory(), title=title[:200]
        )
        act = self.granted(card=card, holder=card.author)
        dumps.make_all()
        (row,) = cells("grants")
        assert len(row["objet"]) <= scdl.LONGEST
        assert row["objet"].endswith(act.option.territory.label)
        assert "01 02 03" not in row["objet"]
