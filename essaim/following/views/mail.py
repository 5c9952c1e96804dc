"""What a person accepts by mail; and stopping it from a message, without signing in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from essaim.following import reading, tokens
from essaim.following.actions import settings as actions
from essaim.following.forms import FirstMailForm, MailForm
from essaim.following.models import Follow, Frequency, MailSettings
from essaim.following.views.follows import back
from essaim.people.views.signed_in import person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings_page(request: HttpRequest) -> HttpResponse:
    user = person(request)
    chosen = MailSettings.objects.filter(user=user).first()
    given = request.POST.get("next", "") or request.GET.get("next", "")
    after = back(request, given, "")
    form = MailForm(request.POST or None, initial=MailForm.initial_for(chosen))
    if request.method == "POST" and form.is_valid():
        actions.choose_mail(user, **form.cleaned_data)
        messages.success(request, _("Votre choix est enregistré."))
        return redirect(after or reverse("following:settings"))
    return render(
        request,
        "following/settings.html",
        {"form": form, "after": after, "chosen": chosen, "never_asked": chosen is None},
        status=422 if request.method == "POST" else 200,
    )


@require_POST
@login_required
def first_choice(request: HttpRequest) -> HttpResponse:
    """The two boxes of the workspace; none ticked is an answer too."""
    form = FirstMailForm(request.POST)
    if form.is_valid():
        actions.answer_first_question(
            person(request),
            at_once=form.cleaned_data["mail_at_once"],
            weekly=form.cleaned_data["mail_weekly"],
            language=get_language() or settings.LANGUAGE_CODE,
        )
        messages.success(
            request,
            _("Votre choix est enregistré ; il se change dans « Ce que je reçois par courriel »."),
        )
    return redirect(back(request, request.POST.get("next", ""), reverse("following:settings")))


# Mail programs post here by themselves, without our cookies: the signed link is what tells who.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks for one click and writes nothing (programs open links to inspect them)."""
    link = tokens.read(token)
    if link is None:
        raise Http404
    done = request.method == "POST"
    followed = None
    if link.what == tokens.FOLLOW:
        follow = Follow.objects.filter(user=link.user, pk=link.follow)
        followed = next(iter(reading.followed(list(follow), link.user)), None)
    if done:
        match link.what:
            case tokens.FOLLOW:
                actions.stop_following(link.user, link.follow)
            case tokens.WAITS:
                actions.stop_immediate_mail(link.user)
            case _:
                actions.stop_digests(link.user)
        if "all" in request.POST:
            actions.stop_all_mail(link.user)
    chosen = MailSettings.objects.filter(user=link.user).first()
    context = {
        "link": link,
        "done": done,
        "followed": followed,
        "still_digest": chosen is not None and chosen.digest != Frequency.NEVER,
        "still_immediate": chosen is not None and chosen.waits_by_mail,
    }
    return render(request, "following/unsubscribe.html", context)
