"""What the tests of the import share."""

from __future__ import annotations

import io
import json
from typing import Any

from essaim.initiatives.actions.import_cards import Outcome, outcomes

CARD = {"external_id": "a:1", "title": "Un titre", "summary": "Une phrase."}

FULL = {
    **CARD,
    "track": "social",
    "status": "proven",
    "themes": ["essai-logement"],
    "tags": ["froid", "factures"],
    "need": "Des logements froids.",
    "objectives": "- moins de factures",
    "description": "Une plateforme.\n\n**Un numéro.**",
    "steps": ["Réunir", "Ouvrir"],
    "prerequisites": ["Un élu"],
    "components": [
        {"name": "Visite", "kind": "core", "why": "Tout part de là."},
        {"name": "Affiche", "kind": "margin", "variants": "bleue\nverte", "red_lines": "payante"},
    ],
    "partners": [{"name": "Bailleur", "nature": "privé", "contribution": "des adresses", "phase": "an 1"}],
    "economics": [
        {"line": "setup_staff", "low": 10, "central": 12.5, "high": 20, "unit": "days", "period": "once"},
        {"line": "avoided_costs", "central": 21667, "unit": "€", "period": "year", "payer": "CAF", "source": "rapport"},
    ],
    "beneficiaries": ["ménages modestes"],
    "target_coverage": 30,
    "holder": {"name": "CCAS de Grenoble", "kind": "ccas", "siren": "356000000", "territory": "commune:38185"},
    "territories": ["commune:38185", "department:01"],
    "started_on": "2015-06",
    "materials": [{"title": "Guide", "url": "https://exemple.fr/guide.pdf", "licence": "CC-BY"}],
    "what_failed": "Le prospectus seul.",
    "evidence": [{"kind": "independent", "title": "Étude", "url": "https://exemple.fr/e", "year": 2016, "level": 4}],
    "consent_to_scale": True,
    "contact": "Claire, claire@exemple.fr",
    "url": "https://exemple.fr",
    "checked_on": "2024-05-02",
    "source": {"name": "Banque", "url": "https://exemple.fr/s", "licence": "Licence Ouverte"},
}  # fmt: skip


def run(
    *lines: dict[str, Any] | str | bytes, write: bool = True, publish: bool = True, by: Any = None
) -> Outcome:
    """Import these lines and add the batches up."""
    parts = [
        line
        if isinstance(line, bytes)
        else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    total = Outcome()
    for outcome in outcomes(io.BytesIO(b"\n".join(parts)), publish=publish, by=by, write=write):
        for name in ("created", "updated", "unchanged", "refused"):
            setattr(total, name, getattr(total, name) + getattr(outcome, name))
        total.errors += outcome.errors
        total.warnings += outcome.warnings
    return total


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.created, outcome.updated, outcome.unchanged


def said(issues: list[Any]) -> list[tuple[int, str, str]]:
    return [(issue.line, issue.field, issue.code) for issue in issues]
