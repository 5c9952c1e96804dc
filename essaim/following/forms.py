from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.following.models import Frequency, MailSettings


class MailForm(Form):
    """What to receive by mail. Nothing is ticked for who has never chosen: a yes is given."""

    digest = forms.ChoiceField(
        label=_("Un résumé de ce que vous suivez"),
        help_text=_(
            "Seulement ce que vous n’avez pas encore lu ici ; rien quand il n’y a rien de neuf."
        ),
        choices=Frequency.choices,
        widget=forms.RadioSelect,
    )
    waits_by_mail = forms.BooleanField(
        label=_("Me prévenir tout de suite quand quelque chose m’attend"),
        help_text=_("Par exemple une fiche renvoyée pour complément."),
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Langue des messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )

    @classmethod
    def initial_for(cls, chosen: MailSettings | None) -> dict[str, Any]:
        if chosen is None:
            return {"waits_by_mail": True, "language": get_language()}
        return {
            "digest": chosen.digest,
            "waits_by_mail": chosen.waits_by_mail,
            "language": chosen.language,
        }
