"""Preparing a call: one page for each tab, and the buttons of its states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from essaim.calls import content
from essaim.calls.actions import calendar, copying, setting
from essaim.calls.actions import documents as papers
from essaim.calls.forms import rules as rule_forms
from essaim.calls.forms import setting as forms
from essaim.calls.models import SETTING_UP, Call
from essaim.common.acts import form_page, posted, press, refuse, status_code, take
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.common.keys import numbers_in
from essaim.needs.models import Need
from essaim.people.models import Organisation
from essaim.people.rules import can_manage
from essaim.people.views.signed_in import person

from .common import get_run, header
from .states import act

TABS: list[tuple[str, Any]] = [
    ("text", gettext_lazy("Texte")),
    ("who", gettext_lazy("Qui candidate")),
    ("calendar", gettext_lazy("Calendrier et budget")),
    ("contact", gettext_lazy("Contact et recours")),
    ("form", gettext_lazy("Formulaire")),
    ("criteria", gettext_lazy("Critères")),
    ("rules", gettext_lazy("Recevabilité")),
    ("documents", gettext_lazy("Documents")),
    ("team", gettext_lazy("Équipe")),
]
# As addresses say them.
WORDS = {
    "text": "texte", "who": "candidats", "calendar": "calendrier", "contact": "contact",
    "form": "formulaire", "criteria": "criteres", "rules": "recevabilite",
    "documents": "documents", "team": "equipe",
}  # fmt: skip
PAGES = {
    "text": "calls/setting_text.html", "who": "calls/setting_who.html",
    "calendar": "calls/setting_calendar.html", "contact": "calls/setting_contact.html",
}  # fmt: skip
NAMES = {word: name for name, word in WORDS.items()}
SIMPLE: dict[str, type[forms.TabForm]] = {
    "text": forms.TextForm, "who": forms.WhoForm, "calendar": forms.CalendarForm,
    "contact": forms.ContactForm,
}  # fmt: skip


def address(call: Call, tab: str) -> str:
    return reverse("calls:setting", args=[call.slug, WORDS[tab]])


def tab_page(request: HttpRequest, call: Call, tab: str) -> dict[str, Any]:
    """What every tab shows around its form: the others, what an announcement lacks, the buttons."""
    lacks = calendar.missing(call) if call.state in SETTING_UP and not call.is_template else []
    return {
        **header(request, call, "preparation"),
        "tab": tab,
        "setting_tabs": [
            (address(call, name), words, name == tab, any(where == name for where, _w in lacks))
            for name, words in TABS
        ],
        "lacks": [(address(call, where), words) for where, words in lacks],
        "setting_up": call.state in SETTING_UP,
        "is_open_tab": tab == "team" or tab in setting.open_tabs(call),
        "unpublished": call.form_draft is not None and call.state not in SETTING_UP,
    }


@signed_in_or_kept
@form_page
def new(request: HttpRequest) -> HttpResponse:
    if not can_manage(request.user):
        raise PermissionDenied
    sources = Call.objects.run_by(request.user).order_by("-is_template", "title", "-pk")
    wanted = request.GET.get("modele", "")
    mine = Organisation.objects.filter(memberships__user=person(request)).first()
    asked = numbers_in(request.GET.getlist("need")[:60])
    readable = Need.objects.visible_to(request.user).open()
    initial = {
        "kind": "interest" if asked else "projects", "organiser": mine, "source": wanted,
        "title": request.GET.get("title", "")[:200],
        "needs": [each.pk for each in readable.filter(pk__in=asked)],
    }  # fmt: skip
    form = forms.NewForm(posted(request), sources=sources, needs=readable, initial=initial)

    def do(given: dict[str, Any]) -> Call:
        source = given.pop("source")
        if source is None:
            given["needs"] = list(given["needs"])
            return setting.create_call(by=request.user, **given)
        return copying.copy_call(
            source, by=request.user, submission=given["submission"], title=given["title"],
            organiser=given["organiser"], is_template=given["is_template"],
            permanent=given["permanent"],
        )  # fmt: skip

    return take(
        request, form, do, done=_("L’appel est en préparation : personne d’autre ne le voit."),
        back="calls:calls", template="calls/new.html",
        onward=lambda made: redirect("calls:preparation", made.slug).url,
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def preparation(request: HttpRequest, slug: str) -> HttpResponse:
    """The first tab that lacks something."""
    call = get_run(request, slug)
    lacks = calendar.missing(call) if call.state in SETTING_UP else []
    return redirect(address(call, lacks[0][0] if lacks else "text"))


@signed_in_or_kept
@form_page
def tab(request: HttpRequest, slug: str, word: str) -> HttpResponse:
    """One tab, by the word of its address."""
    call = get_run(request, slug)
    name = NAMES.get(word)
    if name in SIMPLE:
        return _simple(request, call, name)
    if name == "criteria":
        return _criteria(request, call)
    if name == "rules":
        return _rules(request, call)
    if name == "documents":
        return _documents(request, call)
    if name == "team":
        return _team(request, call)
    raise Http404


def _save(
    request: HttpRequest, call: Call, name: str, form: Any, do: Callable[[], Any], *,
    valid: bool, template: str, **context: Any,
) -> HttpResponse:  # fmt: skip
    """Save a tab or show it again. Somebody who saved meanwhile is said, what was typed stays, and
    saving again then replaces."""
    if request.method == "POST" and valid:
        try:
            do()
        except setting.Stale as error:
            form.add_error(None, error.message)
            form.data = form.data.copy()
            form.data["stamp"] = content.stamp(_fresh(call), name)
            context["theirs"] = list(
                content.differences({}, content.tab_content(_fresh(call), name))
            )
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("C’est enregistré."))
            return redirect(address(call, name))
    shown = {**tab_page(request, call, name), "form": form, **context}
    return render(request, template, shown, status=status_code(request))


def _fresh(call: Call) -> Call:
    return Call.objects.for_detail().get(pk=call.pk)


def _initial(call: Call, name: str) -> dict[str, Any]:
    found = {column: getattr(call, column) for column in content.COLUMNS[name]}
    for link in content.LINKS.get(name, ()):
        found[link] = list(getattr(call, link).all())
    if name == "who" and not found["territories"]:
        found["territories"] = ""
    if name == "calendar":
        for column in ("opens_at", "closes_at"):
            value = found[column]
            found[column] = value.astimezone(call.clock) if value else None
        found["days_between"] = call.series.days_between if call.series else None
    return found | {"stamp": content.stamp(call, name)}


SECTIONS: Any = formset_factory(
    forms.SectionForm, formset=forms.SectionsFormSet, extra=1, max_num=20, can_order=True,
    can_delete=True,
)  # fmt: skip


def _simple(request: HttpRequest, call: Call, name: str) -> HttpResponse:
    sent = posted(request)
    form = SIMPLE[name](sent, call=call, initial=_initial(call, name))
    sections = None
    if name == "text":
        sections = SECTIONS(sent, prefix="sections", initial=call.sections)
    valid = form.is_valid() and (sections is None or sections.is_valid())

    def do() -> None:
        given = dict(form.cleaned_data)
        if sections is not None:
            given["sections"] = sections.rows()
        setting.change_tab(
            call, name, given, by=request.user, stamp_seen=given.pop("stamp"),
            reason=given.pop("reason", ""),
        )  # fmt: skip

    return _save(
        request, call, name, form, do, valid=valid, template=PAGES[name],
        sections=sections,
    )  # fmt: skip


CRITERIA: Any = formset_factory(
    forms.CriterionForm, formset=forms.CriteriaFormSet, extra=1, max_num=30, can_order=True,
    can_delete=True,
)  # fmt: skip


def _criteria(request: HttpRequest, call: Call) -> HttpResponse:
    sent = posted(request)
    initial = {
        "no_replication_reason": call.no_replication_reason,
        "stamp": content.stamp(call, "criteria"),
    }
    form = forms.CriteriaForm(sent, call=call, initial=initial)
    known = content.tab_content(call, "criteria")["criteria"]
    rows = CRITERIA(sent, prefix="criteria", initial=known)

    def do() -> None:
        given = form.cleaned_data
        setting.change_criteria(
            call, rows.rows(), by=request.user, stamp_seen=given["stamp"],
            no_replication_reason=given["no_replication_reason"], reason=given.get("reason", ""),
        )  # fmt: skip

    return _save(
        request, call, "criteria", form, do, valid=form.is_valid() and rows.is_valid(),
        template="calls/setting_rows.html", rows=rows,
    )  # fmt: skip


RULES: Any = formset_factory(
    rule_forms.RuleForm, formset=rule_forms.RulesFormSet, extra=1, max_num=30, can_order=True,
    can_delete=True,
)  # fmt: skip


def _rules(request: HttpRequest, call: Call) -> HttpResponse:
    sent = posted(request)
    form = forms.TabForm(sent, call=call, initial={"stamp": content.stamp(call, "rules")})
    known = rule_forms.fields_of(content.blocks_now(call))
    initial = [
        {
            "says": row.says, "test": row.test, "field": row.field,
            "value": rule_forms.shown_value(row, known), "is_blocking": row.is_blocking,
        }
        for row in call.rules.all()
    ]  # fmt: skip
    rows = RULES(sent, prefix="rules", initial=initial, form_kwargs={"known": known})

    def do() -> None:
        given = form.cleaned_data
        setting.change_rules(
            call, rows.rows(), by=request.user, stamp_seen=given["stamp"],
            reason=given.get("reason", ""),
        )  # fmt: skip

    return _save(
        request, call, "rules", form, do, valid=form.is_valid() and rows.is_valid(),
        template="calls/setting_rows.html", rows=rows,
    )  # fmt: skip


def _documents(request: HttpRequest, call: Call) -> HttpResponse:
    sent = posted(request)
    files = request.FILES if request.method == "POST" else None
    form = forms.DocumentForm(sent, files, call=call)

    def do() -> None:
        given = dict(form.cleaned_data)
        file = given.pop("file")
        papers.add_document(
            call, by=request.user, file=file.file, file_name=file.name, file_size=file.size,
            **given,
        )  # fmt: skip

    return _save(
        request, call, "documents", form, do, valid=form.is_valid(),
        template="calls/setting_documents.html", documents=list(call.documents.all()),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def remove_document(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    call = get_run(request, slug)
    document = get_object_or_404(call.documents, pk=pk)
    if call.state in SETTING_UP:
        if request.method != "POST":
            return redirect(address(call, "documents"))
        return press(
            request, lambda: papers.remove_document(document, by=request.user),
            done=_("Le document est retiré."), back=address(call, "documents"),
        )  # fmt: skip
    return act(
        request, call, forms.ReasonForm(posted(request)),
        lambda given: papers.remove_document(document, by=request.user, **given),
        title=_("Retirer « %(title)s »") % {"title": document.title}, button=_("Retirer"),
        done=_("Le document est retiré."), back=address(call, "documents"),
    )  # fmt: skip


def _team(request: HttpRequest, call: Call) -> HttpResponse:
    form = forms.OfficerForm(posted(request), call=call)
    return _save(
        request, call, "team", form,
        lambda: setting.add_officer(call, form.cleaned_data["person"], by=request.user),
        valid=form.is_valid(), template="calls/setting_team.html",
        officers=list(call.officers.select_related("user")),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_officer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    call = get_run(request, slug)
    officer = get_object_or_404(call.officers, pk=pk)
    return press(
        request, lambda: setting.remove_officer(officer),
        done=_("Cette personne ne conduit plus l’appel."), back=address(call, "team"),
    )  # fmt: skip
