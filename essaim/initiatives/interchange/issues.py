"""What reading a line met: errors stop the line, warnings tell what was mended or left aside.

An issue keeps a code and its values, not a sentence: it is read in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .mend.text import storable

SHOWN = 80  # characters of a faulty value that a message repeats
AT_MOST = 50  # issues of each kind that are told of one line
NOTE = 300  # characters of an explanation that comes with it

MESSAGES: dict[str, Any] = {
    # --- the line ---
    "line_not_json": _("Ligne illisible : ce n’est pas un objet JSON complet (fichier tronqué ?)."),
    "line_not_json_nor_csv": _(
        "Ligne illisible : un objet JSON par ligne est attendu ou, pour un CSV, une première "
        "ligne avec les noms des colonnes."
    ),
    "line_not_object": _("Un objet JSON est attendu, entre accolades, et non %(type)s."),
    "line_too_long": _("La ligne dépasse %(limit)s Mo : elle n’a pas été lue."),
    "line_too_deep": _("Trop de niveaux imbriqués : %(limit)s au plus."),
    "line_encoding": _("L’encodage de la ligne n’est ni UTF-8 ni Windows-1252."),
    "line_database": _("La base de données refuse cette fiche : prévenez l’exploitant du site."),
    "line_windows": _("Ligne en Windows-1252, convertie en UTF-8."),
    "key_repeated": _("Clé répétée dans la ligne : la dernière valeur est gardée."),
    "key_unknown": _("Champ inconnu : gardé tel quel, sans être montré."),
    "key_mended": _("Nom de champ compris comme « %(value)s »."),
    # --- CSV ---
    "csv_column_missing": _("La colonne obligatoire « %(value)s » manque dans la première ligne."),
    "csv_column_unknown": _("Colonne inconnue : ses valeurs sont gardées telles quelles."),
    "csv_column_repeated": _("Deux colonnes portent ce nom."),
    "csv_too_many_cells": _(
        "La ligne a plus de cellules que la première : un séparateur n’est pas protégé par "
        "des guillemets."
    ),
    "csv_row": _("Ligne illisible : des guillemets ne sont pas fermés."),
    "csv_cell_json": _("La cellule doit contenir du JSON."),
    "csv_both_columns": _("Remplissez « %(value)s » ou ses colonnes détaillées, pas les deux."),
    # --- any value ---
    "required": _("Ce champ est obligatoire."),
    "wrong_type": _("%(expected)s est attendu, et non %(type)s."),
    "too_long": _("Trop long : %(length)s caractères, %(limit)s au plus."),
    "too_many": _("Trop d’éléments : %(length)s, %(limit)s au plus."),
    "choice": _("« %(value)s » n’est pas une valeur connue. Valeurs possibles : %(choices)s."),
    "choice_mended": _("« %(value)s » compris comme « %(kept)s »."),
    "choice_other": _("« %(value)s » n’est pas une valeur connue : rangé sous « %(kept)s »."),
    "choice_left": _(
        "« %(value)s » n’est pas une valeur connue : gardé tel quel, sans être montré."
    ),
    "identifier_space": _("L’identifiant ne contient pas d’espace."),
    "duplicate": _("Identifiant déjà rencontré à la ligne %(value)s de ce fichier."),
    "trimmed": _("Espaces superflus retirés."),
    "html": _("Balises HTML retirées."),
    "mojibake": _("Caractères mal convertis rétablis."),
    "control": _("Caractères interdits retirés."),
    "wrapped": _("Une liste est attendue : la valeur seule est devenue une liste."),
    "split": _("Une liste est attendue : le texte a été découpé."),
    "number": _("« %(value)s » n’est pas un nombre."),
    "number_ambiguous": _(
        "« %(value)s » peut se lire de deux façons : écrivez le nombre sans séparateur de milliers."
    ),
    "number_mended": _("« %(value)s » compris comme %(kept)s."),
    "number_negative": _("Un montant ne peut pas être négatif."),
    "number_large": _("Nombre trop grand."),
    "number_rounded": _("Arrondi à deux décimales : %(kept)s."),
    "number_range": _("La valeur va de %(low)s à %(high)s."),
    "integer": _("« %(value)s » n’est pas un nombre entier."),
    "range_order": _("Le bas ne dépasse pas le central, ni le central le haut."),
    "percent": _("La part du besoin visée est un pourcentage, plus que 0 et jusqu’à 100."),
    "boolean": _("Oui ou non est attendu (true ou false)."),
    "date": _(
        "« %(value)s » n’est pas une date : écrivez une année (2015), un mois (2015-06) ou un jour (2015-06-12)."
    ),
    "date_mended": _("« %(value)s » compris comme %(kept)s."),
    "url": _("« %(value)s » n’est pas une adresse web (https://…)."),
    "url_mended": _("Adresse complétée : %(kept)s."),
    "placeholder": _("« %(value)s » compris comme une absence de valeur."),
    # --- what the bank knows ---
    "theme_unknown": _("Thème inconnu « %(value)s » : gardé comme mot-clé."),
    "territory_unknown": _("Territoire inconnu « %(value)s » : gardé tel quel, à rattacher."),
    "territory_gone": _("« %(value)s » n’existe plus, sans successeur connu : gardé tel quel."),
    "territory_mended": _("« %(value)s » compris comme %(kept)s."),
    "siren": _("« %(value)s » n’est pas un numéro SIREN : gardé tel quel, sans être montré."),
    "siren_mended": _("« %(value)s » compris comme le SIREN %(kept)s."),
    "holder_differs": _(
        "L’organisation est déjà connue avec une autre valeur (« %(kept)s ») : la vôtre est gardée sans être montrée."
    ),
    "holder_ambiguous": _(
        "Plusieurs organisations portent ce nom : la première a été retenue. Précisez le SIREN."
    ),
    "card_archived": _("La fiche est archivée : elle est mise à jour sans être publiée."),
}

# What is wrong with a file as a whole.
FILE_MESSAGES: dict[str, Any] = {
    "zip": _("Ce fichier est une archive ou un classeur : enregistrez-le au format CSV (UTF-8)."),
    "xls": _("Ce fichier est un classeur Excel : enregistrez-le au format CSV (UTF-8)."),
    "pdf": _("Ce fichier est un PDF : un fichier JSON Lines ou CSV est attendu."),
    "gzip": _("Ce fichier est compressé : décompressez-le avant de l’importer."),
    "missing": _("Le fichier n’est plus là : déposez-le de nouveau."),
    "unexpected": _(
        "Une erreur inattendue a arrêté le traitement. Réessayez ; si elle revient, prévenez "
        "l’exploitant du site."
    ),
}

# What a JSON value is, in the words of the person who reads the message.
TYPES: dict[str, Any] = {
    "dict": _("un objet"),
    "list": _("une liste"),
    "str": _("un texte"),
    "int": _("un nombre"),
    "float": _("un nombre"),
    "Decimal": _("un nombre"),
    "bool": _("un vrai/faux"),
    "NoneType": _("rien"),
}
EXPECTED: dict[str, Any] = {
    "text": _("Un texte"),
    "list": _("Une liste"),
    "object": _("Un objet"),
    "number": _("Un nombre"),
    "boolean": _("Un vrai/faux"),
    "date": _("Une date"),
}


def shown(value: Any) -> str:
    """A faulty value, short enough for a message."""
    text = " ".join(storable(str(value)).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class Issue:
    line: int
    field: str  # "economics[2].low"; empty for the line as a whole
    code: str
    params: dict[str, str]

    @property
    def reason(self) -> str:
        """The sentence, in the active language."""
        if self.params.get("note") and get_language() == "fr":
            # Said by whoever knows more than the code, in the language of the import.
            return self.params["note"]
        words = dict(self.params)
        if "type" in words:
            words["type"] = str(TYPES.get(words["type"], words["type"]))
        if "expected" in words:
            words["expected"] = str(EXPECTED[words["expected"]])
        return str(MESSAGES[self.code]) % words

    def as_dict(self) -> dict[str, Any]:
        return {"line": self.line, "field": self.field, "reason": self.reason}


@dataclass(slots=True)
class Notes:
    """The issues of one line."""

    line: int
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)

    def error(self, where: str, code: str, **params: Any) -> None:
        if len(self.errors) < AT_MOST:
            self.errors.append(self._issue(where, code, params))

    def warn(self, where: str, code: str, **params: Any) -> None:
        if len(self.warnings) < AT_MOST:
            self.warnings.append(self._issue(where, code, params))

    def wrong_type(self, where: str, expected: str, value: Any) -> None:
        self.error(where, "wrong_type", expected=expected, type=type(value).__name__)

    def _issue(self, where: str, code: str, params: dict[str, Any]) -> Issue:
        words = {k: str(v)[:NOTE] if k == "note" else shown(v) for k, v in params.items()}
        return Issue(self.line, shown(where), code, words)

    def kept(self) -> Iterator[tuple[str, Issue]]:
        """What is reported: the errors of a refused line, else its warnings."""
        if self.errors:
            yield from (("error", issue) for issue in self.errors)
        else:
            yield from (("warning", issue) for issue in self.warnings)
