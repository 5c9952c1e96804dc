"""What is said of a file of indicators, and of its lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

FILE_MESSAGES = {
    "empty": _("Le fichier est vide."),
    "not_text": _("Le fichier n’est pas un texte lisible : enregistrez-le en CSV UTF-8."),
    "no_header": _(
        "La première ligne doit nommer les colonnes : territory, indicator, year, value, source,"
        " ou un territoire et une colonne par indicateur."
    ),
    "csv": _(
        "Le fichier n’est pas un CSV lisible : un guillemet y reste ouvert, ou une ligne est"
        " démesurée. La dernière ligne lue est donnée dans les remarques."
    ),
    "too_many_indicators": _(
        "Le fichier nomme plus de 500 indicateurs : une autre colonne a sans doute été prise"
        " pour celle des indicateurs."
    ),
    "missing": _("Le fichier n’est plus là : déposez-le de nouveau."),
    "job": _("Le traitement s’est interrompu plusieurs fois : réessayez plus tard."),
}

MESSAGES = {
    "short": _("La ligne a moins de colonnes que la première."),
    "territory_empty": _("Le territoire manque."),
    "territory_unknown": _("« %(given)s » ne correspond à aucun territoire connu."),
    "territory_former": _(
        "« %(given)s » est le code d’un territoire qui n’existe plus : ses valeurs ne sont pas"
        " celles du territoire qui l’a remplacé."
    ),
    "territory_bare": _(
        "« %(given)s » ne dit pas de quelle nature de territoire il s’agit : écrivez par exemple"
        " commune:38185, ou indiquez la nature pour tout le fichier."
    ),
    "indicator_empty": _("L’indicateur manque."),
    "indicator_bad": _(
        "« %(given)s » : un code d’indicateur a 60 caractères au plus, sans virgule."
    ),
    "year_bad": _("« %(given)s » n’est pas une année de 1800 à 2100."),
    "value_bad": _("« %(given)s » n’est pas un nombre."),
    "value_infinite": _("« %(given)s » : une valeur infinie ne se compare à rien."),
    "value_large": _(
        "« %(given)s » dépasse ce qui peut être compté (mille milliers de milliards)."
    ),
    "source_cut": _("La source dépasse 200 caractères : elle est coupée."),
    "duplicate": _("La même valeur est déjà donnée à la ligne %(other)s."),
    "contradiction": _(
        "Une autre valeur est déjà donnée à la ligne %(other)s pour ce territoire, cet indicateur"
        " et cette année : la première est gardée."
    ),
    "csv": FILE_MESSAGES["csv"],
}
UNMATCHED = ["territory_unknown", "territory_former", "territory_bare"]


def sentence(code: str, given: str, other: int | None) -> str:
    """What is wrong, in the reader's language."""
    text = str(MESSAGES.get(code, code))
    return text % {"given": given, "other": other} if "%(" in text else text
