"""Rules and what they find, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from .models import CampaignIndicator, Finding


def figure(value: float | None, unit: str = "") -> str:
    """A number as people read it, with its unit."""
    if value is None:
        return ""
    places = 0 if value == int(value) else 1 if abs(value) >= 10 else 2
    text = formats.number_format(value, decimal_pos=places, force_grouping=True)
    return f"{text} {unit}" if unit else text


def rule_in_words(indicator: CampaignIndicator) -> str:
    high, unit = indicator.worse == "high", indicator.unit
    if indicator.rule == "threshold":
        sentence = (
            _("En difficulté : au moins %(limit)s")
            if high
            else _("En difficulté : au plus %(limit)s")
        )
        return sentence % {"limit": figure(indicator.limit, unit)}
    count = indicator.count or 1
    if indicator.rule == "rank":
        sentence = (
            ngettext(
                "En difficulté : le territoire de la campagne où la valeur est la plus haute",
                "En difficulté : les %(n)s territoires de la campagne où la valeur est la plus"
                " haute, ex æquo compris",
                count,
            )
            if high
            else ngettext(
                "En difficulté : le territoire de la campagne où la valeur est la plus basse",
                "En difficulté : les %(n)s territoires de la campagne où la valeur est la plus"
                " basse, ex æquo compris",
                count,
            )
        )
        return sentence % {"n": count}
    sentence = (
        ngettext(
            "En difficulté : une hausse d’au moins %(limit)s en %(n)s an",
            "En difficulté : une hausse d’au moins %(limit)s en %(n)s ans au plus",
            count,
        )
        if high
        else ngettext(
            "En difficulté : une baisse d’au moins %(limit)s en %(n)s an",
            "En difficulté : une baisse d’au moins %(limit)s en %(n)s ans au plus",
            count,
        )
    )
    return sentence % {"limit": figure(indicator.limit, unit), "n": count}


def finding_in_words(finding: Finding) -> str:
    """What was read, and against what."""
    unit = finding.indicator.unit
    if finding.status == "missing":
        return _("Aucune valeur connue : rien n’est supposé à sa place.")
    value = _("%(value)s en %(year)s") % {
        "value": figure(finding.value, unit), "year": finding.year,
    }  # fmt: skip
    if finding.indicator.rule == "rank" and finding.place:
        return _("%(value)s, en position %(place)s sur %(known)s valeurs connues") % {
            "value": value, "place": finding.place, "known": finding.known,
        }  # fmt: skip
    if finding.indicator.rule == "trend":
        if finding.status == "single":
            return _("%(value)s ; une seule valeur connue sur la période : pas d’évolution") % {
                "value": value
            }
        return _("%(value)s ; %(earlier)s en %(earlier_year)s") % {
            "value": value, "earlier": figure(finding.earlier, unit),
            "earlier_year": finding.earlier_year,
        }  # fmt: skip
    return value
