"""The report as an accessible PDF (PDF/UA-1), made by typst from data passed as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.privacy import mask_personal
from essaim.common.typography import labelled

from . import plan
from .designs import CALCULATIONS, DESIGNS, ROLES
from .level import REASONS
from .models import AvoidedCosts, Dataset, DataStatement, Evaluation, JournalEntry
from .presentation import Shown, costs_of, results_of

TEMPLATE = Path(__file__).parent / "templates_typst" / "report.typ"
_SUM = re.compile(r"[0-9a-f]{64}")
Row = list[str]


def _table(title: str, headings: Row, rows: list[Row]) -> dict[str, Any]:
    return {"title": title, "headings": headings, "rows": rows}


def report_data(evaluation: Evaluation, *, whole: bool) -> dict[str, Any]:
    """Every text of the report, in the reader's language; but for the team (``whole``), without
    e-mail addresses and telephone numbers: a file goes where nobody signed in."""
    data = _report_data(evaluation, whole=whole)
    return data if whole else _masked(data)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        # A sum may hold ten digits that a telephone number would have.
        return value if _SUM.fullmatch(value) else mask_personal(value)
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if isinstance(value, dict):
        return {key: _masked(each) for key, each in value.items()}
    return value


def _report_data(evaluation: Evaluation, *, whole: bool) -> dict[str, Any]:
    result = results_of(evaluation, whole=whole)
    sections = [_question(evaluation)]
    if evaluation.concluded_at:
        sections.insert(0, _conclusion(evaluation))
    if result is not None:
        sections.append(_results(result))
        sections.append(_method(evaluation, result))
    sections.append(_plan(evaluation))
    sections += _protection(evaluation) + _costs(evaluation)
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "operator": settings.SITE["operator"],
        "title": evaluation.title,
        "kind": _("Auto-évaluation"),
        "card": evaluation.initiative.title,
        "holder": evaluation.initiative.holder.name if evaluation.initiative.holder else "",
        "state": evaluation.get_state_display(),
        "level": _("Niveau de preuve %(level)s sur 5") % {"level": evaluation.level}
        if evaluation.level
        else "",
        "sections": [section for section in sections if section],
        "made_on": _("Établi le %(date)s.")
        % {"date": date_format(timezone.localdate(), "DATE_FORMAT")},
        "page": _("Page"),
    }


def _section(
    title: str,
    paragraphs: list[str] | None = None,
    points: list[str] | None = None,
    tables: list[dict[str, Any]] | None = None,
    facts: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    return {
        "title": title,
        "paragraphs": paragraphs or [],
        "points": points or [],
        "tables": tables or [],
        "facts": facts or [],
    }


def _conclusion(evaluation: Evaluation) -> dict[str, Any]:
    reasons = [str(REASONS[code]) for code in evaluation.level_reason]
    said = [evaluation.learnt, _("Limites : %(text)s") % {"text": evaluation.limits}]
    if evaluation.next_steps:
        said.append(_("Suites : %(text)s") % {"text": evaluation.next_steps})
    return _section(_("Ce que l’équipe a appris"), said, reasons)


def _question(evaluation: Evaluation) -> dict[str, Any]:
    return _section(_("La question"), facts=_facts(evaluation, plan.SECTIONS[:1]))


def _facts(evaluation: Evaluation, sections: list[plan.Section]) -> list[dict[str, str]]:
    return [
        {"label": plan.label(field).capitalize(), "value": text}
        for section in sections
        for field in section.fields
        if (text := plan.shown(evaluation, field))
    ]


def _results(result: Shown) -> dict[str, Any]:
    tables = []
    if result.groups:
        tables.append(
            _table(
                _("Les groupes"),
                [_("Groupe"), _("Personnes"), _("Départ"), _("Fin"), _("Progrès")],
                [[str(g.name), str(g.n), g.pre, g.post, g.gain] for g in result.groups],
            )
        )
    if result.effects:
        tables.append(
            _table(
                _("L’effet"),
                [_("Mesure de l’effet"), _("Valeur"), _("Intervalle à 95 %"), _("Erreur type")],
                [[e["name"], e["exact"], e["interval"], e["se"]] for e in result.effects],
            )
        )
    for picture in result.pictures:
        tables.append(_table(picture.title, picture.headings, picture.rows))
    for table in result.subgroups:
        mark = "" if table.planned else f" ({_('exploratoire')})"
        tables.append(
            _table(
                _("Par sous-groupe : %(name)s") % {"name": table.name} + mark,
                [_("Sous-groupe"), _("Personnes"), _("Effet"), _("Intervalle à 95 %")],
                [[x.name, x.n, x.effect, x.interval + (f" {x.note}" if x.note else "")] for x in table.lines],
            )
        )  # fmt: skip
    if result.sites:
        tables.append(
            _table(
                _("Site par site"),
                [_("Site"), _("Personnes"), _("Effet"), _("Intervalle à 95 %")],
                [
                    [x.name, x.n, x.effect, x.interval + (f" {x.note}" if x.note else "")]
                    for x in result.sites["lines"]
                ],
            )
        )
        if result.sites["pooled"]:
            tables.append(
                _table(
                    _("Les sites ensemble"),
                    [_("Modèle"), _("Effet moyen"), _("Intervalle à 95 %"), _("Sur un nouveau site"), "I²", "τ²"],
                    [[p["name"], p["estimate"], p["interval"], p["prediction"], p["i2"], p["tau2"]]
                     for p in result.sites["pooled"]],
                )
            )  # fmt: skip
    if result.attrition:
        tables.append(
            _table(
                _("Qui manque à la fin"),
                [_("Groupe"), _("Au départ"), _("Mesurées à la fin"), _("Perdues"), _("Part")],
                [[str(a["group"]), a["units"], a["measured"], a["lost"], a["rate"]] for a in result.attrition],
            )
        )  # fmt: skip
    if result.balance:
        tables.append(
            _table(
                _("Les groupes se valaient-ils au départ ?"),
                [_("Mesure"), _("Groupe aidé"), _("Comparaison"), _("Écart, en écarts-types"), _("Lecture")],
                [[b["name"], b["treated"], b["control"], b["gap"], str(b["verdict"])] for b in result.balance],
            )
        )  # fmt: skip
    said = [s.text for s in result.sentences]
    if result.masked:
        said.append(
            _(
                "Moins de %(n)s personnes dans un groupe : le détail n’est montré qu’à l’équipe,"
                " pour que nul ne soit reconnu."
            )
            % {"n": result.least}
        )
    if result.p_value not in {"", "–"}:
        said.append(
            _("Probabilité d’un écart au moins aussi grand si l’action ne changeait rien (p) :")
            + f" {result.p_value}."
        )
    if result.cost:
        said.append(result.cost)
    return _section(_("Les résultats"), said, result.warnings, tables)


def _method(evaluation: Evaluation, result: Shown) -> dict[str, Any]:
    shows = DESIGNS.get(evaluation.design)
    calculation = CALCULATIONS.get(evaluation.analysis)
    said = []
    if shows is not None:
        said.append(str(shows.how))
        said.append(_("Peut montrer : %(text)s") % {"text": shows.can})
        said.append(_("Ne peut pas montrer : %(text)s") % {"text": shows.cannot})
    if calculation is not None:
        said.append(f"{str(calculation.label).capitalize()}. {calculation.help}")
    if result.permutation:
        said.append(_("Test de permutation : %(text)s.") % {"text": result.permutation})
    software = result.analysis.software
    facts = [
        {"label": _("Calculé le"), "value": date_format(timezone.localtime(result.analysis.finished_at), "DATETIME_FORMAT")},
        {"label": _("Logiciels"), "value": ", ".join(f"{k} {v}" for k, v in sorted(software.items()))},
        {"label": _("Empreinte des données"), "value": result.analysis.data_sha256},
    ]  # fmt: skip
    dataset: Dataset | None = result.analysis.dataset
    if dataset is not None:
        facts.insert(0, {"label": _("Lignes lues"), "value": str(dataset.rows)})
        for role, count in dataset.missing.items():
            label = _("Valeurs manquantes (%(role)s)") % {"role": ROLES.get(role, role)}
            facts.insert(1, {"label": label, "value": str(count)})
    return _section(_("La méthode et les données"), said, facts=facts)


def _plan(evaluation: Evaluation) -> dict[str, Any]:
    said = []
    if evaluation.frozen_at:
        day = date_format(timezone.localtime(evaluation.frozen_at), "DATETIME_FORMAT")
        said.append(_("Figé le %(day)s, avant l’arrivée des données.") % {"day": day})
    amended = JournalEntry.objects.filter(
        evaluation=evaluation, kind=JournalEntry.Kind.AMENDED
    ).order_by("at", "pk")
    rows = [
        [date_format(timezone.localtime(e.at), "SHORT_DATE_FORMAT"), plan.label(e.field), e.before or "–",
         e.after or "–", e.reason]
        for e in amended
    ]  # fmt: skip
    tables = []
    if rows:
        tables.append(
            _table(
                _("Ce qui a changé depuis que le plan est figé"),
                [_("Date"), _("Quoi"), _("Prévu"), _("Devenu"), _("Raison")],
                rows,
            )
        )
    elif evaluation.frozen_at:
        said.append(_("Il n’a pas changé depuis."))
    return _section(_("Le plan"), said, tables=tables, facts=_facts(evaluation, plan.SECTIONS[1:]))


def _protection(evaluation: Evaluation) -> list[dict[str, Any]]:
    statement = DataStatement.objects.filter(evaluation=evaluation).first()
    if statement is None:
        return []
    facts = {
        _("Responsable du traitement"): statement.controller,
        _("Base légale"): statement.get_legal_basis_display(),
        _("Information des personnes"): statement.notice,
        _("Analyse d’impact"): labelled(statement.get_impact_display(), statement.impact_note),
        _("Données effacées le"): date_format(statement.deletion_on, "DATE_FORMAT"),
    }
    return [
        _section(
            _("La protection des personnes"),
            facts=[{"label": str(k), "value": str(v)} for k, v in facts.items()],
        )
    ]


def _costs(evaluation: Evaluation) -> list[dict[str, Any]]:
    from essaim.common.templatetags.essaim import amount

    found = costs_of(
        AvoidedCosts.objects.filter(evaluation=evaluation).prefetch_related("lines").first()
    )
    if found is None:
        return []
    rows = [[payer, *(amount(v) for v in values)] for payer, values in found.by_payer]
    rows.append([_("Tous payeurs"), *(amount(v) for v in found.total)])
    rows.append([_("Libéré sans être économisé"), *(amount(v) for v in found.set_free)])
    note = _("Actualisé à %(rate)s %% par an (source : %(source)s).") % {
        "rate": amount(found.rate),
        "source": found.rate_source,
    }
    table = _table(
        _("Coûts évités par payeur, en euros d’aujourd’hui"),
        [_("Payeur"), _("Bas"), _("Central"), _("Haut")],
        rows,
    )
    return [_section(_("Coûts évités"), [note], tables=[table])]


def report_pdf(evaluation: Evaluation, *, whole: bool) -> bytes:
    import typst

    made: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        sys_inputs={"data": json.dumps(report_data(evaluation, whole=whole), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
