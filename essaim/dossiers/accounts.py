"""The accounts of the project's budget, as the Cerfa prints them, and what must balance.

Amounts are whole cents. The source is the form n° 12156*06 and the chart of accounts of
associations (règlement ANC n° 2018-06).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

CHARGE, PRODUCT = "charge", "product"
MOST_CENTS = 10**12
LINES_AT_MOST = 60  # of one side
ACCOUNTS: dict[str, dict[str, Any]] = {
    CHARGE: {
        "60": _("60 – Achats"),
        "61": _("61 – Services extérieurs"),
        "62": _("62 – Autres services extérieurs"),
        "63": _("63 – Impôts et taxes"),
        "64": _("64 – Charges de personnel"),
        "65": _("65 – Autres charges de gestion courante"),
        "66": _("66 – Charges financières"),
        "67": _("67 – Charges exceptionnelles"),
        "68": _("68 – Dotations aux amortissements et provisions"),
        "69": _("69 – Impôts sur les bénéfices, participation"),
        "indirect": _("Charges indirectes réparties"),
        "86": _("86 – Emplois des contributions volontaires en nature"),
    },
    PRODUCT: {
        "70": _("70 – Ventes de produits et prestations de services"),
        "73": _("73 – Dotations et produits de tarification"),
        "74": _("74 – Subventions d’exploitation"),
        "75": _("75 – Autres produits de gestion courante"),
        "76": _("76 – Produits financiers"),
        "77": _("77 – Produits exceptionnels"),
        "78": _("78 – Reprises sur amortissements et provisions"),
        "79": _("79 – Transferts de charges"),
        "87": _("87 – Contributions volontaires en nature"),
    },
}
# In kind: they balance apart, and are no money.
IN_KIND = {CHARGE: "86", PRODUCT: "87"}


@dataclass(frozen=True)
class Totals:
    charges: int
    products: int
    in_kind_charges: int
    in_kind_products: int
    grants: int  # of account 74

    @property
    def gap(self) -> int:
        """What products lack; negative where they exceed."""
        return self.charges - self.products

    @property
    def in_kind_gap(self) -> int:
        return self.in_kind_charges - self.in_kind_products

    @property
    def is_balanced(self) -> bool:
        return self.gap == 0 and self.in_kind_gap == 0


def totals(lines: Iterable[Mapping[str, Any]], amount: str = "amount_cents") -> Totals:
    """Sums of lines ``{"side", "account", "amount_cents"}``; ``amount``: which amount to sum."""
    sums = dict.fromkeys([CHARGE, PRODUCT, "86", "87", "74"], 0)
    for line in lines:
        cents = int(line.get(amount) or 0)
        if line["account"] in IN_KIND.values():
            sums[line["account"]] += cents
            continue
        sums[line["side"]] += cents
        if line["account"] == "74":
            sums["74"] += cents
    return Totals(sums[CHARGE], sums[PRODUCT], sums["86"], sums["87"], sums["74"])


def account_label(line: Mapping[str, Any]) -> str:
    return str(ACCOUNTS.get(line["side"], {}).get(line["account"], line["account"]))


def in_order(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Charges then products, each in the order of the accounts."""
    ranks = {
        (side, account): (n, m)
        for n, (side, accounts) in enumerate(ACCOUNTS.items())
        for m, account in enumerate(accounts)
    }
    return sorted(
        (dict(line) for line in lines),
        key=lambda row: ranks.get((row["side"], row["account"]), (9, 9)),
    )
