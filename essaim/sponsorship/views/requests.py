"""Asking a sponsor, answering, advising, and saying what came of it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read
from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.needs.reading import show
from essaim.people.models import Organisation
from essaim.sponsorship import rules
from essaim.sponsorship.actions import advice, requests
from essaim.sponsorship.forms import AdviceForm, AskForm, EndForm, StepForm
from essaim.sponsorship.lessons import lessons_about
from essaim.sponsorship.matching import language_to_ask_in
from essaim.sponsorship.models import HelpRequest, Proposal, Step
from essaim.sponsorship.notifications import REQUEST, shown

from .common import act, fetch

PER_PAGE = 20
LESSONS = 3  # shown above the form


def _about(request: HttpRequest) -> tuple[Initiative | None, Need | None]:
    """The card or the need it comes from, if the reader sees it."""
    slug, number = request.GET.get("card", ""), request.GET.get("need", "")
    card = need = None
    if slug and "\x00" not in slug:
        card = Initiative.objects.visible_to(request.user).filter(slug=slug).first()
    if number.isdecimal() and len(number) < 18:
        found = Need.objects.visible_to(request.user).for_detail()
        need = found.filter(pk=int(number)).first()
    return card, need


@signed_in_or_kept
@form_page
def ask(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    card, need = _about(request)
    organisations = Organisation.objects.filter(memberships__user=user).for_list().order_by("name")
    initial: dict[str, Any] = {"language": language_to_ask_in()}
    if len(organisations) == 1:
        only = organisations[0]
        initial["organisation"] = only
        initial |= {"territory": only.territory} if only.territory else {}
    if card is not None:
        theme = card.themes.first()
        initial |= {"theme": theme} if theme else {}
    if need is not None:
        # As this reader sees it: what is masked on the need's page is masked here.
        initial |= {"question": show(need, user).text, "theme": need.theme_id}
        initial |= {"territory": need.place} if need.place else {}
        if need.organisation in organisations:
            initial["organisation"] = need.organisation
    # Another room says what it is about; who asks changes it at will.
    if (asked := request.GET.get("question", "")) and "\x00" not in asked and need is None:
        initial["question"] = asked[:1000]
    form = AskForm(posted(request), organisations=organisations, initial=initial)
    about = card.title if card is not None else ""
    return act(
        request,
        form,
        lambda given: requests.ask_for_help(by=user, card=card, need=need, **given),
        title=_("Demander un parrain"),
        button=_("Chercher un parrain"),
        done=_("Votre demande est enregistrée : voici à qui elle est adressée, et pourquoi."),
        back=reverse("sponsorship:requests"),
        intro=_("À propos de « %(title)s ».") % {"title": about}
        if about
        else _(
            "Un agent qui connaît le terrain vous dit à qui vous adresser, par quelle procédure et"
            " avec quel calendrier."
        ),
        lessons=list(lessons_about(user, initial.get("territory"), initial.get("theme"))[:LESSONS])
        if card is not None or need is not None
        else [],
    )


@signed_in_or_kept
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Those I made, and those put to me."""
    user: Any = request.user
    received = HelpRequest.objects.filter(
        pk__in=Proposal.objects.filter(sponsor__user=user, state__in=Proposal.SEES).values(
            "request"
        )
    )
    made = HelpRequest.objects.filter(asker=user).for_list()
    page = Paginator(made, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "received": received.for_list().order_by("ended_on", "due_on", "pk")[: PER_PAGE * 2],
    }
    return render(request, "sponsorship/requests.html", context)


@signed_in_or_kept
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The same state for both sides; each with the acts that are theirs."""
    found = fetch(request, pk, rules.can_view_request)
    mark_subject_read(request.user, REQUEST, str(found.pk))
    proposals = list(
        found.proposals.select_related("sponsor__user", "sponsor__employer", "sponsor__territory")
    )
    user = request.user
    context = {
        "help": found,
        "states": HelpRequest.State,
        "proposals": proposals if not rules.is_its_sponsor(user, found) else [],
        "advice": getattr(found, "advice", None),
        "steps": list(found.steps.all()),
        "asker": shown(found.asker) if found.asker else _("un compte supprimé"),
        "sponsor_name": shown(found.sponsor.user) if found.sponsor else "",
        "is_asker": rules.is_asker(user, found),
        "is_sponsor": rules.is_its_sponsor(user, found),
        "may_reassign": rules.can_reassign(user, found)
        and found.is_open
        and found.advised_on is None,
    }
    return render(request, "sponsorship/request.html", context)


@signed_in_or_kept
@require_POST
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_take_up)
    return press(
        request,
        lambda: requests.take_up(found, by=request.user),
        done=_("La demande est à vous : donnez votre conseil en trois parties."),
        back=found,
    )


@signed_in_or_kept
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_take_up)
    return press(
        request,
        lambda: requests.decline(found, by=request.user),
        done=_("C’est noté : la demande passe à quelqu’un d’autre."),
        back=reverse("sponsorship:requests"),
    )


@signed_in_or_kept
@require_POST
def put_to_another(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_asker)
    other = get_object_or_404(found.proposals, pk=proposal)
    return press(
        request,
        lambda: requests.put_to_another(found, other, by=request.user),
        done=_("Votre demande lui est adressée."),
        back=found,
    )


@signed_in_or_kept
@form_page
def advise(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_advise)
    known = getattr(found, "advice", None)
    initial: dict[str, Any] = {"minutes": found.minutes or 30}
    if known is not None:
        initial = {
            name: getattr(known, name)
            for name in ("contact", "procedure", "shared_title", "shared")
        } | {"minutes": found.minutes}
    return act(
        request,
        AdviceForm(posted(request), initial=initial),
        lambda given: advice.advise(found, by=request.user, **given),
        title=_("Donner mon conseil"),
        button=_("Enregistrer"),
        done=_("Votre conseil est transmis. Ajoutez les dates du calendrier."),
        back=found.get_absolute_url(),
        intro=found.question,
    )


@signed_in_or_kept
@form_page
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_advise)
    return act(
        request,
        StepForm(posted(request)),
        lambda given: advice.add_step(found, by=request.user, **given),
        title=_("Ajouter une date au calendrier"),
        button=_("Ajouter"),
        done=_("La date est dans le plan du demandeur."),
        back=found.get_absolute_url(),
    )


@signed_in_or_kept
@require_POST
def remove_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_advise)
    row = get_object_or_404(Step.objects.select_related("request"), pk=step, request=found)
    return press(
        request, lambda: advice.remove_step(row, by=request.user),
        done=_("La date est retirée."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def tick_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_asker)
    row = get_object_or_404(Step, pk=step, request=found)
    return press(
        request, lambda: advice.tick_step(row, by=request.user),
        done=_("C’est noté."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_end)

    def do(given: dict[str, Any]) -> None:
        requests.end(found, given["outcome"], by=request.user, note=given["note"])

    return act(
        request,
        EndForm(posted(request)),
        do,
        title=_("Dire ce qu’il en a été"),
        button=_("Clore la demande"),
        done=_("Merci : la demande est close."),
        back=found.get_absolute_url(),
    )


@signed_in_or_kept
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_end)
    return press(
        request,
        lambda: requests.withdraw(found, by=request.user),
        done=_("Votre demande est retirée."),
        back=found,
    )
