"""Reasons and causes in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.events.models import Profile
from essaim.themes.models import Theme

from . import reasons as why


def theme_names(rows: Iterable[Sequence[Mapping[str, Any]]]) -> dict[str, str]:
    """Of every theme that these reasons name; one query."""
    slugs = {each["theme"] for row in rows for each in row if "theme" in each}
    return {theme.slug: str(theme) for theme in Theme.objects.filter(slug__in=slugs)}


def sentence(reason: Mapping[str, Any], names: Mapping[str, str], *, me: int | None) -> str:
    """As one of the two reads it (``me``, key of their registration), or as a third does."""
    theme = names.get(reason.get("theme", ""), "")
    mine = me is not None and reason.get("who") == me
    match reason["code"]:
        case why.NEED:
            text = (
                _("votre besoin sur « %(theme)s », et ce que l’autre en connaît : %(about)s")
                if mine
                else _("un besoin sur « %(theme)s », et ce que l’autre en connaît : %(about)s")
            )
        case why.SOUGHT:
            text = (
                _("vous cherchez « %(theme)s », l’autre l’apporte")
                if mine
                else _("l’un cherche « %(theme)s », l’autre l’apporte")
            )
        case why.PROFILE:
            text = (
                _("vous souhaitez rencontrer ce profil : %(profile)s")
                if mine
                else _("l’un souhaite rencontrer ce profil : %(profile)s")
            )
        case why.WORDS:
            text = _("des mots que l’un cherche et que l’autre apporte : %(about)s")
        case why.ROLES:
            text = _("deux profils qui avancent ensemble")
        case _:
            text = _("un thème que vous connaissez tous deux : « %(theme)s »")
    profile = str(dict(Profile.choices).get(reason.get("profile", ""), ""))
    said = text % {"theme": theme, "about": reason.get("about", ""), "profile": profile}
    return said if reason.get("about") else said.rstrip(" :\u00a0")  # forgotten in time


def cause(found: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """What stops the calculation, or what it could not do, and what to change."""
    people = ", ".join(names.get(key, "?") for key in found.get("people", [])[:8])
    count = len(found.get("people", []))
    match found["code"]:
        case "no_slots":
            return _("Il n’y a aucun créneau à venir : ajoutez-en d’abord.")
        case "nobody":
            return _("Moins de deux inscrits souhaitent des rencontres.")
        case "slots":
            return _(
                "Au moins %(least)s rencontres chacun, mais %(n)s au plus sont possibles : ajoutez des"
                " créneaux ou demandez-en moins."
            ) % {"least": found["least"], "n": found["n"]}
        case "tables":
            return _(
                "Il faut %(needed)s rencontres en tout, et les tables n’en permettent que %(have)s :"
                " ajoutez des tables ou des créneaux."
            ) % {"needed": found["needed"], "have": found["have"]}
        case "alone":
            return ngettext(
                "%(n)s personne n’a pas assez de points communs avec d’autres (%(people)s) :"
                " demandez-lui de compléter son profil, ou demandez moins de rencontres.",
                "%(n)s personnes n’ont pas assez de points communs avec d’autres (%(people)s) :"
                " demandez-leur de compléter leur profil, ou demandez moins de rencontres.",
                count,
            ) % {"n": count, "people": people}
        case "without":
            return ngettext(
                "%(n)s personne n’a pas de rencontre : %(people)s. Son profil ne dit rien qui la"
                " rapproche d’une autre, ou tous les créneaux sont pris.",
                "%(n)s personnes n’ont pas de rencontre : %(people)s. Leur profil ne dit rien qui"
                " les rapproche d’autres, ou tous les créneaux sont pris.",
                count,
            ) % {"n": count, "people": people}
    return _(
        "Toutes ces demandes ne tiennent pas ensemble : demandez moins de rencontres au moins, ou"
        " ajoutez des créneaux."
    )
