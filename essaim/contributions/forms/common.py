"""What every form of a contribution carries."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.people.models import Organisation


class InOwnNameForm(Form):
    """In one's own name or that of one of one's organisations, and once: the key says which."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Au nom de"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Moi-même"),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.none()
        if user.is_authenticated:
            mine = Organisation.objects.filter(memberships__user=user)
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = mine
        # Not asked of those who have no choice.
        if not mine.exists():
            del self.fields["organisation"]
        else:
            choice.initial = user.current_organisation_id  # what public credits name
            self.order_fields([name for name in self.fields if name != "organisation"])
