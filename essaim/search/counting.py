"""How many results, in a sentence."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.search.filters import Criteria
from essaim.search.results import Page


def counted(page: Page, criteria: Criteria) -> str:
    """How many: what contains a word and what is only close in meaning, told apart."""
    if not criteria.text:
        return _listed(page.count, criteria.is_filtered)
    if not page.total:
        if criteria.is_filtered:
            return _("Aucune fiche ne répond à ces mots avec ces filtres")
        return _("Aucune fiche ne répond à ces mots")
    if not page.count:
        alone = ngettext(
            "Aucune fiche ne contient vos mots ; %(count)s s’en approche par le sens",
            "Aucune fiche ne contient vos mots ; %(count)s s’en approchent par le sens",
            page.by_meaning,
        )
        return alone % {"count": thousands(page.by_meaning)}
    words = ngettext(
        "%(count)s fiche contient vos mots", "%(count)s fiches contiennent vos mots", page.count
    ) % {"count": thousands(page.count)}
    if not page.by_meaning:
        return words
    close = ngettext(
        "%(count)s autre s’en approche par le sens",
        "%(count)s autres s’en approchent par le sens",
        page.by_meaning,
    ) % {"count": thousands(page.by_meaning)}
    return _("%(words)s ; %(close)s") % {"words": words, "close": close}


def thousands(number: int) -> str:
    return number_format(number, force_grouping=True)


def _listed(number: int, filtered: bool) -> str:
    given = {"count": thousands(number)}
    if not number:
        return _("Aucune fiche ne passe ces filtres") if filtered else _("La banque est vide")
    if filtered:
        return (
            ngettext(
                "%(count)s fiche passe ces filtres", "%(count)s fiches passent ces filtres", number
            )
            % given
        )
    return (
        ngettext("%(count)s fiche dans la banque", "%(count)s fiches dans la banque", number)
        % given
    )
