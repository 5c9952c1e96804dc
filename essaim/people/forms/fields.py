"""Organisations as people type them, in the forms of any room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.people.models import Organisation


class OrganisationField(forms.CharField):
    """An organisation by its exact name or its SIREN; cleans to it, or None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Organisation) else value

    def clean(self, value: Any) -> Any:
        typed = " ".join(super().clean(value).split())
        if not typed:
            return None
        digits = typed.replace(" ", "")
        by_number = Q(siren=digits) if digits.isdigit() else Q(pk=None)
        rows = list(Organisation.objects.filter(Q(name__iexact=typed) | by_number)[:2])
        if len(rows) == 1:
            return rows[0]
        raise ValidationError(
            _("« %(name)s » n’est pas parmi les organisations : donnez son nom exact ou son SIREN.")
            if not rows
            else _("Plusieurs organisations portent ce nom : donnez le SIREN."),
            params={"name": typed[:80]},
            code="organisation",
        )


class OrganisationsField(OrganisationField):
    """Several, one a line; a hundred at most, and none is left out unsaid."""

    most = 100
    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10_000)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        lines = [line for line in str(value or "").splitlines() if line.strip()]
        if len(lines) > self.most:
            raise ValidationError(
                _("%(most)s organisations au plus, une par ligne : il y a %(n)s lignes."),
                params={"most": self.most, "n": len(lines)},
                code="many",
            )
        found = {}
        for line in lines:
            organisation = super().clean(line)
            if organisation is not None:
                found[organisation.pk] = organisation
        return list(found.values())
