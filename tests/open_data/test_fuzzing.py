"""The API asked all that its document allows, and what it does not, by each who may ask: it never
breaks, answers as it says it does, and tells nobody what is another organisation's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from essaim.initiatives.models import Initiative
from essaim.insights.actions.figures import recompute
from essaim.insights.actions.reports import prepare, publish
from essaim.needs.models import Need
from essaim.people.models import Membership
from essaim.territories.models import IndicatorValue
from tests.calls.factories import CallFactory
from tests.dialogues.factories import module_of, session_of
from tests.events.factories import EventFactory, ThirdPlaceFactory
from tests.funding.factories import forming
from tests.groups.factories import GroupFactory
from tests.initiatives.factories import InitiativeFactory
from tests.modelling.factories import sheet_of, workshop_on
from tests.needs.factories import NeedFactory
from tests.open_data.factories import bearer, make_token
from tests.open_data.test_scopes import OPEN, SCOPED
from tests.people.factories import MembershipFactory, OrganisationFactory
from tests.replications.factories import committed, declared, world
from tests.scaling.factories import DiagnosisFactory, StrategyFactory
from tests.schemes.factories import SchemeFactory
from tests.territories.factories import IndicatorFactory, TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
# Of each operation, in each mode; all in all, within 90 seconds.
EXAMPLES = 3
# A body or a parameter that is well formed may still name what does not exist.
UNDERSTOOD = ["2xx", "304", "401", "403", "404", "409", "412", "422"]
# A body made wrong may also be too large: said so before it is read.
REFUSED = [
    "400",
    "401",
    "403",
    "404",
    "405",
    "406",
    "409",
    "412",
    "413",
    "415",
    "422",
    "428",
    "429",
]
# Who asks: nobody; a person who reads; a program of organisation A.
ASKING = ("anonymous", "reader", "writer")


@dataclass
class Side:
    """An organisation, and all that it alone may read; ``word`` stands in every text of it."""

    word: str
    member: Membership
    card: Initiative
    need: Need
    others: dict[str, Any]  # what the API has no address for until it is public, by its path

    @classmethod
    def of(cls, word: str) -> Side:
        member = MembershipFactory(role=Membership.Role.REPRESENTATIVE)
        body, person = member.organisation, member.user
        given: dict[str, Any] = {"author": person, "organisation": body}
        need = NeedFactory(visibility="organisation", text=f"Besoin {word}", **given)
        NeedFactory(visibility="private", text=f"Pour soi {word}", **given)
        card = InitiativeFactory(holder=body, author=person, title=f"Brouillon {word}")
        sheet_of(card, legal_basis=f"Convention {word}")
        module_of(card, title=f"Module {word}")
        return cls(
            word, member, card, need,
            {
                "calls": CallFactory(draft=True, organiser=body, title=f"Appel {word}").slug,
                "events": EventFactory(draft=True, organisers=[body], title=f"Forum {word}").slug,
                "schemes": SchemeFactory(
                    proposed=True, owner=body, author=person, title=f"Fonds {word}"
                ).slug,
                "pools": forming(
                    card=InitiativeFactory(published=True, author=person, holder=None),
                    holder=person, presentation=f"Groupement {word}",
                ).pool.slug,
                "replications": declared(world(), site_name=f"Site {word}").pk,
                "third-places": ThirdPlaceFactory(
                    proposed=True, organisation=body, created_by=person, name=f"Lieu {word}"
                ).slug,
                "groups": GroupFactory(
                    restricted=True, created_by=person, name=f"Groupe {word}"
                ).code,
            },
        )  # fmt: skip


@dataclass
class Furnished:
    a: Side
    b: Side
    tokens: dict[str, dict[str, str]]
    public: dict[str, Any]  # something of each kind that all may read, by its path

    def hidden_from(self, asking: str) -> list[str]:
        """Words that must never be answered to who asks."""
        return [self.b.word] if asking == "writer" else [self.a.word, self.b.word]


def furnish() -> Furnished:
    a, b = Side.of("zanzibar"), Side.of("tombouctou")
    card = InitiativeFactory(published=True, title="Jardin partagé", author=a.member.user)
    for side in (a, b):
        StrategyFactory(initiative=card, reasons=f"Pour {side.word}")
        ready = DiagnosisFactory(initiative=card, ready=True, author__name=side.word)
        ready.answers.update(reason=f"Selon {side.word}")
    StrategyFactory(initiative=card, chosen=True)
    sheet_of(card)
    workshop_on(card)
    session_of(module_of(card))
    recompute()
    report = prepare(timezone.localdate().year, by=a.member.user)
    publish(report)
    public = {
        "initiatives": card.slug,
        "needs": NeedFactory(public=True).pk,
        "schemes": SchemeFactory().slug,
        "calls": CallFactory().slug,
        "events": EventFactory().slug,
        "replications": committed(world()).pk,
        "organisations": OrganisationFactory(kind="network").slug,
        "third-places": ThirdPlaceFactory().slug,
        "groups": GroupFactory().code,
        "territories": "commune:38185",
        "reports": report.year,
    }
    ThemeFactory(slug="logement")
    place = TerritoryFactory(kind="commune", code="38185")
    IndicatorValue.objects.create(indicator=IndicatorFactory(), territory=place, year=2022, value=1)
    _token, reads = make_token(scopes=["read"])
    _token, writes = make_token(a.member.user, organisation=a.member.organisation)
    tokens = {"anonymous": {}, "reader": bearer(reads), "writer": bearer(writes)}
    return Furnished(a, b, tokens, public)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The end of a request would close that of the test, and undo what it holds."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def furnished(monkeypatch: pytest.MonkeyPatch) -> Furnished:
    limits = {"anonymous_per_minute": 10**6, "token_per_minute": 10**6}
    monkeypatch.setattr(django_settings, "OPEN_DATA", django_settings.OPEN_DATA | limits)
    return furnish()


@pytest.fixture
def loaded(one_connection: None, furnished: Furnished) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "generation": {"max-examples": EXAMPLES, "database": "none"},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": UNDERSTOOD},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            },
        }
    )
    return schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), config=config
    )


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_asked(loaded: Any, furnished: Furnished, mode: GenerationMode) -> None:
    """All the checks of the tool, on every operation, by each who may ask."""
    asked = 0
    for method, path in [*(("get", path) for path in sorted(OPEN)), *SCOPED]:
        operation = loaded[f"/api/v1/{path}"][method.upper()]

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def ask(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            known = furnished.public.get(case.path.split("/")[3])
            if asked % 2 and mode == GenerationMode.POSITIVE and known:
                # Made-up names find nothing: half of the time, something that is there.
                for name in case.path_parameters:
                    case.path_parameters[name] = known
            for asking in ASKING:
                answer = case.call_and_validate(headers=furnished.tokens[asking])
                hidden = furnished.hidden_from(asking)
                assert not any(word in answer.text for word in hidden), asking

        # Of some operations nothing can be asked that their description forbids.
        with contextlib.suppress(Unsatisfiable):
            ask()
    assert asked > 40


@pytest.mark.parametrize("asking", ASKING)
def test_nobody_is_told_what_is_another_organisation_s(
    client: Client, furnished: Furnished, asking: str
) -> None:
    """Every operation, on the very objects of the others: lists, pages, writing."""
    headers, hidden = furnished.tokens[asking], furnished.hidden_from(asking)
    sides = [furnished.b] if asking == "writer" else [furnished.a, furnished.b]
    asked = 0
    for side in sides:
        mine = {"initiatives": side.card.slug, "needs": side.need.pk, **side.others}
        for method, path in [*(("get", path) for path in sorted(OPEN)), *SCOPED]:
            for query in ("", f"?q={side.word}") if path in {"initiatives", "needs"} else ("",):
                kind = path.partition("/")[0]
                if "{" in path and kind not in mine:
                    continue
                name = str(mine.get(kind))
                address = f"/api/v1/{path}{query}".replace("{slug}", name)
                address = address.replace("{number}", name).replace("{code}", name)
                body = {} if method == "get" else {"content_type": "application/json"}
                value: Any = None if method == "get" else {"title": "Pris", "text": "Pris"}
                answer = getattr(client, method)(address, value, headers=headers, **body)
                text = answer.content.decode()
                asked += 1
                assert not any(word in text for word in hidden), f"{method} {address}"
                if "{" in path:
                    assert answer.status_code in {401, 403, 404}, f"{method} {address}"
    assert asked > 30
    for side in (furnished.a, furnished.b):
        side.card.refresh_from_db()
        side.need.refresh_from_db()
        assert side.word in side.card.title
        assert side.word in side.need.text


def test_each_reads_its_own(client: Client, furnished: Furnished) -> None:
    """The words do stand where they may be read: the test above can fail."""
    headers, word = furnished.tokens["writer"], furnished.a.word
    for address in (
        "me/initiatives", "me/needs", f"initiatives/{furnished.a.card.slug}",
        f"initiatives/{furnished.a.card.slug}/model",
        f"needs/{furnished.a.need.pk}",
    ):  # fmt: skip
        assert word in client.get(f"/api/v1/{address}", headers=headers).content.decode(), address
