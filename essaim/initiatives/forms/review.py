"""The managers' forms: which cards to show, and what to ask of an author."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.initiatives.models import InitiativeQuerySet, Publication, Track
from essaim.themes.models import Theme


class SendBackForm(Form):
    reason = forms.CharField(
        label=_("Complément demandé"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("L’auteur le reçoit par courriel et le lit en haut de sa fiche."),
    )


class ReviewFilter(Form):
    mark_optional = False

    publication = forms.ChoiceField(
        label=_("Publication"),
        choices=[*Publication.choices, ("all", _("toutes"))],
        required=False,
        initial=Publication.SUBMITTED,
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
        """The publication shown: submitted cards unless asked otherwise; a wrong one counts as none."""
        if not self.is_bound:
            return Publication.SUBMITTED
        self.is_valid()
        return str(self.cleaned_data.get("publication") or Publication.SUBMITTED)

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
                    "label": label if value is True else f"{label} : {shown}",
                    "without": f"?{rest.urlencode()}",
                }
            )
        return chips

    def apply(self, cards: InitiativeQuerySet) -> InitiativeQuerySet:
        """The cards asked for, those that have waited longest first."""
        if self.state != "all":
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
        if self.state == Publication.SUBMITTED:
            return cards.order_by("submitted_at", "pk")
        return cards.order_by("updated_at", "pk")
