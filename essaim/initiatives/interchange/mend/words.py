"""Words that stand for a value of an enumeration, a unit or a period, in French or English."""

from __future__ import annotations

from essaim.common.text import fold

TRUE = {"true", "vrai", "oui", "yes", "o", "y", "1", "x"}
FALSE = {"false", "faux", "non", "no", "n", "0"}

# Stored value → other ways to write it (folded). The values and their French labels are added
# by the field itself.
TRACK = {
    "social": ["sociale", "innovation sociale", "social innovation"],
    "public": ["publique", "innovation publique", "public innovation"],
}
STATUS = {
    "idea": ["idee", "en idee", "a l idee", "au stade de l idee"],
    "experimenting": [
        "experimentation",
        "en experimentation",
        "experimentee",
        "experimente",
        "experimental",
        "experiment",
    ],
    "proven": ["eprouvee", "eprouve", "prouvee", "prouve", "a fait ses preuves"],
    "stopped": ["arretee", "arrete", "arret", "stoppee", "stoppe", "abandonnee", "abandonne"],
}
COMPONENT = {
    "core": ["coeur", "coeur du concept", "noyau", "au coeur"],
    "margin": ["marge", "marge d adaptation", "en marge", "adaptable"],
}
ECONOMIC_LINE = {
    "setup_staff": ["temps de travail pour installer", "temps d installation", "setup staff"],
    "running_staff": [
        "temps de travail pour faire vivre",
        "temps de fonctionnement",
        "running staff",
    ],
    "investment": ["investissement", "investissements", "investments"],
    "running_costs": [
        "autres couts de fonctionnement",
        "couts de fonctionnement",
        "fonctionnement",
        "running costs",
    ],
    "exceptional_funding": [
        "financement exceptionnel",
        "financements exceptionnels",
        "exceptional funding",
    ],
    "avoided_costs": ["couts evites", "cout evite", "avoided costs"],
}
EVIDENCE = {
    "self": ["auto evaluation", "autoevaluation", "self evaluation"],
    "peer": ["pairs", "evaluation par les pairs", "peers", "par les pairs"],
    "independent": [
        "independante",
        "independant",
        "evaluation independante",
        "externe",
        "evaluation externe",
    ],
    "users": ["usagers", "voix des usagers", "beneficiaires", "user"],
    "other": ["autre", "autres"],
}
HOLDER = {
    "central_service": ["service central de l etat", "administration centrale", "ministere"],
    "territorial_service": ["service territorial de l etat", "service deconcentre", "prefecture"],
    "operator": ["operateur", "operateur public", "operateur de l etat"],
    "local_authority": [
        "collectivite",
        "collectivite territoriale",
        "commune",
        "departement",
        "region",
        "intercommunalite",
    ],
    "ccas": ["ccas ou cias", "cias", "centre communal d action sociale"],
    "hospital": ["hopital", "etablissement de sante", "centre hospitalier"],
    "association": ["asso", "association loi 1901"],
    "social_enterprise": ["entreprise sociale", "entreprise de l ess", "social enterprise"],
    "company": ["entreprise", "societe"],
    "foundation": ["fondation"],
    "network": ["reseau", "federation", "reseau ou federation"],
}

_UNITS = {
    "€": ["€", "eur", "euro", "euros", "en euros"],
    "days": ["jour", "jours", "day", "days", "j"],
    "hours": ["heure", "heures", "hour", "hours", "h"],
    "fte": ["etp", "equivalent temps plein", "equivalents temps plein", "fte"],
}
_PERIODS = {
    "once": ["once", "une fois", "ponctuel", "ponctuelle", "unique", "one off"],
    "year": [
        "year",
        "an",
        "annee",
        "par an",
        "annuel",
        "annuelle",
        "annuels",
        "ans",
        "yearly",
        "per year",
    ],
    "quarter": ["quarter", "trimestre", "par trimestre", "trimestriel", "quarterly"],
    "month": [
        "month",
        "mois",
        "par mois",
        "mensuel",
        "mensuelle",
        "mensuels",
        "monthly",
        "per month",
    ],
    "week": ["week", "semaine", "par semaine", "hebdomadaire", "weekly"],
}


def _table(words: dict[str, list[str]]) -> dict[str, str]:
    return {fold(word) or word: value for value, ways in words.items() for word in [value, *ways]}


UNITS, PERIODS = _table(_UNITS), _table(_PERIODS)


def canonical(value: str, table: dict[str, str]) -> str:
    """The stored word for a known synonym; anything else stays as written (free text)."""
    return table.get(fold(value) or value.strip(), value)


def choices(values: list[tuple[str, str]], synonyms: dict[str, list[str]]) -> dict[str, str]:
    """Folded word → stored value, from the values, their French labels and synonyms."""
    known: dict[str, str] = {}
    for value, label in values:
        for word in [value, str(label), *synonyms.get(value, [])]:
            known.setdefault(fold(word), value)
    return known
