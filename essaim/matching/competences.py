"""Who may act by law on what: by theme, the kinds of territory that have the competence.

A commune may act on all that is of interest to its inhabitants (code général des collectivités
territoriales, L. 2121-29): a theme not named here is shared for it. For others a theme not named
is not theirs. To be checked by the operator, since the law changes.
"""

from __future__ import annotations

OWN, SHARED, NONE = "own", "shared", "none"

#: Kinds of territory whose competence is known; a country or a zone asks nothing.
KINDS = ("commune", "epci", "department", "region")
GENERAL = {"commune": SHARED}

COMPETENCES: dict[str, dict[str, str]] = {
    # CASF L. 214-1-3 (communes organise the care of young children), CSP L. 2112-1 (département).
    "petite-enfance": {"commune": OWN, "epci": SHARED, "department": SHARED},
    # CASF L. 121-1 and L. 123-5 (CCAS), L. 123-4-1 (CIAS); CGCT L. 3211-1.
    "pauvrete-exclusion": {"commune": OWN, "epci": SHARED, "department": OWN},
    "acces-aux-droits": {"commune": OWN, "epci": SHARED, "department": OWN},
    "vieillissement": {"commune": OWN, "epci": SHARED, "department": OWN},
    "handicap": {"commune": SHARED, "epci": SHARED, "department": OWN},
    # CCH L. 301-5-1 and following; loi n° 90-449, art. 6 (fund for housing solidarity).
    "logement": {"commune": SHARED, "epci": OWN, "department": SHARED},
    "precarite-energetique": {"commune": SHARED, "epci": OWN, "department": OWN},
    # Code du travail L. 6121-1 (région); CASF L. 263-1 (insertion, département).
    "emploi-insertion": {"commune": SHARED, "epci": SHARED, "department": OWN, "region": OWN},
    # CGCT L. 4251-12 and L. 1511-2 (région), L. 5214-16 and L. 5216-5 (EPCI).
    "economie-solidaire": {"commune": SHARED, "epci": OWN, "region": OWN},
    "developpement-local": {"commune": SHARED, "epci": OWN, "department": SHARED, "region": OWN},
    "politique-de-la-ville": {"commune": SHARED, "epci": OWN},
    # Code de l’éducation L. 212-1, L. 213-1, L. 214-5: each its schools.
    "education": {"commune": OWN, "epci": SHARED, "department": SHARED, "region": SHARED},
    # CGCT L. 1111-4: shared by all.
    "culture": {"commune": SHARED, "epci": SHARED, "department": SHARED, "region": SHARED},
    "vie-associative": {"commune": SHARED, "epci": SHARED, "department": SHARED, "region": SHARED},
    "lien-social": {"commune": OWN, "epci": SHARED, "department": OWN},
    # Code des transports L. 1231-1 and L. 1231-1-1.
    "mobilite": {"commune": SHARED, "epci": OWN, "region": OWN},
    # CGCT L. 2224-13 (waste).
    "economie-circulaire": {"commune": SHARED, "epci": OWN, "region": SHARED},
    # Code de l’environnement L. 229-26 (climate plans of EPCI), CGCT L. 4251-1 (région).
    "ecologie-transition": {"commune": SHARED, "epci": OWN, "department": SHARED, "region": OWN},
    "alimentation": {"commune": SHARED, "epci": SHARED, "department": SHARED, "region": SHARED},
    "numerique": {"commune": SHARED, "epci": SHARED, "department": SHARED, "region": SHARED},
    # CSP L. 1411-1: the State; L. 1434-10, local contracts.
    "sante": {"commune": SHARED, "epci": SHARED, "department": SHARED},
    # CSI L. 132-1: prevention of crime.
    "securite": {"commune": SHARED, "epci": SHARED, "department": SHARED},
    "justice": {"commune": NONE},
    # How one's own services work.
    "accueil-des-usagers": dict.fromkeys(KINDS, OWN),
    "organisation-du-travail": dict.fromkeys(KINDS, OWN),
    "innovation-publique": dict.fromkeys(KINDS, OWN),
    "finances-publiques": dict.fromkeys(KINDS, OWN),
    "participation-citoyenne": dict.fromkeys(KINDS, OWN),
}


def competence(theme: str, kind: str) -> str | None:
    """``own``, ``shared`` or ``none``; None where the question has no meaning."""
    if kind not in KINDS:
        return None
    return COMPETENCES.get(theme, {}).get(kind, GENERAL.get(kind, NONE))
