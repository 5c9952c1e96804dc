"""What a new call begins with, by kind: sections, blocks, criteria. Each officer then changes them.

These are texts of the call, in the language of its writers, like all that follows them.
"""

from __future__ import annotations

import copy
from typing import Any

from essaim.dossiers import blocks as kinds

from .models import CollegeKind, Kind

Data = dict[str, Any]

APPEAL = (
    "Recours gracieux auprès du service, puis recours contentieux devant le tribunal"
    " administratif, dans les deux mois de la notification (code de justice administrative,"
    " article R. 421-1)."
)


def _field(name: str, label: str, kind: str = kinds.LONG, **more: Any) -> Data:
    return {"name": name, "label": label, "kind": kind, **more}


def _block(slug: str, title: str, why: str, *fields: Data, **more: Any) -> Data:
    return {"slug": slug, "title": title, "why": why, "fields": list(fields), **more}


YES_NO = [["yes", "oui"], ["no", "non"]]

PROJECT = _block(
    "projet", "Le projet", "Ce que vous voulez faire, pour qui, et avec quel effet.",
    _field("need", "À quel besoin répondez-vous ?", longest=3000),
    _field("what", "Que ferez-vous ?", longest=5000),
    _field("beneficiaries", "Qui en bénéficie, et combien de personnes ?", longest=2000),
    _field("territory", "Sur quel territoire ?", kinds.TERRITORY),
    _field("starts_on", "Date de début", kinds.DATE),
)  # fmt: skip
IDEA = _block(
    "idee", "L’idée", "Quelques lignes suffisent : le jury lit l’essentiel.",
    _field("need", "Quel irritant ou quel besoin avez-vous vu ?", longest=2000),
    _field("what", "Que proposez-vous, ou qu’avez-vous essayé ?", longest=3000),
    _field("feasible", "Que faut-il pour le faire : temps, moyens, accords ?", longest=2000),
    _field(
        "failed", "Qu’est-ce qui n’a pas marché ?", required=False, longest=2000,
        help="Droit à l’erreur : le dire ne se reproche pas, et sert aux suivants.",
    ),
)  # fmt: skip
TRANSFER = _block(
    "reprise-ailleurs", "Reprise ailleurs",
    "Ce qui marche mérite d’être repris : dites ce qu’il faudrait à une autre équipe.",
    _field("who", "Qui pourrait reprendre votre initiative, et où ?", longest=2000),
    _field("core", "Que faut-il garder tel quel ?", longest=2000),
    _field("margin", "Que peut-on adapter ?", longest=2000),
    _field("help", "Que pouvez-vous transmettre : documents, temps, visites ?", longest=2000),
    source=kinds.REPLICATION,
)  # fmt: skip
REPLICATION = _block(
    "reprise", "L’initiative à reprendre",
    "L’initiative éprouvée que vous mettrez en œuvre, ce que vous gardez, ce que vous adaptez.",
    _field("initiative", "Quelle initiative voulez-vous reprendre ?", kinds.INITIATIVE),
    _field("components", "Quelles composantes du cœur gardez-vous ?", kinds.COMPONENTS),
    _field("adapted", "Qu’adapterez-vous, et pourquoi ?", longest=3000),
    _field(
        "context", "Le contexte de votre site : besoin, publics, ce qui existe déjà", longest=3000
    ),
    _field(
        "holder", "Où en êtes-vous avec le porteur de cette initiative ?", required=False,
        longest=1500,
    ),
    source=kinds.REPLICATION,
)  # fmt: skip
CONSORTIUM = _block(
    "consortium", "Avec qui", "Partenaires et sites suiveurs, nommés dès maintenant.",
    _field("roles", "Qui fait quoi ?", required=False, longest=3000),
    source=kinds.CONSORTIUM,
)  # fmt: skip
COSTS = _block(
    "couts", "Coûts", "Ce que coûte le projet, ligne par ligne, et ce que vous demandez.",
    _field("lines", "Tableau des coûts", kinds.COSTS),
    _field("requested_cents", "Montant demandé (€)", kinds.MONEY),
    _field("others", "Autres financements, acquis ou demandés", required=False, longest=2000),
)  # fmt: skip
FILES = _block(
    "pieces", "Pièces", "Ce que le service ne peut pas trouver lui-même.",
    _field("files", "Fichiers", kinds.FILE, required=False),
)  # fmt: skip
MODEL = _block(
    "modele", "La modélisation", "Reprise de votre fiche : relisez-la, rien n’est à ressaisir.",
    source=kinds.MODEL,
)  # fmt: skip
ECONOMICS = _block(
    "economie", "La grille économique", "Reprise de votre fiche.", source=kinds.ECONOMICS
)
EVIDENCE = _block("preuves", "Les preuves", "Reprises de votre fiche.", source=kinds.EVIDENCE)
MONITORING = _block(
    "suivi", "Mesurer", "Comment vous saurez si cela marche.",
    _field(
        "is_evaluated", "Le projet sera-t-il évalué ?", kinds.CHOICE, choices=YES_NO,
    ),
)  # fmt: skip
MONITORING_HOW = _block(
    "evaluation", "L’évaluation", "Demandé parce que vous prévoyez une évaluation.",
    _field("question", "Quelle question, quelle mesure ?", longest=2000),
    _field("evaluator", "Qui évalue ?", kinds.TEXT, longest=250),
    when={"block": "suivi", "field": "is_evaluated", "values": ["yes"]},
)  # fmt: skip

