"""A person's tokens and subscriptions, and those of organisations they represent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.common import acts
from essaim.common.errors import DomainError
from essaim.open_data import happenings, rules, signing
from essaim.open_data.actions import tokens, webhooks
from essaim.open_data.forms import SubscriptionForm, TokenForm
from essaim.open_data.models import ApiToken, Delivery, Subscription


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    found = ApiToken.objects.visible_to(request.user).for_list()
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    subscriptions = Subscription.objects.visible_to(request.user).for_list()[:100]
    return render(request, "open_data/keys.html", {"page": page, "subscriptions": subscriptions})


@login_required
@never_cache
@acts.form_page
def new_token(request: HttpRequest) -> HttpResponse:
    """The token is in this answer and nowhere else: no redirection could carry it."""
    form = TokenForm(acts.posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            token, text = tokens.create_token(
                by=request.user,  # type: ignore[arg-type]
                name=values["name"],
                scopes=values["scopes"],
                days=values["days"],
                organisation=values.get("organisation"),
            )
        except DomainError as error:
            acts.refuse(form, error)
        else:
            return render(
                request,
                "open_data/token_made.html",
                {"token": token, "text": text, "base": settings.PUBLIC_URL},
            )
    return render(
        request, "open_data/new_token.html", {"form": form}, status=acts.status_code(request)
    )


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    return acts.press(
        request,
        lambda: tokens.revoke_token(token, by=request.user),
        done=_("Le jeton est révoqué."),
        back="open_data:keys",
    )


@login_required
@acts.form_page
def new_subscription(request: HttpRequest) -> HttpResponse:
    form = SubscriptionForm(acts.posted(request), user=request.user)

    def do(values: dict[str, Any]) -> Subscription:
        return webhooks.subscribe(
            by=request.user,  # type: ignore[arg-type]
            url=values["url"],
            kinds=values["kinds"],
            organisation=values.get("organisation"),
        )

    return acts.take(
        request,
        form,
        do,
        done=_("L’abonnement est créé : gardez son secret pour vérifier les envois."),
        back="open_data:keys",
        onward=_address,
        template="open_data/new_subscription.html",
    )


def _address(subscription: Subscription) -> Any:
    return reverse("open_data:subscription", args=[subscription.pk])


def _mine(request: HttpRequest, pk: int) -> Subscription:
    found = Subscription.objects.visible_to(request.user).for_list()
    subscription = get_object_or_404(found, pk=pk)
    if not rules.can_view(request.user, subscription):
        raise PermissionDenied
    return subscription


@login_required
@never_cache
@require_safe
def subscription(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent, and whether it arrived."""
    mine = _mine(request, pk)
    found = mine.deliveries.select_related("event")
    labels = {each.kind: each.label for each in happenings.known()}
    context = {
        "subscription": mine,
        "kinds": [(each, labels.get(each, "")) for each in mine.kinds],
        "secret": signing.secret_of(mine),
        "page": Paginator(found, 30).get_page(request.GET.get("page")),
    }
    return render(request, "open_data/subscription.html", context)


_ACTS = {
    "pause": (webhooks.pause, lambda: _("L’abonnement est suspendu.")),
    "resume": (webhooks.resume, lambda: _("L’abonnement reprend.")),
    "renew": (webhooks.renew_secret, lambda: _("Le secret est changé.")),
}


@login_required
@require_POST
def change(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    mine = _mine(request, pk)
    if act == "remove":
        webhooks.unsubscribe(mine, by=request.user)
        messages.success(request, _("L’abonnement est supprimé."))
        return redirect("open_data:keys")
    do, done = _ACTS[act]
    return acts.press(request, lambda: do(mine, by=request.user), done=done(), back=_address(mine))


@login_required
@require_POST
def replay(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    mine = _mine(request, pk)
    sent = get_object_or_404(Delivery, pk=delivery, subscription=mine)
    return acts.press(
        request,
        lambda: webhooks.replay(sent, by=request.user),
        done=_("L’envoi repart."),
        back=_address(mine),
    )
