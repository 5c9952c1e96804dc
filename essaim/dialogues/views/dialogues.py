"""One dialogue: the same page for both parties, each with the acts that are theirs."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.dialogues import rules
from essaim.dialogues.actions import follow_up, proposals, territories
from essaim.dialogues.document import contract_pdf, contract_text
from essaim.dialogues.forms.campaigns import ManagerForm
from essaim.dialogues.forms.dialogues import (
    ChoiceForm,
    FilterForm,
    MeetingForm,
    NotesForm,
    ProposeForm,
    TerritoryWordsForm,
)
from essaim.dialogues.models import (
    CHOSEN,
    Dialogue,
    DialogueState,
    Finding,
    FindingStatus,
    Proposal,
    ProposalState,
)
from essaim.dialogues.notifications import KIND
from essaim.dialogues.practices import answering, difficulties, similar_sites, themes_in_common
from essaim.following.actions.reading import mark_subject_read

from .common import act, crumbs, fetch, fetch_proposal


@signed_in_or_kept
@require_safe
def dialogue(request: HttpRequest, pk: int) -> HttpResponse:
    found, user = fetch(request, pk), request.user
    mark_subject_read(user, KIND, str(found.pk))
    runs, decides = rules.runs_dialogue(user, found), rules.decides(user, found)
    going = not found.is_closed
    context = {
        "one": found,
        "runs": runs,
        "decides": decides and going,
        "may_propose": runs and going,
        "may_resume": not going and rules.can_resume(user, found),
        "may_follow": (runs or decides) and going,
        "findings": list(_findings(found)),
        "proposals": of_dialogue(found),
        "managers": list(found.managers.select_related("organisation", "user")),
        "former": of_dialogue(found.previous)
        if found.previous and found.previous.is_shared
        else [],
        "accesses": list(found.accesses.order_by("-pk")[:5]),
        "crumbs": crumbs(found.campaign, user),
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    context["waiting"] = sum(each.state == "proposed" for each in context["proposals"])
    context["adopted"] = [each for each in context["proposals"] if each.is_chosen]
    return render(request, "dialogues/dialogue.html", context)


def _findings(dialogue: Dialogue) -> Any:
    order = {FindingStatus.DIFFICULTY: 0, FindingStatus.MISSING: 1, FindingStatus.SINGLE: 1}
    rows = Finding.objects.filter(dialogue=dialogue).select_related("indicator__series")
    return sorted(rows, key=lambda each: (order.get(each.status, 2), each.pk))  # type: ignore[call-overload]


def of_dialogue(dialogue: Dialogue) -> list[Proposal]:
    """Each with its roadmap, helpline, checks and training; a constant number of queries."""
    rows = (
        dialogue.proposals.standing()  # type: ignore[attr-defined]
        .for_list()
        .prefetch_related(
            "steps",
            "helpers",
            "checks",
            "indicators__series",
            Prefetch("initiative__training_modules"),
        )
    )
    return list(rows.order_by("pk"))


def _on(request: HttpRequest, found: Dialogue, form: Any, do: Any, **words: Any) -> HttpResponse:
    words.setdefault("back", found.get_absolute_url())
    return act(
        request, form, do, lead=words.pop("lead", found.title),
        trail=crumbs(found.campaign, request.user, found), **words,
    )  # fmt: skip


# --- the centre ------------------------------------------------------------------------------
@signed_in_or_kept
@form_page
def managers(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_propose)

    def add(given: dict[str, Any]) -> None:
        if given["organisation"] is not None:
            territories.add_organisation(found, given["organisation"])
        if given.get("email"):
            territories.add_person(found, given["email"])

    return _on(
        request, found, ManagerForm(posted(request)), add,
        title=_("Qui répond pour le territoire"), button=_("Ajouter"),
        done=_("C’est noté."),
        back=reverse("dialogues:managers", args=[found.pk]),
        template="dialogues/managers.html", one=found, return_to=found.get_absolute_url(),
        managers=list(found.managers.select_related("organisation", "user")),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_manager(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_propose)
    one = get_object_or_404(found.managers, pk=row)
    return press(
        request, lambda: territories.remove_manager(one), done=_("C’est retiré."),
        back="dialogues:managers", pk=found.pk,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_propose)
    return press(
        request, lambda: territories.remove_territory(found), back=found.campaign,
        done=_("Le territoire ne fait plus partie de la campagne."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def successor(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_propose)
    goes_on: list[Dialogue] = [found]

    def do() -> None:
        goes_on[0] = territories.follow_successor(found)

    answer = press(request, do, done=_("Le dialogue se poursuit ici."), back=found)
    if goes_on[0].pk != found.pk:
        answer["Location"] = goes_on[0].get_absolute_url()
    return answer


@signed_in_or_kept
@require_safe
def practices(request: HttpRequest, pk: int) -> HttpResponse:
    """Validated practices on the themes of what is difficult here, each with its reasons."""
    found = fetch(request, pk, rules.can_propose)
    form = FilterForm(request.GET or None)
    typed = form.cleaned_data if form.is_bound and form.is_valid() else {}
    hard = difficulties(
        Dialogue.objects.prefetch_related(
            Prefetch("findings", Finding.objects.select_related("indicator__series")),
            "findings__indicator__themes",
        ).get(pk=found.pk)
    )  # fmt: skip
    indicators = [each.indicator for each in hard]
    cards = answering(
        found, indicators, words=typed.get("q", ""), all_themes=bool(typed.get("all"))
    ).prefetch_related("themes")
    page = Paginator(cards, 10).get_page(request.GET.get("page"))
    like = similar_sites(found, [card.pk for card in page])
    rows = [
        {
            "card": card,
            "indicators": themes_in_common(card, indicators),
            "sites": like.sites.get(card.pk, []),
            "here": card.pk in like.here,
        }
        for card in page
    ]
    context = {
        "one": found, "form": form, "page": page, "rows": rows, "hard": hard,
        "why_none": like.why_none, "typed": typed,
        "crumbs": crumbs(found.campaign, request.user, found),
    }  # fmt: skip
    return render(request, "dialogues/practices.html", context)


@signed_in_or_kept
@form_page
def propose(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    from essaim.initiatives.models import Initiative

    found = fetch(request, pk, rules.can_propose)
    card = get_object_or_404(Initiative.objects.visible_to(request.user), slug=slug)
    return _on(
        request, found, ProposeForm(posted(request)),
        lambda given: proposals.propose(found, card, by=request.user, **given),
        title=_("Proposer : %(title)s") % {"title": card.title}, button=_("Proposer"),
        done=_proposed,
        back=reverse("dialogues:practices", args=[found.pk]),
        intro=_("Règle de la campagne : %(rule)s.") % {"rule": found.campaign.validated},
    )  # fmt: skip


def _proposed(made: Proposal) -> str:
    if made.dialogue.state == DialogueState.PREPARING:
        return _("La pratique est proposée : ajoutez-en d’autres, ou envoyez le dialogue.")
    return _("La pratique est proposée : le territoire en est prévenu et répondra.")


@signed_in_or_kept
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    one = fetch_proposal(request, pk, rules.can_propose)
    return press(
        request, lambda: proposals.withdraw(one), back=one.dialogue,
        done=_("La proposition est retirée."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_propose)
    return press(
        request, lambda: proposals.send(found, by=request.user), back=found,
        done=_("Le territoire lit maintenant ce dialogue, et en est prévenu.")
        if found.meeting_at
        else _("Le territoire lit ce dialogue et en est prévenu : fixez la date de la réunion."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_propose)
    return press(
        request, lambda: proposals.end(found), back=found,
        done=_("Ce dialogue est terminé ; il reste lisible."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_resume)
    return press(
        request, lambda: proposals.resume(found), back=found,
        done=_("Ce dialogue reprend comme il était."),
    )  # fmt: skip


# --- the territory ---------------------------------------------------------------------------
@signed_in_or_kept
@form_page
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    one = fetch_proposal(request, pk, rules.decides)
    form = ChoiceForm(posted(request), proposal=one, user=request.user)

    def do(given: dict[str, Any]) -> Any:
        answer = given.pop("answer")
        return proposals.choose(one, answer, by=request.user, **given)

    return _on(
        request, one.dialogue, form, do, title=_("Votre choix"), button=_("Enregistrer le choix"),
        done=_chosen, lead=one.initiative.title,
        template="dialogues/choose.html", proposal=one,
        intro=_(
            "Vous restez libre : adopter, adapter ou décliner. Vos raisons sont vos mots ; aucune"
            " page ne compte ni ne classe ceux qui déclinent."
        ),
    )  # fmt: skip


def _chosen(made: Proposal) -> str:
    waiting = Proposal.objects.filter(dialogue=made.dialogue_id, state=ProposalState.PROPOSED)
    left = waiting.count()
    if not left:
        return _("Votre choix est enregistré : toutes ont leur réponse, concluez vos choix.")
    return ngettext(
        "Votre choix est enregistré : %(n)s pratique attend encore le vôtre.",
        "Votre choix est enregistré : %(n)s pratiques attendent encore le vôtre.",
        left,
    ) % {"n": left}


@signed_in_or_kept
@require_POST
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.decides)
    return press(
        request, lambda: proposals.conclude(found, by=request.user), back=found,
        done=_("Les engagements sont pris : notez les étapes de chaque pratique choisie.")
        if found.proposals.filter(state__in=CHOSEN).exists()
        else _("Vos choix sont conclus : rien d’autre ne vous est demandé."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def words(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.decides)
    form = TerritoryWordsForm(posted(request), initial={"words": found.territory_words})
    return _on(
        request, found, form,
        lambda given: follow_up.say_for_territory(found, given["words"]),
        title=_("Le mot du territoire"), button=_("Enregistrer"), done=_("C’est enregistré."),
    )  # fmt: skip


# --- both ------------------------------------------------------------------------------------
@signed_in_or_kept
@form_page
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_follow)
    at = timezone.localtime(found.meeting_at) if found.meeting_at else None
    kept = {"at": at, "place": found.meeting_place, "link": found.meeting_link}
    return _on(
        request, found, MeetingForm(posted(request), initial=kept),
        lambda given: follow_up.set_meeting(found, by=request.user, **given),
        title=_("La réunion"), button=_("Enregistrer"),
        done=_("La réunion est notée ; l’autre partie en est prévenue."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_propose)
    day = found.held_on or (timezone.localdate(found.meeting_at) if found.meeting_at else None)
    form = NotesForm(posted(request), initial={"on": day, "notes": found.notes})
    return _on(
        request, found, form, lambda given: follow_up.note_meeting(found, **given),
        title=_("Ce qui s’est dit"), button=_("Enregistrer"), done=_("C’est enregistré."),
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def contract(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """« Transfert d'innovations »: the section of a contract, as a PDF or a text."""
    found = fetch(request, pk, rules.can_view)
    name = f"transfert-d-innovations-{found.pk}.{form}"
    if form == "pdf":
        answer = HttpResponse(contract_pdf(found), content_type="application/pdf")
    else:
        answer = HttpResponse(contract_text(found), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
