"""The section « transfert d'innovations » of a contract between the State and a local authority,
as an accessible PDF (PDF/UA-1) and as a text to paste. It names organisations, never persons."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.money import euros
from essaim.initiatives.models import Component

from .models import Dialogue, Proposal

TEMPLATE = Path(__file__).parent / "templates_typst" / "contract.typ"


@dataclass
class Practice:
    title: str
    lines: list[list[str]] = field(default_factory=list)  # name, text
    core: list[str] = field(default_factory=list)
    margin: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


@dataclass
class Contract:
    title: str
    lead: str
    intro: list[str]
    practices: list[Practice]
    closing: list[str]


def contract_of(dialogue: Dialogue) -> Contract:
    campaign = dialogue.campaign
    rows = (
        Proposal.objects.chosen()
        .filter(dialogue=dialogue)
        .for_list()
        .prefetch_related("steps", "checks", "initiative__components")
        .order_by("pk")
    )
    bodies = [
        each.organisation.name
        for each in dialogue.managers.select_related("organisation")
        if each.organisation is not None
    ]
    found = [_practice(each) for each in rows]
    intro = [
        _("Entre %(centre)s et %(territory)s%(bodies)s.")
        % {
            "centre": campaign.centre.name,
            "territory": dialogue.territory.label,
            "bodies": _(", représenté par %(names)s") % {"names": ", ".join(bodies)}
            if bodies else "",
        },
        _("Les parties conviennent de reprendre les pratiques suivantes, choisies librement par le"
          " territoire parmi celles qui lui ont été proposées. Règle suivie pour les proposer :"
          " %(rule)s.") % {"rule": campaign.validated},
    ]  # fmt: skip
    if not found:
        intro.append(_("Aucune pratique n’est encore adoptée."))
    closing = [
        _("Chaque pratique a un cœur, à conserver, et une marge, que le territoire adapte."),
        _("Le territoire peut mettre fin à une reprise sans conséquence, en disant ce que l’on en a"
          " appris (droit à l’erreur)."),
        _("Le suivi dure jusqu’au %(day)s ; le dialogue de l’année suivante en part.")
        % {"day": date_format(campaign.ends_on)},
    ]  # fmt: skip
    return Contract(
        _("Transfert d’innovations"), f"{campaign.title} – {dialogue.territory.label}", intro,
        found, closing,
    )  # fmt: skip


def _practice(one: Proposal) -> Practice:
    card = one.initiative
    found = Practice(card.title)
    lines = found.lines
    if card.holder is not None:
        lines.append([_("Porteur"), card.holder.name])
    if one.adopter is not None:
        lines.append([_("Repreneur"), one.adopter.name])
    lines.append([_("Niveau de preuve"), _("%(n)s sur 5") % {"n": one.proof_level}])
    if one.first_year_cost is not None:
        cost = _("%(cost)s (valeurs centrales de la fiche)") % {"cost": euros(one.first_year_cost)}
        lines.append([_("Coût de la première année"), cost])
    if one.state == "adapted" and one.words:
        lines.append([_("Ce que le territoire adapte"), one.words])
    if one.is_objective:
        when = (
            _("oui, pour le %(day)s") % {"day": date_format(one.objective_by)}
            if one.objective_by else _("oui")
        )  # fmt: skip
        lines.append([_("Objectif convenu"), when])
    if one.replication is not None:
        number = _("n° %(n)s, %(state)s") % {
            "n": one.replication.pk, "state": one.replication.get_state_display(),
        }  # fmt: skip
        lines.append([_("Reprise"), number])
    planned = [date_format(each.on) for each in one.checks.all()]
    if planned:
        lines.append([_("Constats de terrain"), ", ".join(planned)])
    # Withdrawn, a card may be under rewriting: what it says meanwhile is its team's.
    for each in card.components.all() if one.is_readable else ():
        target = found.core if each.kind == Component.Kind.CORE else found.margin
        target.append(each.name)
    found.steps = [
        _("%(day)s : %(step)s") % {"day": date_format(each.due_on), "step": each.title}
        for each in one.steps.all()
    ]
    return found


def contract_text(dialogue: Dialogue) -> str:
    made = contract_of(dialogue)
    out = [made.title.upper(), made.lead, "", *made.intro]
    for number, each in enumerate(made.practices, 1):
        out += ["", f"{number}. {each.title}"]
        out += [_("%(name)s : %(text)s") % {"name": n, "text": t} for n, t in each.lines]
        for name, items in _lists(each):
            out += [_("%(name)s :") % {"name": name}, *(f"- {item}" for item in items)]
    return "\n".join([*out, "", *made.closing]) + "\n"


def _lists(each: Practice) -> list[tuple[str, list[str]]]:
    named = [
        (_("Cœur à conserver"), each.core),
        (_("Marge d’adaptation"), each.margin),
        (_("Feuille de route"), each.steps),
    ]
    return [(name, items) for name, items in named if items]


def contract_pdf(dialogue: Dialogue) -> bytes:
    import typst

    made = contract_of(dialogue)
    data: dict[str, Any] = {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "title": made.title,
        "lead": made.lead,
        "intro": made.intro,
        "practices": [
            {
                "title": each.title,
                "lines": each.lines,
                "lists": [{"name": n, "items": items} for n, items in _lists(each)],
            }
            for each in made.practices
        ],
        "closing": made.closing,
        "colon": _(" :"),
    }
    pdf: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return pdf
