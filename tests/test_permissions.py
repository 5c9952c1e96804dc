"""Every address × every role: who gets in, who does not (§ 14 of the domain).

The addresses come from the resolver: one without a row here fails, so that no page can be
added without saying who may open it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from essaim.initiatives.models import CardImport, CoEditorInvitation, InitiativeEvent
from essaim.people.models import Function, Membership
from essaim.themes.models import UnmappedTag
from tests.calls import permissions as calls
from tests.catalogue import permissions as catalogue
from tests.contributions import permissions as contributions
from tests.contributions.factories import CoEditorFactory
from tests.dialogues import permissions as dialogues
from tests.dossiers import permissions as dossiers
from tests.evaluations import permissions as evaluations
from tests.events import permissions as events
from tests.following import permissions as following
from tests.funding import permissions as funding
from tests.groups import permissions as groups
from tests.guide import permissions as guide
from tests.harvest import permissions as harvest
from tests.initiatives.factories import InitiativeFactory, RefusalFactory
from tests.innovators import permissions as innovators
from tests.insights import permissions as insights
from tests.introductions import permissions as introductions
from tests.kits import permissions as kits
from tests.matching import permissions as matching
from tests.modelling import permissions as modelling
from tests.needs import permissions as needs
from tests.needs.factories import NeedFactory
from tests.open_data import permissions as open_data
from tests.peers import permissions as peers
from tests.people import identity_permissions
from tests.people import permissions_organisations as organisations
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.replications import permissions as replications
from tests.scaling import permissions as scaling
from tests.schemes import permissions as schemes
from tests.sponsorship import permissions as sponsorship
from tests.territories.factories import (
    IndicatorFactory,
    IndicatorImportFactory,
    TerritoryFactory,
    ZoningDraftFactory,
    ZoningFactory,
)
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db

# owner: wrote the object; colleague: of the organisation that carries it; member: neither.
ROLES = ("visitor", "member", "colleague", "owner", "manager", "administrator")
ALL = set(ROLES)
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
TEAM = {"colleague", "owner"} | MANAGERS


@dataclass(frozen=True)
class Row:
    allowed: set[str]
    arguments: Callable[[SimpleNamespace], list[Any]] = lambda world: []


def card(name: str) -> Callable[[SimpleNamespace], list[Any]]:
    return lambda world: [getattr(world, name).slug]


def invitation(world: SimpleNamespace, email: str) -> int:
    """To write the draft with its holder."""
    return CoEditorInvitation.objects.create(card=world.draft, email=email, by=world.owner).pk


def verified(user: Any) -> str:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return str(user.email)


ROWS: dict[str, Row] = {
    # portal
    "portal:home": Row(ALL),
    "portal:workspace": Row(SIGNED_IN),
    "portal:site_map": Row(ALL),
    "portal:accessibility": Row(ALL),
    "portal:legal_notice": Row(ALL),
    "portal:privacy": Row(ALL),
    "portal:management": Row(MANAGERS),
    # search
    "search:bank": Row(ALL),
    "search:export": Row(ALL),
    "search:export_file": Row(ALL),
    # initiatives: a published card
    "initiatives:detail": Row(ALL, card("published")),
    "initiatives:history": Row(SIGNED_IN, card("published")),
    # … and a draft
    "initiatives:detail#draft": Row(TEAM, card("draft")),
    "initiatives:history#draft": Row(TEAM, card("draft")),
    "initiatives:preview": Row(TEAM, card("draft")),
    "initiatives:overview": Row(TEAM, card("draft")),
    "initiatives:edit_section": Row(TEAM, lambda world: [world.draft.slug, "essentiel"]),
    "initiatives:submit": Row(TEAM, card("draft")),
    "initiatives:archive": Row(TEAM, card("draft")),
    "initiatives:publish": Row(MANAGERS, card("submitted")),
    "initiatives:send_back": Row(MANAGERS, card("submitted")),
    "initiatives:restore": Row(MANAGERS, card("archived")),
    "initiatives:compare": Row(SIGNED_IN, card("published")),
    "initiatives:compare#draft": Row(TEAM, card("draft")),
    "initiatives:restore_revision": Row(
        TEAM,
        lambda world: [
            world.draft.slug,
            InitiativeEvent.objects.filter(pgh_obj=world.draft.pk).latest("pgh_id").pgh_id,
        ],
    ),
    "initiatives:withdraw_text": Row(
        TEAM,
        lambda world: [
            world.draft.slug,
            InitiativeEvent.objects.filter(pgh_obj=world.draft.pk).latest("pgh_id").pgh_id,
        ],
    ),
    "initiatives:refuse": Row(MANAGERS, card("submitted")),
    "initiatives:appeal": Row({"owner", "colleague"}, card("refused")),
    "initiatives:decide_appeal": Row({"administrator"}, card("refused")),
    # … and who helps to write it: named by who represents the holder
    "initiatives:coeditors": Row({"owner"} | MANAGERS, card("draft")),
    "initiatives:remove_coeditor": Row(
        {"owner"} | MANAGERS,
        lambda world: [world.draft.slug, CoEditorFactory(card=world.draft).pk],
    ),
    "initiatives:cancel_coediting": Row(
        {"owner"} | MANAGERS,
        lambda world: [world.draft.slug, invitation(world, "quelquun@exemple.fr")],
    ),
    "initiatives:coediting": Row(
        {"member"},
        lambda world: [world.draft.slug, invitation(world, verified(world.member))][:1],
    ),
    "initiatives:leave_coediting": Row(
        {"member"},
        lambda world: [CoEditorFactory(card=world.draft, user=world.member).card.slug],
    ),
    "initiatives:create": Row(SIGNED_IN),
    "initiatives:mine": Row(SIGNED_IN),
    "initiatives:review": Row(MANAGERS),
    "initiatives:imports": Row(MANAGERS),
    "initiatives:export": Row(MANAGERS),
    "initiatives:import": Row(MANAGERS, lambda world: [world.card_import.pk]),
    "initiatives:import_progress": Row(MANAGERS, lambda world: [world.card_import.pk]),
    "initiatives:import_confirm": Row(MANAGERS, lambda world: [world.card_import.pk]),
    "initiatives:import_cancel": Row(MANAGERS, lambda world: [world.card_import.pk]),
    "initiatives:import_again": Row(MANAGERS, lambda world: [world.card_import.pk]),
    "initiatives:import_issues": Row(MANAGERS, lambda world: [world.card_import.pk]),
    "initiatives:schemas": Row(ALL),
    "initiatives:schema": Row(ALL),
    # needs: a private one, and one for members
    "needs:list": Row(ALL),
    "needs:new": Row(ALL),  # a visitor writes, signs in, and finds it back
    "needs:detail": Row({"owner"}, lambda world: [world.private_need.pk]),
    "needs:detail#members": Row(SIGNED_IN, lambda world: [world.need.pk]),
    "needs:edit": Row({"owner", "colleague"}, lambda world: [world.need.pk]),
    "needs:withdraw": Row({"owner"} | MANAGERS, lambda world: [world.need.pk]),
    # territories
    "territories:entry": Row(ALL),
    "territories:zoning": Row(ALL, lambda world: [ZoningFactory().slug]),
    "territories:similar": Row(ALL, lambda world: ["commune", TerritoryFactory(population=1).code]),
    "territories:indicators": Row(MANAGERS),
    "territories:indicator": Row(MANAGERS, lambda world: [IndicatorFactory().pk]),
    "territories:indicator_import": Row(MANAGERS, lambda world: [IndicatorImportFactory().pk]),
    "territories:indicator_progress": Row(MANAGERS, lambda world: [IndicatorImportFactory().pk]),
    "territories:confirm_indicators": Row(MANAGERS, lambda world: [IndicatorImportFactory().pk]),
    "territories:cancel_indicators": Row(MANAGERS, lambda world: [IndicatorImportFactory().pk]),
    "territories:indicator_issues": Row(MANAGERS, lambda world: [IndicatorImportFactory().pk]),
    "territories:zonings": Row(MANAGERS),
    "territories:zoning_draft": Row(MANAGERS, lambda world: [ZoningDraftFactory().pk]),
    "territories:confirm_zoning": Row(MANAGERS, lambda world: [ZoningDraftFactory().pk]),
    "territories:discard_zoning": Row(MANAGERS, lambda world: [ZoningDraftFactory().pk]),
    "territories:search": Row(ALL),
    "territories:detail": Row(ALL, lambda world: [world.territory.kind, world.territory.code]),
    # themes
    "themes:lists": Row(MANAGERS),
    "themes:new": Row(MANAGERS, lambda world: ["theme"]),
    "themes:term": Row(MANAGERS, lambda world: ["theme", world.theme.slug]),
    "themes:map": Row(MANAGERS, lambda world: [world.tag.pk]),
    "themes:ignore": Row(MANAGERS, lambda world: [world.tag.pk]),
    "themes:restore": Row(MANAGERS, lambda world: [world.tag.pk]),
    # people
    "people:profile": Row(SIGNED_IN),
    "people:audit": Row(MANAGERS),
    # common
    "common:live": Row(ALL),
    "common:ready": Row(ALL),
    "common:local_mail": Row(ALL),  # exists only where every host is this machine
    "set_language": Row(ALL),
    # accounts
    "account_login": Row(ALL),
    "account_logout": Row(ALL),
    "account_inactive": Row(ALL),
    "account_signup": Row(ALL),
    "account_reauthenticate": Row(SIGNED_IN),
    "account_email": Row(SIGNED_IN),
    "account_email_verification_sent": Row(SIGNED_IN),
    "account_change_password": Row(SIGNED_IN),
    "account_set_password": Row(SIGNED_IN),
    "account_reset_password": Row(ALL),
    "account_reset_password_done": Row(ALL),
    "account_reset_password_from_key": Row(ALL, lambda world: ["1", "set-password"]),
    "account_reset_password_from_key_done": Row(ALL),
    "account_request_login_code": Row(ALL),
    "account_confirm_login_code": Row(SIGNED_IN),
}
ROWS |= {f"contributions:{name}": Row(*row) for name, row in contributions.ROWS.items()}
ROWS |= {f"people:{name}": Row(*row) for name, row in organisations.ROWS.items()}
ROWS |= {f"following:{name}": Row(*row) for name, row in following.ROWS.items()}
ROWS |= {f"evaluations:{name}": Row(*row) for name, row in evaluations.ROWS.items()}
ROWS |= {f"open_data:{name}": Row(*row) for name, row in open_data.ROWS.items()}
ROWS |= {f"dossiers:{name}": Row(*row) for name, row in dossiers.ROWS.items()}
ROWS |= {f"funding:{name}": Row(*row) for name, row in funding.ROWS.items()}
ROWS |= {f"calls:{name}": Row(*row) for name, row in calls.ROWS.items()}
ROWS |= {f"innovators:{name}": Row(*row) for name, row in innovators.ROWS.items()}
ROWS |= {f"schemes:{name}": Row(*row) for name, row in schemes.ROWS.items()}
ROWS |= {f"scaling:{name}": Row(*row) for name, row in scaling.ROWS.items()}
ROWS |= {f"catalogue:{name}": Row(*row) for name, row in catalogue.ROWS.items()}
ROWS |= {f"guide:{name}": Row(*row) for name, row in guide.ROWS.items()}
ROWS |= {f"modelling:{name}": Row(*row) for name, row in modelling.ROWS.items()}
ROWS |= {f"kits:{name}": Row(*row) for name, row in kits.ROWS.items()}
ROWS |= {f"replications:{name}": Row(*row) for name, row in replications.ROWS.items()}
ROWS |= {f"peers:{name}": Row(*row) for name, row in peers.ROWS.items()}
ROWS |= {f"insights:{name}": Row(*row) for name, row in insights.ROWS.items()}
ROWS |= {f"introductions:{name}": Row(*row) for name, row in introductions.ROWS.items()}
ROWS |= {f"matching:{name}": Row(*row) for name, row in matching.ROWS.items()}
ROWS |= {f"sponsorship:{name}": Row(*row) for name, row in sponsorship.ROWS.items()}
ROWS |= {f"harvest:{name}": Row(*row) for name, row in harvest.ROWS.items()}
ROWS |= {f"dialogues:{name}": Row(*row) for name, row in dialogues.ROWS.items()}
ROWS |= {f"events:{name}": Row(*row) for name, row in events.ROWS.items()}
ROWS |= {f"groups:{name}": Row(*row) for name, row in groups.ROWS.items()}
ROWS |= {f"needs:{name}": Row(*row) for name, row in needs.ROWS.items()}
ROWS |= {name: Row(*row) for name, row in identity_permissions.ROWS.items()}

# What a function in any organisation opens, the object being somebody else's.
BY_FUNCTION = {
    "people:propose_network", "dialogues:new", "events:new", "funding:form", "funding:notes", "funding:pledge", "needs:join",
}  # fmt: skip
# Where every role of the table has a part in the object: an account alone opens nothing.
ALL_HAVE_A_PART = {
    "contributions:proposal", "contributions:question#private", "contributions:from_answer",
    "contributions:report#private", "dossiers:application", "dossiers:version",
    "dossiers:differences", "dossiers:pdf", "dossiers:json", "dossiers:budget",
    "dossiers:report#submitted", "dossiers:report_pdf", "dossiers:report_lines",
    "funding:pool#forming", "funding:add_paper", "funding:paper", "funding:remove_paper",
    "funding:follow", "funding:comment", "funding:ledger", "funding:ledger_export",
    "funding:summary_export", "funding:find_adopter", "funding:act_file", "replications:reports",
    "sponsorship:request#coordinator", "funding:plan_milestone", "funding:reach_milestone",
    "funding:remove_milestone",
}  # fmt: skip


def addresses(resolver: Any, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            yield space + entry.name


def names() -> set[str]:
    # Those of the API know tokens, not sessions: tests/open_data/test_scopes.py has their table.
    elsewhere = ("admin:", "open_data:api-1:")
    return {name for name in addresses(get_resolver()) if not name.startswith(elsewhere)}


@pytest.fixture
def world() -> SimpleNamespace:
    """One object of each kind, and someone of each role."""
    organisation = OrganisationFactory()
    owner = UserFactory()
    colleague = UserFactory()
    MembershipFactory(user=owner, organisation=organisation, role=Membership.Role.REPRESENTATIVE)
    MembershipFactory(user=colleague, organisation=organisation)
    manager = UserFactory(manager=True)
    own = {"author": owner, "holder": organisation}
    parts = {f"initiative__{name}": value for name, value in own.items()}
    return SimpleNamespace(
        organisation=organisation,
        visitor=AnonymousUser(),
        member=UserFactory(),
        colleague=colleague,
        owner=owner,
        manager=manager,
        administrator=UserFactory(administrator=True),
        published=InitiativeFactory(published=True, **own),
        draft=InitiativeFactory(**own),
        submitted=InitiativeFactory(submitted=True, **own),
        archived=InitiativeFactory(archived=True, **own),
        refused=RefusalFactory(initiative__refused=True, by=manager, **parts).initiative,
        need=NeedFactory(author=owner, organisation=organisation),
        private_need=NeedFactory(author=owner, private=True),
        territory=TerritoryFactory(),
        theme=ThemeFactory(),
        tag=UnmappedTag.objects.create(folded="troc", text="troc"),
        card_import=CardImport.objects.create(
            original_name="fiches.jsonl", by=manager, file=ContentFile(b"{}\n", "fiches.jsonl")
        ),
    )


def representative_elsewhere() -> Any:
    """Represents an organisation that is nothing to the objects, with every function there."""
    return MembershipFactory(
        user=UserFactory(),
        organisation=OrganisationFactory(),
        role=Membership.Role.REPRESENTATIVE,
        functions=list(Function.values),
    ).user


def gets_in(world: SimpleNamespace, role: str, address: str) -> bool:
    """Whether this role reaches what is at the address (an error of form counts as reaching)."""
    client = Client(raise_request_exception=False)
    if role != "visitor":
        client.force_login(
            getattr(world, role), backend="django.contrib.auth.backends.ModelBackend"
        )
    answer = client.get(address)
    if answer.status_code == 405:
        answer = client.post(address)
    if answer.streaming:
        list(answer.streaming_content)  # read to its end, a file is closed
    assert answer.status_code < 500, f"{role} {address}: {answer.status_code}"
    to_sign_in = answer.status_code in {301, 302} and "/compte/login" in answer.headers["Location"]
    return answer.status_code not in {403, 404} and not to_sign_in


def test_every_address_has_a_row() -> None:
    assert {name.partition("#")[0] for name in ROWS} == names()


@pytest.mark.parametrize("name", ROWS)
def test_who_gets_in(world: SimpleNamespace, name: str) -> None:
    row = ROWS[name]
    address = reverse(name.split("#", maxsplit=1)[0], args=row.arguments(world))
    for role in ROLES:
        # Each role meets the object as it was: an allowed act may have ended it.
        mark = transaction.savepoint()
        assert gets_in(world, role, address) == (role in row.allowed), role
        transaction.savepoint_rollback(mark)
    # What one is elsewhere opens nothing here: a page is open to any account, or not at all.
    world.elsewhere = representative_elsewhere()
    to_any_account = row.allowed >= SIGNED_IN and name not in ALL_HAVE_A_PART
    expected = to_any_account or name in BY_FUNCTION
    assert gets_in(world, "elsewhere", address) == expected, "representative elsewhere"


def test_the_technical_administration_is_for_administrators(world: SimpleNamespace) -> None:
    index = reverse("admin:index")
    for role in ROLES:
        client = Client()
        if role != "visitor":
            client.force_login(
                getattr(world, role), backend="django.contrib.auth.backends.ModelBackend"
            )
        status = client.get(index).status_code
        assert (status == 200) == (role == "administrator"), role