# What the builder offers to add, by name.
CATALOGUE: dict[str, Data] = {
    "project": PROJECT, "idea": IDEA, "transfer": TRANSFER, "replication": REPLICATION,
    "consortium": CONSORTIUM, "costs": COSTS, "files": FILES, "model": MODEL,
    "economics": ECONOMICS, "evidence": EVIDENCE, "monitoring": MONITORING,
}  # fmt: skip
_BY_KIND: dict[str, list[Data]] = {
    Kind.PRIZE: [IDEA, TRANSFER, FILES],
    Kind.PROJECTS: [PROJECT, TRANSFER, MONITORING, MONITORING_HOW, CONSORTIUM, COSTS, FILES],
    Kind.INTEREST: [PROJECT, TRANSFER, CONSORTIUM],
    Kind.REPLICATION: [REPLICATION, PROJECT, CONSORTIUM, COSTS, FILES],
}


def blocks(kind: str) -> list[Data]:
    return copy.deepcopy(_BY_KIND[Kind(kind)])


def sections() -> list[Data]:
    return [
        {"title": title, "text": ""}
        for title in ("Pourquoi cet appel", "Ce qui est attendu", "Ce que reçoivent les lauréats")
    ]


def born_of(needs: int) -> str:
    """First words of a call that unmet needs asked for."""
    if needs == 1:
        return "Un besoin exprimé sur la plateforme est resté sans réponse : cet appel en cherche."
    return f"{needs} besoins exprimés sur la plateforme sont restés sans réponse : cet appel en cherche."


LEVELS = [
    "rien ne permet d’en juger",
    "une intention, peu précise",
    "décrit, avec des points à éclaircir",
    "décrit précisément, avec qui et comment",
]


def _criterion(title: str, question: str, college: str, **more: Any) -> Data:
    return {"title": title, "question": question, "college": college, "levels": LEVELS, **more}


_TRANSFER = _criterion(
    "Reprise ailleurs", "Une autre équipe pourrait-elle le reprendre, avec l’aide prévue ?",
    CollegeKind.JURY, is_transfer=True, weight=2,
)  # fmt: skip
_CRITERIA: dict[str, list[Data]] = {
    Kind.PRIZE: [
        _criterion("Utilité", "Le besoin est-il réel et partagé ?", CollegeKind.USERS),
        _criterion("Faisabilité", "Peut-on le faire avec les moyens dits ?", CollegeKind.JURY),
        _TRANSFER,
    ],
    Kind.PROJECTS: [
        _criterion("Besoin", "Le besoin est-il établi ?", CollegeKind.JURY),
        _criterion("Qualité du projet", "Le projet y répond-il ?", CollegeKind.INNOVATORS),
        _criterion("Coûts", "Les coûts sont-ils justifiés ?", CollegeKind.JURY),
        _TRANSFER,
    ],
    Kind.INTEREST: [
        _criterion("Besoin", "Le besoin est-il établi ?", CollegeKind.JURY),
        _TRANSFER,
    ],
    Kind.REPLICATION: [
        _criterion(
            "Besoin du site", "Le besoin est-il là, et non couvert ?", CollegeKind.USERS, weight=2
        ),
        _criterion(
            "Fidélité", "Le cœur de l’initiative est-il gardé ?", CollegeKind.INNOVATORS,
            is_transfer=True, weight=2,
        ),
        _criterion(
            "Adaptation", "Ce qui change tient-il compte du site ?", CollegeKind.INNOVATORS,
            is_transfer=True,
        ),
        _criterion("Portage", "L’équipe et les partenaires sont-ils prêts ?", CollegeKind.JURY),
    ],
}  # fmt: skip


def criteria(kind: str) -> list[Data]:
    return copy.deepcopy(_CRITERIA[Kind(kind)])
