"""What a manager decides of an entry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from essaim.common.forms import Form
from essaim.schemes.models import Scheme

ACCEPT, SEND_BACK, REMOVE, PUT_BACK = "accept", "send_back", "remove", "put_back"
LABELS = {
    ACCEPT: _("L’accepter : il entre dans l’annuaire"),
    SEND_BACK: _("Le renvoyer à son auteur, qui le complétera"),
    REMOVE: _("Le retirer : il n’a pas sa place dans l’annuaire"),
    PUT_BACK: _("Le remettre dans l’annuaire"),
}
WITH_REASON = {SEND_BACK, REMOVE}


class ReviewForm(Form):
    """Offers what the entry's state allows."""

    decision = forms.ChoiceField(label=_("Décision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Ce qui manque, ou pourquoi le retirer"),
        help_text=_("L’auteur en est prévenu et le lit en haut de la page."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    # The one that was read: its author may write while a manager decides.
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", scheme.version)
        decision: Any = self.fields["decision"]
        decision.choices = [
            (act, label) for act, label in LABELS.items() if can_proceed(getattr(scheme, act))
        ]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if clean.get("decision") in WITH_REASON and not (clean.get("reason") or "").strip():
            self.add_error("reason", _("Dites pourquoi : l’auteur le lira."))
        return clean
