"""Calls of each kind, at different moments, through the same actions as anyone’s: a prize to come
and one whose results are known (a mention « droit à l’erreur »), projects being instructed, a
replication call with two sites that applied (one of them a pair) and a draft, a permanent call whose first wave is being decided. The calls, their organisers, budgets and dates are invented (« fictif »); the three proven initiatives that
the replication call lists are those of the report (§ 13 of the domain)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.calls.actions import calendar, setting
from essaim.calls.demonstration_applications import APPLICANT, apply_to, instruct
from essaim.calls.demonstration_deciding import IDEAS, JURY, NEEDED, announce, read_and_open
from essaim.calls.demonstration_replication import NEIGHBOUR, replicate
from essaim.calls.models import Call, Kind, State
from essaim.initiatives.models import Initiative
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.demonstration import PASSWORD
from essaim.people.models import Organisation, OrganisationKind, User
from essaim.themes.models import Theme

OFFICER = ("appels@essaim.example", "Noa Appels (fictif)")
AGENCY = "Agence des initiatives reprises (fictif)"
CARDS = ["demo:cuisine-mode-d-emploi", "demo:enerterre", "demo:ferme-de-moyembrie"]
PRIZE = "Prix « impulsion » des équipes qui essaient (fictif)"
LAST_PRIZE = "Prix « impulsion », édition précédente (fictif)"
PROJECTS = "Appel à projets « Inclusion près de chez soi » (fictif)"
SPREAD = "AMI d’essaimage : reprendre trois initiatives éprouvées (fictif)"
PERMANENT = "Appel permanent « Besoins sans réponse » (fictif)"


def load_calls(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once; on a local machine only, since this account’s password is public."""
    if not settings.LOCAL or Call.objects.exists():
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        known = User.objects.filter(email=OFFICER[0]).first()
        officer = known or create_account(email=OFFICER[0], name=OFFICER[1], password=PASSWORD)
        agency, _created = find_or_create_organisation(name=AGENCY, kind=OrganisationKind.OPERATOR)
        add_member(agency, officer)
        _templates(agency, officer)
        _prize(agency, officer)
        _last_prize(agency, officer)
        _projects(agency, officer)
        spread = _replication(agency, officer)
        _permanent(agency, officer)
        if spread is not None:
            replicate(spread, officer)
    for email, name in (OFFICER, APPLICANT, *([NEIGHBOUR] if spread else []), *JURY):
        out.write(f"  {email:28} {PASSWORD}  {name}\n")


def _templates(agency: Organisation, officer: User) -> None:
    """One of each kind, as a new call of it begins."""
    for kind, name in Kind.choices:
        setting.create_call(
            by=officer, submission=uuid.uuid4(), kind=kind, organiser=agency, is_template=True,
            title=f"Modèle : {name} (fictif)",
        )  # fmt: skip


