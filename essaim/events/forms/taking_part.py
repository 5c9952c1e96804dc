"""Registering, meeting, a creativity session, and after."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import DayField, Form, OnceForm
from essaim.common.forms import text as words
from essaim.events.models import Document, Event, FollowUp, Profile, Question, Registration
from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.people.forms.fields import OrganisationField
from essaim.people.models import Organisation

from .fields import MomentField, choices
from .fields import themes as themes_field


class RegisterForm(Form):
    """The organisers' questions; what one brings and seeks where the event proposes meetings."""

    organisation = forms.ModelChoiceField(
        label=_("Au nom de"), queryset=Organisation.objects.none(), required=False,
        empty_label=_("Moi seul"),
    )  # fmt: skip
    meets = forms.BooleanField(
        label=_("Je souhaite des rencontres"),
        required=False,
        help_text=_(
            "Votre nom, votre organisation et ce que vous dites ici sont alors montrés aux"
            " personnes que l’on vous propose de rencontrer."
        ),
    )
    profile = forms.ChoiceField(label=_("Je viens comme"), required=False)
    brings = words(_("Ce que j’apporte"), rows=2, max_length=500, required=False)
    themes_brought = themes_field(_("Thèmes que je connais"))
    initiatives = forms.ModelMultipleChoiceField(
        label=_("Fiches dont je peux parler"), queryset=Initiative.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    seeks = words(_("Ce que je cherche"), rows=2, max_length=500, required=False)
    themes_sought = themes_field(_("Thèmes sur lesquels je cherche"))
    profiles_sought = forms.MultipleChoiceField(
        label=_("Profils que je souhaite rencontrer"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    needs = forms.ModelMultipleChoiceField(
        label=_("Mes besoins exprimés ici"), queryset=Need.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    MEETING = (
        *("meets", "profile", "brings", "themes_brought", "initiatives", "seeks", "themes_sought"),
        *("profiles_sought", "needs"),
    )

    def __init__(self, *args: Any, event: Event, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = Organisation.objects.filter(memberships__user=user).order_by("name")
        self.questions = list(event.questions.all())
        if event.meets or event.kind == "holdup":
            profile: Any = self.fields["profile"]
            profile.choices = choices(Profile.choices, empty=_("Choisir"))
            sought: Any = self.fields["profiles_sought"]
            sought.choices = choices(Profile.choices)
            written = Initiative.objects.published().written_by(user).order_by("title")
            stated = Need.objects.open().filter(author=user).order_by("-pk")
            self._offer("initiatives", Initiative.objects.order_by("title"), written[:50])
            self._offer("needs", Need.objects.order_by("-pk"), stated[:50])
            if "needs" in self.fields:
                needs: Any = self.fields["needs"]
                needs.label_from_instance = lambda need: need.text[:80]
        if not event.meets:
            # Tables of a creativity session mix profiles; nothing else is asked for them.
            for name in self.MEETING:
                if name != "profile" or event.kind != "holdup":
                    self.fields.pop(name, None)
        for question in self.questions:
            self.fields[f"question_{question.pk}"] = _field(question)

    def _offer(self, name: str, rows: Any, among: Any) -> None:
        """Who has none is not asked which."""
        keys = list(among.values_list("pk", flat=True))
        if not keys:
            del self.fields[name]
            return
        field: Any = self.fields[name]
        field.queryset = rows.filter(pk__in=keys)

    def given(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        answers = {
            str(each.pk): str(data.pop(f"question_{each.pk}") or "") for each in self.questions
        }
        return {**data, "answers": answers}


def _field(question: Question) -> forms.Field:
    given: dict[str, Any] = {"label": question.text, "required": question.is_required}
    match question.answers:
        case Question.Answers.YES_NO:
            return forms.ChoiceField(
                choices=[("oui", _("Oui")), ("non", _("Non"))], widget=forms.RadioSelect, **given
            )
        case Question.Answers.CHOICE:
            options = [(each, each) for each in question.options]
            return forms.ChoiceField(choices=[("", _("Choisir")), *options], **given)
    return forms.CharField(max_length=1000, **given)


class SlotsForm(Form):
    starts_at = MomentField(label=_("Le premier commence le"))
    number = forms.IntegerField(label=_("Combien de créneaux"), min_value=1, max_value=24)
    minutes = forms.IntegerField(label=_("Durée, en minutes"), min_value=5, max_value=120)
    pause = forms.IntegerField(
        label=_("Pause entre deux, en minutes"), min_value=0, max_value=120, initial=0
    )


class MeetingsForm(Form):
    most = forms.IntegerField(
        label=_("Rencontres par personne, au plus"), min_value=1, max_value=24
    )
    least = forms.IntegerField(label=_("Au moins"), min_value=0, max_value=24)
    tables = forms.IntegerField(
        label=_("Tables"), min_value=1, max_value=200, required=False,
        help_text=_("Combien de rencontres peuvent se tenir au même moment. Vide : sans limite."),
    )  # fmt: skip


class TablesForm(Form):
    tables = forms.IntegerField(label=_("Combien de tables"), min_value=1, max_value=100)


class IntroduceForm(Form):
    card = forms.ModelChoiceField(
        label=_("Quelle initiative vous intéresse ?"), queryset=Initiative.objects.none(),
        empty_label=None, widget=forms.RadioSelect,
    )  # fmt: skip
    message = words(_("Votre message à ceux qui la portent"), rows=4, max_length=2000)

    def __init__(self, *args: Any, cards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        card: Any = self.fields["card"]
        card.queryset = cards


class MetForm(Form):
    """One of the listed, or the code that the person gave; never a name that is typed, which would
    say who came."""

    mark_optional = False  # one of the two is asked
    who = forms.ModelChoiceField(
        label=_("Une personne de la liste"), queryset=Registration.objects.none(), required=False,
        empty_label=_("Choisir"),
        help_text=_("Ceux qui ont accepté d’y figurer."),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Ou le code qu’elle vous a donné"), max_length=20, required=False,
        help_text=_("Huit lettres et chiffres, qu’elle lit dans ses rencontres."),
    )  # fmt: skip

    def __init__(self, *args: Any, listed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.queryset = listed
        who.label_from_instance = lambda row: (
            f"{row.user.name} ({row.organisation.name})" if row.organisation else row.user.name
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "who" in self.errors:
            return given
        if bool(given.get("who")) == bool(given.get("code")):
            self.add_error("who", _("Choisissez une personne, ou donnez son code : l’un des deux."))
        return given


class ChallengeForm(OnceForm):
    title = forms.CharField(label=_("Le défi, en une question"), max_length=150)
    text = words(_("Le problème, en quelques lignes"), rows=5, max_length=2000)
    known = words(_("Ce qui a été essayé"), rows=3, max_length=1000, required=False)
    initiative = forms.ModelChoiceField(
        label=_("Pour quelle fiche ?"), queryset=Initiative.objects.none(), required=False,
        empty_label=_("Aucune"),
        help_text=_("Ce qui sera retenu deviendra des tâches de l’équipe de la fiche."),
    )  # fmt: skip

    def __init__(self, *args: Any, cards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        card: Any = self.fields["initiative"]
        card.queryset = cards


class IdeaForm(OnceForm):
    title = forms.CharField(label=_("L’idée, en une phrase"), max_length=150)
    text = words(_("Comment"), rows=3, max_length=2000, required=False)
    table = forms.IntegerField(label=_("Table"), min_value=1, max_value=100, required=False)


class KeepForm(Form):
    due_on = DayField(label=_("Pour le"), required=False)


class DocumentForm(OnceForm):
    title = forms.CharField(label=_("Titre"), max_length=150)
    audience = forms.ChoiceField(label=_("Qui le lit ?"), choices=())
    file = forms.FileField(label=_("Fichier"), help_text=_("PDF, bureautique ou image."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audience: Any = self.fields["audience"]
        audience.choices = choices(Document.Audience.choices)


class PartnershipForm(OnceForm):
    one = forms.ModelChoiceField(
        label=_("Au nom de"), queryset=Organisation.objects.none(), empty_label=None
    )
    other = OrganisationField(label=_("Avec"), help_text=_("Nom exact ou SIREN : elle confirmera."))
    what = words(_("Ce que vous faites ensemble"), rows=3, max_length=1000)

    def __init__(self, *args: Any, mine: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one: Any = self.fields["one"]
        one.queryset = mine


class FollowUpForm(Form):
    came = forms.ChoiceField(
        label=_("Que s’est-il passé depuis ?"), choices=(), widget=forms.RadioSelect
    )
    note = words(
        _("En quelques mots"), rows=3, max_length=1000, required=False,
        help_text=_("Les organisateurs le lisent sans votre nom, et seulement quand assez de personnes ont répondu."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        came: Any = self.fields["came"]
        came.choices = choices(FollowUp.Came.choices)


def said(row: Registration | None) -> dict[str, Any]:
    """What a registration says, for its form."""
    if row is None:
        return {}
    found: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("meets", "profile", "brings", "seeks", "profiles_sought")
    }
    found["organisation"] = row.organisation_id
    for name in ("themes_brought", "themes_sought"):
        found[name] = [each.slug for each in getattr(row, name).all()]
    for name in ("initiatives", "needs"):
        found[name] = [each.pk for each in getattr(row, name).all()]
    return found | {f"question_{key}": value for key, value in row.answers.items()}
