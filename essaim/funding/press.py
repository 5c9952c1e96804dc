"""The press sheet of a pool: what it is, where it stands, and every funder credited (the report's
answer to the difficulty of such cooperation: each is seen for its part)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.money import show_euros
from essaim.initiatives.models import Publication

from .document import compiled
from .models import Option, Pool, State
from .reading import shares_of, totals
from .templatetags.funding import show_share

LONGEST = 900  # characters of the card's summary


def credits(pool: Pool) -> list[tuple[Option, int | None]]:
    """Funders whose option stands, the lead's site first, with their shares."""
    found = list(pool.options.counted().for_list().order_by("-is_pilot", "territory__name", "pk"))
    shares = shares_of(found)
    return [(option, shares.get(option.pk)) for option in found]


def press_data(pool: Pool, address: str) -> dict[str, Any]:
    card, sums = pool.initiative, totals([pool])[pool.pk]
    balance = sums.balance
    facts = [
        (_("Étape"), str(pool.get_state_display())),
        (_("Chef de file"), pool.lead.name),
        (_("Territoire pilote"), pool.pilot_territory.label),
        (_("Sites recherchés"), str(pool.sites_sought)),
        (_("Montant par site"), show_euros(pool.site_cents)),
        (_("Options prises"), show_euros(balance.pledged)),
        (_("Confirmé"), show_euros(balance.confirmed)),
        (_("Engagé juridiquement"), show_euros(balance.committed)),
        (_("Versé"), show_euros(balance.paid)),
    ]
    if card.holder is not None:
        facts.insert(1, (_("Porteur de l’initiative"), card.holder.name))
    finding = pool.findings.filter(is_positive=True).order_by("period").last()
    if finding is not None:
        told = ngettext(
            "Constatée le %(day)s : %(favourable)s avis favorable sur %(voters)s.",
            "Constatée le %(day)s : %(favourable)s avis favorables sur %(voters)s.",
            finding.favourable,
        ) % {
            "day": date_format(finding.on, "DATE_FORMAT"),
            "favourable": finding.favourable,
            "voters": finding.voters,
        }
        facts.append((_("Preuve du concept"), told))
    funders = credits(pool)
    number = len({option.funder_id for option, _share in funders})
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "operator": settings.SITE["operator"],
        "kind": _("Fiche de presse"),
        "title": card.title,
        "lead": _lead(pool, number),
        # A card that is no longer published is not told.
        "summary": card.summary[:LONGEST] if card.publication == Publication.PUBLISHED else "",
        "what": _("Où en est la subvention d’essaimage"),
        "facts": [{"label": label, "value": value} for label, value in facts],
        "who": _("Qui la finance"),
        "heads": [_("Financeur"), _("Territoire"), _("Montant"), _("État")],
        "funders": [_row(option, share) for option, share in funders],
        "nobody": _("Aucune option encore."),
        "credit": _("À citer : ") + _credit(pool, funders),
        "notice": _(
            "Une option est une intention : elle n’engage pas de fonds publics. Seule une"
            " délibération ou une décision du financeur les engage."
        ),
        "page_address": address,
        "made_on": _("Établi le %(date)s.")
        % {"date": date_format(timezone.localdate(), "DATE_FORMAT")},
        "page": _("Page"),
    }


def _lead(pool: Pool, number: int) -> str:
    if pool.state == State.ABANDONED:
        return _("Une subvention d’essaimage qui s’est arrêtée, au titre du droit à l’erreur.")
    if not number:
        return _("Une initiative cherche des financeurs pour essayer ensemble, puis essaimer.")
    return ngettext(
        "%(n)s financeur prend une option sur l’essaimage d’une initiative : un pilote essaie, puis il décide.",
        "%(n)s financeurs se groupent pour essaimer une même initiative : un pilote essaie pour tous, puis chacun décide.",
        number,
    ) % {"n": number}  # fmt: skip


def _row(option: Option, share: int | None) -> list[str]:
    amount = show_euros(option.confirmed_cents or option.amount_cents)
    if share is not None:
        amount = f"{amount} ({show_share(share)})"
    return [
        option.funder.name, option.territory.label, amount, str(option.get_state_display())
    ]  # fmt: skip


def _credit(pool: Pool, funders: list[tuple[Option, int | None]]) -> str:
    """One sentence to copy, the lead first, each funder once."""
    names = dict.fromkeys([pool.lead.name, *(option.funder.name for option, _share in funders)])
    return _("« %(title)s », avec le soutien de %(names)s.") % {
        "title": pool.initiative.title,
        "names": ", ".join(names),
    }


def press_sheet(pool: Pool, address: str) -> bytes:
    return compiled("press.typ", press_data(pool, address))