def _at(days: int, hour: int = 12) -> dt.datetime:
    """Midday in Paris, some days from now."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour), tzinfo=ZoneInfo("Europe/Paris"))


def _call(
    agency: Organisation, officer: User, kind: str, title: str, *, summary: str, why: str,
    opens: int, closes: int, themes: tuple[str, ...] = (), cents: int | None = None,
    permanent: bool = False, who: dict[str, Any] | None = None, skips: list[str] | None = None,
) -> Call:  # fmt: skip
    call = setting.create_call(
        by=officer, submission=uuid.uuid4(), kind=kind, title=title, organiser=agency,
        permanent=permanent,
    )  # fmt: skip
    sections = [
        {"title": "Pourquoi cet appel", "text": why},
        {
            "title": "Ce que reçoivent les lauréats",
            "text": "Un accompagnement de dix jours, et un financement (montants **fictifs**).",
        },
    ]
    given: list[tuple[str, dict[str, Any]]] = [
        ("text", {
            "title": title, "summary": summary, "sections": sections,
            "themes": Theme.objects.filter(slug__in=themes),
            "support": "Dix jours d’appui d’un parrain, trois jalons, un bilan à un an (fictif).",
        }),
        ("contact", {
            "service": "Mission des appels (fictif)", "contact_email": "appels@essaim.example",
            "contact_phone": "", "answer_days": 60, "appeal": call.appeal, "appeal_days": 60,
        }),
        ("calendar", {
            "zone": "Europe/Paris", "opens_at": _at(opens), "closes_at": _at(closes),
            "results_on": _at(closes + 60).date(), "budget_cents": cents, "laureates_number": 3,
            "skips": skips or [],
        }),
        ("who", who or {}),
    ]  # fmt: skip
    for tab, fields in given:
        if fields:
            call = setting.change_tab(call, tab, fields, by=officer, stamp_seen=None)
    calendar.announce_call(call, by=officer)
    return Call.objects.get(pk=call.pk)


def _prize(agency: Organisation, officer: User) -> None:
    """Announced: it opens by itself."""
    _call(
        agency, officer, Kind.PRIZE, PRIZE,
        summary="Un agent, une équipe, une idée essayée : dites ce qui marche et ce qui n’a pas marché.",
        why="Les agents essaient beaucoup et le disent peu. Faisabilité et reprise par d’autres équipes"
        " sont les critères ; **les échecs racontés comptent**.",
        opens=12, closes=60, cents=30_000_00,
    )  # fmt: skip


def _last_prize(agency: Organisation, officer: User) -> None:
    """Decided by its jury, without a reading; its results are known and its laureate accompanied."""
    call = _call(
        agency, officer, Kind.PRIZE, LAST_PRIZE,
        summary="Les essais de l’an dernier : une équipe lauréate, une sur liste d’attente.",
        why="Les agents essaient beaucoup et le disent peu : faisabilité et reprise par d’autres équipes"
        " ont compté, **les échecs racontés aussi**.",
        opens=-150, closes=5, cents=30_000_00, skips=["reading"],
    )  # fmt: skip
    calendar.open_call(call, by=officer)
    received = apply_to(Call.objects.get(pk=call.pk), IDEAS)
    _close(call, days=-70)
    announce(Call.objects.get(pk=call.pk), received, officer)


def _close(call: Call, *, days: int) -> None:
    """Its hour came that many days ago: the demonstration begins in the middle of its life."""
    Call.objects.filter(pk=call.pk).update(closes_at=_at(days))
    calendar.close_call(Call.objects.get(pk=call.pk))


def _projects(agency: Organisation, officer: User) -> None:
    """Closed just now, with three applications."""
    call = _call(
        agency, officer, Kind.PROJECTS, PROJECTS,
        summary="Pour des projets d’inclusion que d’autres territoires pourront reprendre.",
        why="L’inclusion se joue à l’échelle d’un bassin de vie : les projets disent dès maintenant"
        " qui pourrait les reprendre.",
        opens=-45, closes=5, cents=400_000_00,
    )  # fmt: skip
    calendar.open_call(call, by=officer)
    received = apply_to(Call.objects.get(pk=call.pk))
    # Its hour comes as the demonstration is loaded.
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now())
    calendar.close_call(call)
    instruct(received, officer)


def _replication(agency: Organisation, officer: User) -> Call | None:
    cards = list(Initiative.objects.published().filter(external_id__in=CARDS))
    if not cards:
        return None
    call = _call(
        agency, officer, Kind.REPLICATION, SPREAD,
        summary="Trois initiatives ont fait leurs preuves ; chaque site dit laquelle il veut mettre en"
        " œuvre, ce qu’il garde et ce qu’il adapte.",
        why="Plutôt qu’un appel de plus aux idées neuves : reprendre ce qui marche, avec l’aide de ceux"
        " qui l’ont fait. Deux sites peuvent candidater ensemble.",
        opens=-15, closes=24, cents=180_000_00, who={
            "initiatives": cards, "most_for_one": 2,
            "little_proof_reason": "Leurs effets sont décrits par ceux qui les portent, et seront"
            " mesurés sur chaque nouveau site (fictif).",
        },
    )  # fmt: skip
    calendar.open_call(call, by=officer)
    return Call.objects.get(pk=call.pk)


def _permanent(agency: Organisation, officer: User) -> None:
    """Two waves: the first read and being decided, the second open since."""
    call = _call(
        agency, officer, Kind.INTEREST, PERMANENT,
        summary="Chaque semestre, les besoins restés sans réponse deviennent des manifestations d’intérêt.",
        why="Un besoin sans réponse n’est pas un échec : c’est le sujet de la vague suivante.",
        opens=-190, closes=3, permanent=True,
    )  # fmt: skip
    calendar.open_call(call, by=officer)
    received = apply_to(Call.objects.get(pk=call.pk), NEEDED)
    _close(call, days=-8)
    read_and_open(Call.objects.get(pk=call.pk), received, officer)
    for wave in Call.objects.filter(series=call.series_id, state=State.ANNOUNCED):
        if wave.opens_at and wave.opens_at <= timezone.now():
            calendar.open_call(wave)
