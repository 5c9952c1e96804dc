"""Schemes as people type them, in the forms of any room: the directory is too long for a list."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from essaim.common.text import fold
from essaim.common.typography import quoted, semicolon
from essaim.schemes.models import Scheme

SHOWN = 5
_ADDRESS = re.compile(r"/dispositifs/([-\w]+)/?(?:[?#].*)?$")


class SchemeField(forms.CharField):
    """A scheme of the directory by its title, a part of it that no other has, or the address of
    its page; cleans to it, or None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 400)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.title if isinstance(value, Scheme) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value).strip()
        if not typed:
            return None
        known = Scheme.objects.published()
        address = _ADDRESS.search(typed)
        title = fold(typed)
        if address:
            found = list(known.filter(slug=address[1])[:1])
        elif title:
            found = list(known.filter(sort_title=title[:300])[: SHOWN + 1])
            found = found or list(known.filter(sort_title__contains=title)[: SHOWN + 1])
        else:
            found = []
        if len(found) == 1:
            return found[0]
        raise ValidationError(
            _("Plusieurs dispositifs ont ces mots : %(names)s. Collez l’adresse de sa page.")
            if found
            else _("Aucun dispositif de l’annuaire n’a ce titre ni cette adresse."),
            params={"names": f"{semicolon()} ".join(quoted(each.title) for each in found[:SHOWN])},
            code="scheme",
        )
