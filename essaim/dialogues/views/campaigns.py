"""What the centre does: its campaigns, their indicators, territories and people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.dialogues import rules
from essaim.dialogues.actions import campaigns as acting
from essaim.dialogues.actions import findings, territories
from essaim.dialogues.forms.campaigns import (
    CalendarForm,
    IndicatorForm,
    NewCampaignForm,
    RunnersForm,
    TerritoriesForm,
    next_year,
    this_year,
)
from essaim.dialogues.models import (
    Campaign,
    Dialogue,
    DialogueState,
    Finding,
    FindingStatus,
    Proposal,
    ProposalState,
)

from .common import PER_PAGE, act, crumbs, fetch_campaign, fetch_indicator


@signed_in_or_kept
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one runs, and the dialogues one has a part in."""
    user = request.user
    campaigns = Campaign.objects.run_by(user).for_list()
    own = Dialogue.objects.of_territory(user).for_list().order_by("-campaign__year", "-pk")
    context = {
        "campaigns": Paginator(campaigns, 20).get_page(request.GET.get("campagnes")),
        "dialogues": Paginator(own, 20).get_page(request.GET.get("page")),
        "may_begin": rules.can_begin(user),
        "administrator": rules.is_administrator(user),
        "everyone": (
            Paginator(Campaign.objects.for_list(), 20).get_page(request.GET.get("toutes"))
            if rules.is_administrator(user)
            else None
        ),
    }
    return render(request, "dialogues/mine.html", context)


@signed_in_or_kept
@form_page
def new(request: HttpRequest) -> HttpResponse:
    if not rules.can_begin(request.user):
        raise PermissionDenied
    form = NewCampaignForm(posted(request), user=request.user, initial=this_year())
    return act(
        request, form,
        lambda given: acting.begin(
            given["centre"], by=request.user, submission=given["submission"], **form.fields_of()
        ),
        title=_("Préparer une campagne"), button=_("Enregistrer"),
        done=_("La campagne est enregistrée : choisissez ses indicateurs et ses territoires."),
        back=reverse("dialogues:mine"), go=lambda made: made, trail=[_home()],
        intro=_("Rien n’est montré aux territoires avant que vous leur envoyiez leur dialogue."),
    )  # fmt: skip


def _home() -> dict[str, Any]:
    return {"label": _("Dialogue de gestion"), "address": reverse("dialogues:mine")}


# What the list of a campaign may be kept to, in the order of names all the same.
FILTERS: dict[str, tuple[Any, Q]] = {
    "difficulte": (
        gettext_lazy("en difficulté"),
        Q(pk__in=Finding.objects.filter(status=FindingStatus.DIFFICULTY).values("dialogue")),
    ),
    "sans-reponse": (
        gettext_lazy("sans réponse"),
        Q(
            state=DialogueState.SENT,
            pk__in=Proposal.objects.filter(state=ProposalState.PROPOSED).values("dialogue"),
        ),
    ),
    "non-envoye": (gettext_lazy("non envoyé"), Q(state=DialogueState.PREPARING)),
}


