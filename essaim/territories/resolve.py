"""Addresses of territories as files give them (``department:1``), made sure of or refused.

What is certain is mended, with a note that says so; what is not gets a reason, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.common.text import fold

from .models import Territory
from .reference import KINDS

_SYNONYMS = {
    "country": "country pays nation national france etat",
    "region": "region reg regions",
    "department": "department departement departements departments dept dep dpt depart",
    "epci": "epci cc ca cu intercommunalite interco agglomeration agglo metropole communaute siren",
    "commune": "commune com communes ville city town municipality insee cog",
}
KIND_BY_WORD = {word: kind for kind, words in _SYNONYMS.items() for word in words.split()}

# Municipal arrondissements: parts of three cities, which are communes of their own.
_ARRONDISSEMENTS = [
    (re.compile(r"751(0[1-9]|1\d|20)"), "75056"),
    (re.compile(r"132(0[1-9]|1[0-6])"), "13055"),
    (re.compile(r"6938[1-9]"), "69123"),
]


@dataclass(frozen=True)
class Resolution:
    """The territory, if it is certain; and a French sentence if it was mended or refused."""

    territory: Territory | None
    note: str | None = None


class Wanted(NamedTuple):
    """What an address asks for, before the database is read."""

    kind: str
    code: str  # as an official file would write it
    text: str  # as given, for messages
    exact: bool  # nothing had to be mended so far


def resolve_territory(address: str) -> Resolution:
    return resolve_territories([address])[address]


def resolve_territories(addresses: Iterable[str]) -> dict[str, Resolution]:
    """One resolution for each address; two queries at most, whatever their number."""
    wanted = {address: read_address(address) for address in addresses}
    readable = [w for w in wanted.values() if isinstance(w, Wanted)]
    known = _Known([code for w in readable for code in _codes(w)])
    return {
        address: known.find(w) if isinstance(w, Wanted) else Resolution(None, w)
        for address, w in wanted.items()
    }


def read_address(address: str) -> Wanted | str:
    """What is asked for, or why it can't be read."""
    text = " ".join(address.split())[:100]
    kind_text, separator, code_text = text.partition(":")
    if not text:
        return _("Territoire vide.")
    if not separator or not code_text.strip() or not kind_text.strip():
        return _bare(text)
    kind = kind_text.strip()
    if kind not in KINDS:
        folded = fold(kind).replace(" ", "")
        kind = KIND_BY_WORD.get(folded, kind.lower())
    raw = code_text.strip()
    code = _official(kind, raw)
    return Wanted(kind, code, text, exact=address == f"{kind}:{code}")


def _bare(text: str) -> Wanted | str:
    """A code without its kind, where its shape leaves no doubt."""
    code = re.sub(r"\s", "", text).strip(":").upper()
    if fold(text) in {"france", "fr"}:
        return Wanted("country", "FR", text, exact=False)
    if re.fullmatch(r"\d{9}", code):
        return Wanted("epci", code, text, exact=False)
    if re.fullmatch(r"2[AB]", code):
        return Wanted("department", code, text, exact=False)
    if re.fullmatch(r"2[AB]\d{3}", code):
        return Wanted("commune", code, text, exact=False)
    if re.fullmatch(r"\d{5}", code):
        return _(
            "« %(text)s » peut être un code de commune ou un code postal :"
            " écrivez commune:%(text)s si c’est le code officiel de la commune."
        ) % {"text": code}
    return _(
        "« %(text)s » ne dit pas de quelle nature de territoire il s’agit :"
        " écrivez par exemple commune:38185, epci:200040715, department:38 ou region:84."
    ) % {"text": text}


def _official(kind: str, raw: str) -> str:
    """The code as the official file would write it: zeros, capitals, no spaces."""
    if kind not in KINDS:
        return raw
    code = re.sub(r"[\s.\u00a0\u202f-]", "", raw).upper()
    if kind == "country" and fold(raw) in {"fr", "fra", "france", "250", "33"}:
        return "FR"
    if kind == "epci" and re.fullmatch(r"\d{14}", code):
        return code[:9]  # a SIRET begins with the SIREN
    if kind in {"department", "region"} and code.isdigit():
        bare = code.lstrip("0")
        return bare.zfill(2)
    if kind == "commune" and re.fullmatch(r"\d{4}", code):
        return code.zfill(5)
    return code


def _codes(wanted: Wanted) -> list[str]:
    codes = [wanted.code]
    if wanted.kind == "commune":
        codes += [city for pattern, city in _ARRONDISSEMENTS if pattern.fullmatch(wanted.code)]
    elif wanted.kind not in KINDS:
        codes.append(wanted.code.upper())
    return codes


