"""The words of other sources for our fields and values (docs/schemes-format.md)."""

from __future__ import annotations

from django.db import models

from essaim.schemes.kinds import Applicant, Help, Point, Recurrence, Stage

# Names under which other sources give our fields (docs/schemes-format.md).
ALIASES = {
    "funders": ("financeurs", "porteurs", "organisme", "organismes"),
    "applicants": ("beneficiaires", "bénéficiaires", "beneficiaries"),
    "helps": ("types", "aides", "type_aide"),
    "recurrence": ("récurrence",),
    "title": ("titre", "intitule", "intitulé", "nom"),
    "id": ("external_id", "identifiant"),
    "amount": ("montant",),
    "deadline": ("cloture", "clôture", "date_cloture"),
    "opening": ("ouverture", "date_ouverture"),
    "themes": ("thematiques", "thématiques"),
    "territories": ("territoires", "perimetre"),
    "track": ("voie",),
    "stages": ("etapes", "étapes"),
    "url": ("lien",),
    "as_of": ("etat",),
    "checked_on": ("verifie_le",),
    "ended_on": ("fin",),
}
LISTS = ("funders", "stages", "helps", "applicants", "points", "themes", "territories")
LISTS_OF_WORDS: dict[str, type[models.TextChoices]] = {
    "stages": Stage,
    "helps": Help,
    "applicants": Applicant,
    "points": Point,
}
SYNONYMS: dict[str, dict[str, str]] = {
    "helps": {
        "subvention": Help.FUNDING,
        "prix": Help.FUNDING,
        "autre aide financiere": Help.OTHER,
        "certificat d economie d energie cee": Help.OTHER,
        "pret": Help.LOAN,
        "avance recuperable": Help.LOAN,
        "ingenierie technique": Help.TECHNICAL,
        "ingenierie financiere": Help.FINANCIAL,
        "ingenierie juridique administrative": Help.LEGAL,
    },
    "applicants": {
        "communes": Applicant.COMMUNE,
        "intercommunalites pays": Applicant.EPCI,
        "intercommunalites": Applicant.EPCI,
        "departements": Applicant.DEPARTMENT,
        "regions": Applicant.REGION,
        "collectivites d outre mer a statuts particuliers": Applicant.OVERSEAS,
        "etablissements publics ecoles bibliotheques services de l etat": Applicant.STATE,
        "etablissements publics": Applicant.STATE,
        "services de l etat": Applicant.STATE,
        "entreprises publiques locales sem spl semop": Applicant.LOCAL_COMPANY,
        "entreprises privees": Applicant.COMPANY,
        "entreprises": Applicant.COMPANY,
        "associations": Applicant.ASSOCIATION,
        "particuliers": Applicant.PERSON,
        "agriculteurs": Applicant.FARMER,
        "recherche": Applicant.RESEARCH,
    },
    "recurrence": {
        "permanente": Recurrence.PERMANENT,
        "recurrente": Recurrence.RECURRING,
        "ponctuelle": Recurrence.ONE_OFF,
    },
}
