from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.following.models import Frequency, MailSettings


def first_questions() -> dict[str, forms.Field]:
    """Asked once, at sign-up or in the workspace: nothing is ticked, a yes is given."""
    return {
        "mail_at_once": forms.BooleanField(
            label=_("Me prévenir tout de suite par courriel quand quelque chose m’attend"),
            help_text=_("Par exemple une réponse à votre question, une fiche à compléter."),
            required=False,
        ),
        "mail_weekly": forms.BooleanField(
            label=_("M’envoyer chaque semaine un résumé de ce que je suis"),
            help_text=_("Rien quand il n’y a rien de neuf, ou que vous avez déjà tout lu ici."),
            required=False,
        ),
    }


class FirstMailForm(Form):
    mark_optional = False  # two boxes that both may stay empty: the text above them says so

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(first_questions())


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
            return {"language": get_language()}
        return {
            "digest": chosen.digest,
            "waits_by_mail": chosen.waits_by_mail,
            "language": chosen.language,
        }
