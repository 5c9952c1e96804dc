"""What each kind of object holds when it leaves, field by field: the one table that records,
OpenAPI, files and published schemas follow (cards have their own: ``initiatives.interchange``)."""

from .bank import FINDINGS, NEEDS, POOLS, PROOFS, REPLICATIONS, SCHEMES, TERRITORIES, THEMES
from .columns import Column, Table
from .figures import FIGURES, INDICATOR_VALUES, INDICATORS, NEIGHBOURS, REPORTS
from .meetings import CALLS, EVENTS, GROUPS, LAUREATES, ORGANISATIONS, THIRD_PLACES
from .parts import KIT, QUESTIONS
from .scaling import DIAGNOSES, MODELS, STRATEGIES, TRAINING

TABLES = {
    table.name: table
    for table in (
        *(TERRITORIES, THEMES, NEEDS, SCHEMES, POOLS, FINDINGS, REPLICATIONS, PROOFS),
        *(CALLS, LAUREATES, EVENTS, ORGANISATIONS, THIRD_PLACES, GROUPS),
        *(INDICATORS, INDICATOR_VALUES, NEIGHBOURS, FIGURES, REPORTS, KIT, QUESTIONS),
        *(MODELS, STRATEGIES, DIAGNOSES, TRAINING),
    )
}
__all__ = [
    "CALLS",
    "DIAGNOSES",
    "EVENTS",
    "FIGURES",
    "FINDINGS",
    "GROUPS",
    "INDICATORS",
    "INDICATOR_VALUES",
    "KIT",
    "LAUREATES",
    "MODELS",
    "NEEDS",
    "NEIGHBOURS",
    "ORGANISATIONS",
    "POOLS",
    "PROOFS",
    "QUESTIONS",
    "REPLICATIONS",
    "REPORTS",
    "SCHEMES",
    "STRATEGIES",
    "TABLES",
    "TERRITORIES",
    "THEMES",
    "THIRD_PLACES",
    "TRAINING",
    "Column",
    "Table",
]
