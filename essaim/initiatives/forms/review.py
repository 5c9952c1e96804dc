"""The managers' forms: which cards to show, and what to ask of an author."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.common.typography import labelled
from essaim.initiatives.actions.withdrawals import ALL, ONE, UNTIL
from essaim.initiatives.models import (
    InitiativeQuerySet,
    Publication,
    Refusal,
    Track,
    Withdrawal,
)
from essaim.initiatives.sections import SECTIONS
from essaim.themes.models import Theme

WAITING = "waiting"


class SendBackForm(Form):
    reason = forms.CharField(
        label=_("Complément demandé"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("L’auteur en est prévenu et le lit en haut de sa fiche."),
    )


class RefuseForm(Form):
    reason = forms.CharField(
        label=_("Raisons du refus"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "L’auteur les reçoit et peut contester une fois ; une autre personne en décide."
            " S’il manque seulement quelque chose, renvoyez plutôt la fiche pour complément."
        ),
    )


class AppealForm(Form):
    appeal = forms.CharField(
        label=_("Pourquoi ce refus vous semble mal fondé"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Une seule contestation est possible. Qui a refusé n’en décide pas."),
    )


class AppealDecisionForm(Form):
    outcome = forms.ChoiceField(
        label=_("Décision"), choices=Refusal.Outcome.choices, widget=forms.RadioSelect
    )
    decision = forms.CharField(
        label=_("Raisons de la décision"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("L’auteur les reçoit."),
    )


class RestoreRevisionForm(Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Pourquoi reprendre cette version"), max_length=500, required=False
    )


class WithdrawTextForm(Form):
    section = forms.ChoiceField(
        label=_("Section à retirer"),
        choices=[("", _("Choisir"))]
        + [(section.slug, section.title) for section in SECTIONS.values()],
    )
    scope = forms.ChoiceField(
        label=_("De quelles versions ?"),
        choices=[
            (ALL, _("De toutes les versions passées")),
            (UNTIL, _("De cette version et de toutes celles d’avant")),
            (ONE, _("De cette version seulement")),
        ],
        initial=ALL,
        widget=forms.RadioSelect,
    )
    ground = forms.ChoiceField(
        label=_("Motif"), choices=Withdrawal.Ground.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Explication"),
        max_length=500,
        help_text=_(
            "Lue par l’équipe de la fiche et les animateurs. Sans recopier le texte retiré."
        ),
    )
    with_reasons = forms.BooleanField(
        label=_("Effacer aussi les motifs donnés à ces modifications"), required=False
    )

    def __init__(self, *args: Any, is_manager: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_manager:
            # What else is unlawful or mistaken is the managers' to judge: it can be reported.
            ground = self.fields["ground"]
            ground.widget = forms.HiddenInput()
            ground.initial = Withdrawal.Ground.PERSONAL


class ReviewFilter(Form):
    mark_optional = False

    publication = forms.ChoiceField(
        label=_("Publication"),
        choices=[
            (WAITING, _("à traiter (soumises, refus contestés)")),
            *Publication.choices,
            ("all", _("toutes")),
        ],
        required=False,
        initial=WAITING,
    )
    q = forms.CharField(label=_("Titre ou auteur"), max_length=200, required=False)
    theme = forms.ModelChoiceField(
        label=_("Thème"),
        queryset=Theme.objects.all(),
        required=False,
        to_field_name="slug",
        empty_label=_("tous"),
    )
    track = forms.ChoiceField(
        label=_("Voie"), choices=[("", _("toutes")), *Track.choices], required=False
    )
    stale = forms.BooleanField(label=_("Non vérifiée depuis plus d’un an"), required=False)

    @property
    def state(self) -> str:
        """The publication shown: what waits unless asked otherwise; a wrong one counts as none."""
        if not self.is_bound:
            return WAITING
        self.is_valid()
        return str(self.cleaned_data.get("publication") or WAITING)

    @property
    def chips(self) -> list[dict[str, str]]:
        """What hides cards from the list, each with the address of the list without it."""
        chips = []
        typed = self.cleaned_data if self.is_bound and self.is_valid() else {}
        for name, value in typed.items():
            if not value or name == "publication":
                continue
            label = str(self.fields[name].label)
            shown = dict(Track.choices).get(value, value)
            rest = self.data.copy()  # type: ignore[attr-defined]
            rest.pop(name, None)
            rest.pop("page", None)
            chips.append(
                {
                    "label": label if value is True else labelled(label, shown),
                    "without": f"?{rest.urlencode()}",
                }
            )
        return chips

    def apply(self, cards: InitiativeQuerySet) -> InitiativeQuerySet:
        """The cards asked for, those that have waited longest first."""
        if self.state == WAITING:
            cards = cards.awaiting_managers()
        elif self.state != "all":
            cards = cards.filter(publication=self.state)
        typed = self.cleaned_data if self.is_bound and self.is_valid() else {}
        if words := typed.get("q", "").strip():
            cards = cards.filter(
                Q(title__unaccent__icontains=words)
                | Q(author__email__icontains=words)
                | Q(author__name__unaccent__icontains=words)
            )
        if theme := typed.get("theme"):
            cards = cards.filter(themes=theme)
        if track := typed.get("track"):
            cards = cards.filter(track=track)
        if typed.get("stale"):
            cards = cards.unchecked_since(
                timezone.localdate() - dt.timedelta(days=settings.CARD_STALE_AFTER_DAYS)
            )
        if self.state in {WAITING, Publication.SUBMITTED}:
            return cards.order_by("submitted_at", "pk")
        return cards.order_by("updated_at", "pk")
