"""What those who apply fill in besides the blocks of the form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from essaim.calls.archives import ACCEPT
from essaim.calls.cards import proven
from essaim.calls.forms.fields import WallField, instant
from essaim.calls.models import Application, Call, Kind, Partner, PartnerInvitation
from essaim.common.forms import Form, OnceForm
from essaim.common.keys import numbers_in
from essaim.dossiers.forms.blocks import CentsField
from essaim.dossiers.models import OrganisationDocument
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation, OrganisationKind
from essaim.people.siren import clean_siren
from essaim.territories.forms import TerritoryField


class _Named(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return getattr(obj, "title", None) or str(obj.name)


class _Listed(_Named):
    """Beside each title, what proves it."""

    said: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({self.said[obj.pk]})"


class AboutForm(Form):
    """What the application is about."""

    asked_later = ("adopts",)

    title = forms.CharField(
        label=_("Titre du projet"), max_length=200,
        help_text=_("En quelques mots ; il se change jusqu’au dépôt."),
    )  # fmt: skip
    adopts = _Listed(
        label=_("Initiative à reprendre"), queryset=Initiative.objects.none(), required=False,
        widget=forms.RadioSelect, empty_label=None,
        help_text=_("Parmi celles que cet appel essaime."),
    )  # fmt: skip
    initiative = _Named(
        label=_("Fiche de votre initiative"), queryset=Initiative.objects.none(), required=False,
        empty_label=_("Aucune fiche"),
        help_text=_("Ce qu’elle dit déjà ne vous sera pas redemandé."),
    )  # fmt: skip
    territory = TerritoryField(label=_("Où ?"), required=False)

    def set_choices(self, call: Call, user: Any, application: Application | None = None) -> None:
        own = Initiative.objects.written_by(user)
        if application is not None and application.initiative_id:
            own = own | Initiative.objects.filter(pk=application.initiative_id)
        self.fields["initiative"].queryset = own.distinct().order_by("title")  # type: ignore[attr-defined]
        rows = call.initiatives.order_by("title")
        said = {each.card.pk: each.words for each in proven(rows)}
        if call.kind == Kind.REPLICATION or said:
            adopts: Any = self.fields["adopts"]
            adopts.said, adopts.queryset = said, rows
        else:
            del self.fields["adopts"]


class StartForm(AboutForm, OnceForm):
    organisation = _Named(
        label=_("Qui candidate ?"), queryset=Organisation.objects.none(), required=False
    )
    field_order = ("organisation", "title", "adopts", "initiative", "territory")

    def __init__(self, *args: Any, call: Call, user: Any, **kwargs: Any) -> None:
        mine = Organisation.objects.filter(memberships__user=user).order_by("name")
        if call.applicant_kinds:
            mine = mine.filter(kind__in=call.applicant_kinds)
        initial = kwargs.get("initial") or {}
        if len(mine) == 1 and not call.persons_may_apply:
            initial = {"organisation": mine[0], "territory": mine[0].territory, **initial}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = mine
        if call.persons_may_apply:
            field.empty_label = _("Moi-même, en mon nom")
        else:
            field.required = True
        self.has_applicant = call.persons_may_apply or bool(mine)
        self.set_choices(call, user)


class EssentialsForm(AboutForm):
    def __init__(self, *args: Any, application: Application, user: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "title": application.title,
            "adopts": application.adopts,
            "initiative": application.initiative,
            "territory": application.territory,
        }
        super().__init__(*args, **kwargs)
        self.set_choices(application.call, user, application)


class FileForm(OnceForm):
    file = forms.FileField(
        label=_("Fichier"), max_length=200, required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, OpenDocument, Word, Excel, PowerPoint, image, texte, ou archive ZIP de tels fichiers ; 20 Mo au plus."),
    )  # fmt: skip
    document = forms.ModelChoiceField(
        label=_("Ou un document déjà déposé par votre organisation"),
        queryset=OrganisationDocument.objects.none(), required=False,
        empty_label=_("Choisir"),
    )  # fmt: skip

    def __init__(self, *args: Any, application: Application, carries: bool, **kwargs: Any) -> None:
        """``carries``: of the organisation itself, which alone sees its papers."""
        super().__init__(*args, **kwargs)
        rows = OrganisationDocument.objects.none()
        if carries and application.organisation_id is not None:
            rows = OrganisationDocument.objects.filter(
                organisation=application.organisation_id
            ).standing()
        if rows.exists():
            self.fields["document"].queryset = rows  # type: ignore[attr-defined]
        else:
            del self.fields["document"]
            self.fields["file"].required = True

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("file") and not given.get("document") and not self.errors:
            self.add_error("file", _("Choisissez un fichier, ou un document déjà déposé."))
        return given


class PartForm(Form):
    role = forms.ChoiceField(label=_("Rôle"), choices=Partner.Role.choices)
    territory = TerritoryField(label=_("Son territoire"), required=False)
    part = forms.CharField(
        label=_("Ce qu’il apporte ou fera"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    amount_cents = CentsField(
        label=_("Sa part du budget (€)"), required=False,
        help_text=_("Pour un évaluateur : le coût de l’évaluation."),
    )  # fmt: skip

    def offer(self, call: Call) -> None:
        if not call.consortium:
            role: Any = self.fields["role"]
            role.choices = [
                each for each in Partner.Role.choices if each[0] == Partner.Role.EVALUATOR
            ]


class PartnerForm(PartForm, OnceForm):
    organisation = forms.CharField(
        label=_("SIREN ou nom de l’organisation"), max_length=200,
        help_text=_("Si elle a sa page ici, son représentant est prévenu et signe."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Son nom, si elle n’a pas de page ici"), max_length=200, required=False
    )
    email = forms.EmailField(
        label=_("Adresse électronique de qui la représente"), max_length=254, required=False,
        help_text=_("Si elle n’a pas de page ici, ou personne sur sa page : elle reçoit un lien pour y venir, lire et signer."),
    )  # fmt: skip
    field_order = ("organisation", "name", "email", "role", "territory", "part", "amount_cents")

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(call)

    def clean(self) -> dict[str, Any]:
        """One organisation with a page, or the SIREN and the name of one without."""
        given: dict[str, Any] = super().clean() or {}
        text = " ".join((given.get("organisation") or "").split())
        if not text:
            return given
        given["organisation"] = None
        by_number = text.replace(" ", "").isdigit()
        if by_number:
            try:
                given["siren"] = clean_siren(text)
            except ValidationError as error:
                self.add_error("organisation", error)
                return given
            found = Organisation.objects.filter(siren=given["siren"])
        else:
            found = Organisation.objects.filter(name__iexact=text)
        rows = list(found.order_by("pk")[:2])
        if len(rows) > 1:
            self.add_error(
                "organisation",
                _("Plusieurs organisations ont ce SIREN : donnez son nom exact.")
                if by_number
                else _("Plusieurs organisations portent ce nom : donnez son SIREN."),
            )
        elif rows:
            given["organisation"] = rows[0]
            if not rows[0].memberships.exists() and not given.get("email"):
                words = _("%(name)s n’a aucun représentant ici : donnez l’adresse de qui la représente, un lien lui sera envoyé.")  # fmt: skip
                self._want("email", words % {"name": rows[0].name})
        elif not by_number:
            words = _("Aucune organisation ne porte ce nom ici : donnez son SIREN, et plus bas son nom et l’adresse de qui la représente ; un lien lui sera envoyé.")  # fmt: skip
            self.add_error("organisation", words)
        else:
            words = _("Aucune organisation ne porte ce SIREN ici : donnez aussi son nom et l’adresse de qui la représente, un lien lui sera envoyé.")  # fmt: skip
            for name in ("name", "email"):
                if not given.get(name):
                    self._want(name, words)
        return given

    def _want(self, name: str, words: Any) -> None:
        if name not in self.errors:
            self.add_error(name, words)


class AcceptPartnerForm(Form):
    """The page of an organisation that has none: who accepts represents it."""

    name = forms.CharField(label=_("Nom"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Choisir")), *OrganisationKind.choices]
    )
    territory = TerritoryField(label=_("Territoire"), required=False)

    def __init__(
        self, *args: Any, invitation: PartnerInvitation, has_page: bool, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"name": invitation.name, "territory": invitation.territory}
        super().__init__(*args, **kwargs)
        if has_page:
            self.fields.clear()


class ChangePartForm(PartForm):
    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "role": partner.role, "territory": partner.territory, "part": partner.part,
            "amount_cents": partner.amount_cents,
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.offer(partner.application.call)


class ReasonForm(Form):
    reason = forms.CharField(
        label=_("Pourquoi"), max_length=500, help_text=_("Lu par la candidature et par l’appel.")
    )


class EditorForm(Form):
    email = forms.EmailField(
        label=_("Son adresse électronique"), max_length=254,
        help_text=_("Elle reçoit un lien personnel ; elle écrira sans pouvoir déposer."),
    )  # fmt: skip


class SubmitForm(OnceForm):
    """``seen``: the call that its page named, by its key; the clock may have sent the draft on to
    the next wave since. Shown again, it is the one of that moment."""

    call = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, call: Call, **kwargs: Any) -> None:
        self.seen = next(iter(numbers_in([data.get("call", "")])), None) if data else None
        if data:
            data = data.copy()
            data["call"] = str(call.pk)
        super().__init__(data, initial={"call": call.pk}, **kwargs)


class ExtensionForm(Form):
    until = WallField(label=_("Jusqu’au"))

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        self.call = call
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _("À l’heure de %(zone)s.") % {"zone": call.zone}

    def clean_until(self) -> dt.datetime:
        return instant(self.cleaned_data["until"], self.call.clock)