@signed_in_or_kept
@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """In the order of names: nobody is ranked by what they chose."""
    found = fetch_campaign(request, pk)
    rows = (
        found.dialogues.select_related("territory", "continued_in")
        .prefetch_related(
            Prefetch("findings", Finding.objects.select_related("indicator__series")),
            "managers__organisation", "managers__user",
        )
        .annotate(
            proposed=Count(
                "proposals", filter=~Q(proposals__state="withdrawn"), distinct=True
            ),
            chosen=Count(
                "proposals", filter=Q(proposals__state__in=["adopted", "adapted"]), distinct=True
            ),
            waiting=Count("proposals", filter=Q(proposals__state="proposed"), distinct=True),
        )
        .order_by("territory__sort_name", "pk")
    )  # fmt: skip
    shown = request.GET.get("voir", "")
    if shown in FILTERS:
        rows = rows.filter(FILTERS[shown][1])
    indicators = list(found.indicators.select_related("series").prefetch_related("themes"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for dialogue in page:
        by_indicator = {each.indicator_id: each for each in dialogue.findings.all()}
        dialogue.cells = [  # type: ignore[attr-defined]
            (each, by_indicator.get(each.pk)) for each in indicators
        ]
    context = {
        "one": found,
        "indicators": indicators,
        "page": page,
        "filters": [(code, label) for code, (label, _which) in FILTERS.items()],
        "shown": shown if shown in FILTERS else "",
        "practices": _practices(found),
        "may_change": rules.can_change_campaign(request.user, found),
        "may_name": rules.can_name_runners(request.user, found) and not found.is_closed,
        "may_discard": rules.can_discard(request.user, found) and not found.was_sent(),
        "runs": rules.runs(request.user, found),
        "next_one": found.next_ones.order_by("pk").first(),
        "accesses": list(found.accesses.order_by("-pk")[:5]),
        "today": timezone.localdate(),
    }
    return render(request, "dialogues/campaign.html", context)


def _practices(campaign: Campaign) -> list[Any]:
    """What became of each practice, all territories together: adoption, by practice."""
    rows = (
        Proposal.objects.standing()
        .filter(dialogue__campaign=campaign)
        .values("initiative", "initiative__title", "initiative__slug")
        .annotate(
            proposed=Count("pk"),
            adopted=Count("pk", filter=Q(state="adopted")),
            adapted=Count("pk", filter=Q(state="adapted")),
            declined=Count("pk", filter=Q(state="declined")),
            waiting=Count("pk", filter=Q(state="proposed")),
        )
        .order_by("initiative__title", "initiative")
    )
    return list(rows[:200])


def _on_campaign(
    request: HttpRequest, found: Campaign, form: Any, do: Any, **words: Any
) -> HttpResponse:
    return act(
        request, form, do, back=found.get_absolute_url(), lead=str(found),
        trail=crumbs(found, request.user), **words,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.can_change_campaign)
    names = [f for f in CalendarForm.base_fields if f != "submission"]
    form = CalendarForm(posted(request), initial={name: getattr(found, name) for name in names})
    return _on_campaign(
        request, found, form, lambda given: acting.change(found, **form.fields_of()),
        title=_("Modifier le calendrier et la règle"), button=_("Enregistrer"),
        done=_("C’est enregistré."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def open_(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.can_change_campaign)
    return press(
        request, lambda: acting.open_campaign(found), back=found,
        done=_("La campagne est ouverte : envoyez à chaque territoire son dialogue."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.runs)
    return press(
        request, lambda: acting.close(found), back=found,
        done=_("La campagne est close. La suivante peut partir d’elle."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.runs)
    return press(
        request, lambda: acting.reopen(found), back=found,
        done=_("La campagne est rouverte, avec les dialogues terminés le même jour qu’elle."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.can_discard)
    return _on_campaign(
        request, found, Form(posted(request)),
        lambda given: acting.discard(found, by=request.user),
        title=_("Supprimer la campagne"), button=_("Supprimer la campagne"),
        done=_("La campagne est supprimée."), go=lambda result: reverse("dialogues:mine"),
        intro=_(
            "Avec ses indicateurs, ses territoires et ce qui était préparé pour eux, qu’aucun"
            " n’a lu. Cela ne se défait pas."
        ),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.runs)
    form = CalendarForm(posted(request), initial=next_year(found))
    return _on_campaign(
        request, found, form,
        lambda given: acting.copy(
            found, by=request.user, submission=given["submission"], **form.fields_of()
        ),
        title=_("Préparer la campagne suivante"), button=_("Copier"), go=lambda made: made,
        done=_("La campagne suivante est prête : vérifiez ses territoires et ses indicateurs."),
        intro=_(
            "Mêmes territoires et responsables, mêmes indicateurs et règles ; chaque dialogue montre"
            " ce qui avait été convenu et ce qu’il en est devenu."
        ),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def runners(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.can_name_runners)
    return _on_campaign(
        request, found, RunnersForm(posted(request), campaign=found),
        lambda given: acting.name_runners(found, list(given["people"])),
        title=_("Qui anime la campagne"), button=_("Enregistrer"), done=_("C’est enregistré."),
        intro=_(
            "Les représentants du centre animent toutes ses campagnes. Les autres membres n’en"
            " lisent rien, sauf ceux que vous nommez ici."
        ),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def add_territories(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.can_change_campaign)
    return _on_campaign(
        request, found, TerritoriesForm(posted(request), user=request.user),
        lambda given: territories.add_territories(found, given["chosen"]),
        title=_("Ajouter des territoires"), button=_("Ajouter"),
        done=_added,
        intro=_(
            "Un à un, par nature, ou par groupe. Quand un seul organisme public est placé sur un"
            " territoire, il en devient responsable ; vérifiez-le ensuite."
        ),
    )  # fmt: skip


def _added(n: int) -> str:
    if not n:
        return _("Ces territoires y étaient déjà : rien n’est ajouté.")
    return ngettext(
        "%(n)s territoire ajouté : vérifiez qui y répond, puis relevez les difficultés.",
        "%(n)s territoires ajoutés : vérifiez qui y répond, puis relevez les difficultés.",
        n,
    ) % {"n": n}


@signed_in_or_kept
@form_page
def add_indicator(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.can_change_campaign)
    form = IndicatorForm(posted(request), initial={"worse": "high", "rule": "threshold"})
    return _on_campaign(
        request, found, form,
        lambda given: acting.add_indicator(
            found, submission=given["submission"], **form.fields_of()
        ),
        title=_("Ajouter un indicateur"), button=_("Ajouter"),
        done=_("L’indicateur est ajouté : relevez les difficultés pour voir ce que dit sa règle."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def indicator(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    found, one = fetch_indicator(request, pk, row)
    names = [f for f in IndicatorForm.base_fields if f not in ("submission", "themes", "series")]
    kept: dict[str, Any] = {name: getattr(one, name) for name in names}
    kept |= {"series": one.series_id, "themes": [t.slug for t in one.themes.all()]}
    form = IndicatorForm(posted(request), initial=kept)
    return _on_campaign(
        request, found, form, lambda given: acting.change_indicator(one, **form.fields_of()),
        title=_("Modifier l’indicateur"), button=_("Enregistrer"),
        done=_("C’est enregistré : relevez les difficultés de nouveau."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_indicator(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    found, one = fetch_indicator(request, pk, row)
    return press(
        request, lambda: acting.remove_indicator(one), back=found,
        done=_("L’indicateur est retiré."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def take_findings(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_campaign(request, pk, rules.can_change_campaign)
    try:
        count = findings.take_findings(found)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request,
            ngettext(
                "Relevé fait : %(n)s constat de difficulté.",
                "Relevé fait : %(n)s constats de difficulté.",
                count,
            )
            % {"n": count},
        )
    return redirect(found)
