"""What the team says at the end."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, long_text


class ConclusionForm(Form):
    learnt = long_text(
        _("Ce que nous avons appris"),
        help_text=_("Ce que vous en retenez, y compris ce qui n’a pas marché."),
    )
    limits = long_text(
        _("Limites"),
        help_text=_(
            "Ce qui a pu fausser la mesure : absents, autre aide au même moment, test connu d’avance…"
        ),
    )
    next_steps = long_text(_("Ce que nous allons faire"), rows=3, required=False)
    beneficiaries = forms.IntegerField(
        label=_("Personnes aidées pour le coût de la fiche"), required=False, min_value=1,
        max_value=10_000_000,
        help_text=_("Pour donner le coût d’une unité d’effet : combien de personnes l’installation et la première année ont-elles aidées ?"),
    )  # fmt: skip