class _Known:
    """What the database holds of some codes: today's, former ones, SIREN, postal codes."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.by_code: dict[tuple[str, str], Territory] = {}
        self.by_former: dict[str, Territory] = {}
        self.by_siren: dict[str, Territory] = {}
        self.by_postal: dict[str, list[Territory]] = {}
        asked = {code for code in codes if code and "\x00" not in code}
        siren = [code for code in asked if re.fullmatch(r"\d{9}", code)]
        if asked:
            self._keep(Q(code__in=asked) | Q(siren__in=siren))
        known = {code for kind, code in self.by_code if kind == "commune"}
        unknown = [code for code in asked if len(code) == 5 and code not in known]
        if unknown:
            self._keep(Q(former_codes__overlap=unknown) | Q(postal_codes__overlap=unknown))

    def _keep(self, condition: Q) -> None:
        for territory in Territory.objects.filter(condition).select_related("successor"):
            self.by_code[territory.kind, territory.code] = territory
            for code in territory.former_codes:
                self.by_former[code] = territory
            if territory.siren:
                self.by_siren[territory.siren] = territory
            for code in territory.postal_codes:
                self.by_postal.setdefault(code, []).append(territory)

    def find(self, wanted: Wanted) -> Resolution:
        found = self.by_code.get((wanted.kind, wanted.code))
        if found is None and wanted.kind not in KINDS:
            found = self.by_code.get((wanted.kind, wanted.code.upper()))
        if found is not None:
            if found.gone_on is None:
                exact = wanted.exact and found.code == wanted.code
                return Resolution(found, None if exact else _mended(wanted, found))
            return _ended(wanted, found)
        if wanted.kind == "commune":
            return self._commune(wanted)
        if wanted.kind not in KINDS:
            return Resolution(None, self._unknown(wanted))
        if wanted.kind == "epci" and wanted.code in self.by_siren:
            commune = self.by_siren[wanted.code]
            return Resolution(
                None,
                _(
                    "« %(text)s » est le SIREN d’une commune, %(label)s :"
                    " écrivez %(address)s si c’est elle."
                )
                % {"text": wanted.text, "label": commune.label, "address": commune.address},
            )
        return Resolution(None, self._unknown(wanted))

    def _commune(self, wanted: Wanted) -> Resolution:
        code = wanted.code
        for pattern, city_code in _ARRONDISSEMENTS:
            city = self.by_code.get(("commune", city_code))
            if city and pattern.fullmatch(code):
                return Resolution(
                    city,
                    _("« %(text)s » est un arrondissement : rattaché à %(label)s.")
                    % {"text": wanted.text, "label": city.label},
                )
        if code in self.by_former:
            today = self.by_former[code]
            return Resolution(
                today,
                _("« %(text)s » est le code d’une ancienne commune : rattaché à %(label)s.")
                % {"text": wanted.text, "label": today.label},
            )
        if code in self.by_siren:
            commune = self.by_siren[code]
            if commune.kind == "commune":
                return Resolution(commune, _mended(wanted, commune))
        if code in self.by_postal:
            labels = ", ".join(f"{t.address} ({t.name})" for t in self.by_postal[code][:3])
            return Resolution(
                None,
                _("« %(text)s » est un code postal, non un code de commune : écrivez %(labels)s.")
                % {"text": wanted.text, "labels": labels},
            )
        return Resolution(None, self._unknown(wanted))

    def _unknown(self, wanted: Wanted) -> str:
        if wanted.kind not in KINDS and not any(kind == wanted.kind for kind, _c in self.by_code):
            return _(
                "« %(text)s » : nature de territoire ou code inconnu. Les natures officielles"
                " sont country, region, department, epci et commune."
            ) % {"text": wanted.text}
        return _("« %(text)s » : aucun territoire de cette nature n’a ce code.") % {
            "text": wanted.text
        }


def _mended(wanted: Wanted, found: Territory) -> str:
    return _("« %(text)s » a été lu %(address)s (%(label)s).") % {
        "text": wanted.text,
        "address": found.address,
        "label": found.label,
    }


def _ended(wanted: Wanted, gone: Territory) -> Resolution:
    if gone.successor is not None:
        return Resolution(
            gone.successor,
            _("« %(text)s » (%(label)s) n’existe plus : rattaché à son successeur, %(heir)s.")
            % {"text": wanted.text, "label": gone.label, "heir": gone.successor.label},
        )
    return Resolution(
        gone,
        _("« %(text)s » (%(label)s) n’existe plus, sans successeur connu : gardé tel quel.")
        % {"text": wanted.text, "label": gone.label},
    )
