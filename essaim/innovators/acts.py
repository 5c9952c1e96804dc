"""The acts a person may do on a file now, in the order in which the page offers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import rules
from .models import InnovationFile, Outcome, State


@dataclass(frozen=True)
class Act:
    label: Any
    address: str
    primary: bool = False  # the next act of the path
    post: bool = False  # done by its button alone, without a form to fill in


def acts_for(user: Any, file: InnovationFile) -> list[Act]:
    officer, innovator = rules.is_case_officer(user, file), rules.is_innovator(user, file)
    found: list[Act] = []

    def offer(name: str, label: Any, *, primary: bool = False, post: bool = False) -> None:
        found.append(Act(label, reverse(f"innovators:{name}", args=[file.pk]), primary, post))

    if rules.can_take(user, file):
        offer("take", _("Prendre ce dossier en charge"), primary=True, post=True)
    state = file.state
    if innovator and file.is_active and file.reported_on is None:
        offer("report", _("Dire que j’ai rendu compte"), primary=True)
    if innovator and state in {State.ENTERED, State.INTERVIEWED}:
        offer("revise_idea", _("Corriger mon idée"))
    if officer:
        _officer_acts(file, offer)
    if officer or innovator:
        if state in {State.FUNDED, State.PROTOTYPING}:
            offer("add_milestone", _("Ajouter un jalon"))
        if file.is_active:
            offer("end", _("Mettre fin au dossier"))
        elif _succeeded(file):
            _success_acts(file, offer, innovator=innovator)
    return found


def _officer_acts(file: InnovationFile, offer: Any) -> None:
    state = file.state
    if state == State.ENTERED:
        offer("interview", _("Consigner l’entretien"), primary=True)
    elif state == State.INTERVIEWED:
        offer("open", _("Ouvrir le dossier"), primary=True)
        offer("interview", _("Corriger les notes de l’entretien"))
    elif state == State.OPENED:
        offer("ask_opinion", _("Informer la hiérarchie"), primary=True)
    elif state == State.HIERARCHY_INFORMED:
        if file.non_objection_on:
            offer("support", _("Décider du soutien"), primary=True)
        else:
            offer("send_again", _("Envoyer de nouveau le lien"), post=True)
            offer("ask_opinion", _("S’adresser à un autre responsable"))
    elif state == State.SUPPORTED:
        offer("budget", _("Confier le budget"), primary=True)
    elif state == State.FUNDED:
        offer("start", _("Commencer le prototype"), primary=True)
    elif state == State.PROTOTYPING:
        offer("planned_end", _("Changer la fin prévue"))
    if state in {State.FUNDED, State.PROTOTYPING}:
        offer("add_line", _("Ajouter une ligne de budget"))
    if state not in {State.ENTERED, State.INTERVIEWED} and (file.is_active or _succeeded(file)):
        offer("rights", _("Établir la propriété intellectuelle"))
        if getattr(file, "rights", None) is not None:
            offer("add_gain", _("Enregistrer un gain"))


def _success_acts(file: InnovationFile, offer: Any, *, innovator: bool) -> None:
    outcome = file.outcome
    if innovator and outcome.card is None:
        offer("card", _("En faire une fiche"), primary=True, post=True)
    if innovator and outcome.prize_entered_at is None:
        offer("prize", _("Le présenter au prix"), post=True)
    offer("follow_up", _("Ajouter une suite"))


def _succeeded(file: InnovationFile) -> bool:
    outcome = getattr(file, "outcome", None)
    return outcome is not None and outcome.kind == Outcome.Kind.SUCCEEDED
