"""Reporting, deciding, appealing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, long_text
from essaim.contributions.models import ModerationCase, Reason


class ReportForm(Form):
    reason_code = forms.ChoiceField(
        label=_("Qu’est-ce qui ne va pas ?"), choices=Reason.choices, widget=forms.RadioSelect
    )
    text = long_text(
        _("Précisez"),
        rows=3,
        max_length=3000,
        required=False,
        help_text=_("Seuls les animateurs lisent votre signalement et savent qu’il vient de vous."),
    )


class DecideForm(Form):
    decision = forms.ChoiceField(
        label=_("Votre décision"),
        choices=[("hide", _("masquer ce contenu")), ("dismiss", _("le laisser, classer"))],
        widget=forms.RadioSelect,
    )
    reason_code = forms.ChoiceField(label=_("Motif"), choices=Reason.choices)
    reason = long_text(
        _("Vos raisons"),
        rows=4,
        max_length=3000,
        help_text=_("L’auteur les lit si son contenu est masqué."),
    )


class AppealForm(Form):
    text = long_text(
        _("Pourquoi cette décision est-elle à revoir ?"),
        rows=5,
        max_length=3000,
        help_text=_("Une autre personne que celle qui a décidé vous répondra. Un seul recours."),
    )


class AppealAnswerForm(Form):
    decision = forms.ChoiceField(
        label=_("Votre décision"),
        choices=[
            ("restore", _("rétablir le contenu")),
            ("uphold", _("confirmer le masquage")),
        ],
        widget=forms.RadioSelect,
    )
    answer = long_text(_("Votre réponse à l’auteur"), rows=4, max_length=3000)


class CasesFilter(Form):
    mark_optional = False

    state = forms.ChoiceField(
        label=_("État"),
        choices=[("", _("à examiner")), *ModerationCase.State.choices],
        required=False,
    )
