"""Rights of persons: what is held about me, taking it away, leaving, what I accepted."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.acts import refuse
from essaim.common.errors import DomainError
from essaim.people import personal_data, retention
from essaim.people.actions import archives, codes, consents, deletion
from essaim.people.forms.rights import DeleteAccountForm, TermsForm
from essaim.people.models import Consent, ConsentText, DataArchive
from essaim.people.views.signed_in import person


@never_cache
@login_required
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    user = person(request)
    return render(
        request,
        "people/my_data.html",
        {
            "parts": personal_data.held_about(user),
            "consents": Consent.objects.of(user)[:100],
            "rules": retention.rules(),
        },
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_away(request: HttpRequest) -> HttpResponse:
    """The archive: asked for, being made, ready for some days."""
    user = person(request)
    if request.method == "POST":
        archives.ask_for_archive(user)
        return redirect("people:take_data_away")
    archive = DataArchive.objects.visible_to(user).first()
    template = "people/_archive.html" if request.GET.get("etat") else "people/archive.html"
    answer = render(request, template, {"archive": archive})
    if request.GET.get("etat") and not (archive and archive.is_working):
        answer["HX-Refresh"] = "true"
    return answer


@never_cache
@login_required
@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """To its owner alone, while it lasts."""
    found = get_object_or_404(
        DataArchive.objects.available().visible_to(person(request)),  # type: ignore[attr-defined]
        pk=pk,
    )
    try:
        handle = found.file.open("rb")
    except OSError:
        raise Http404 from None
    return FileResponse(
        handle, as_attachment=True, filename="mes-donnees.json", content_type="application/json"
    )


@never_cache
@login_required
@reauthentication_required(allow_get=True)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    user = person(request)
    alone = list(deletion.represented_alone(user).order_by("name"))
    # Those who sign in by code have nothing else to prove who they are.
    needs_code = not get_adapter().get_reauthentication_methods(user)
    sending = "send_code" in request.POST
    form = DeleteAccountForm(
        request.POST if request.method == "POST" and not sending else None,
        alone=alone,
        needs_code=needs_code,
    )
    if sending and needs_code:
        try:
            codes.send_code(user)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Un code vous est envoyé par e-mail."))
        return redirect("people:delete_account")
    if form.is_valid():
        given = form.cleaned_data
        try:
            if needs_code:
                codes.use_code(user, given["code"])
            deletion.delete_account(
                user,
                keep_name=given["contributions"] == form.CREDITED,
                leave_unrepresented=given.get("leave_unrepresented", False),
            )
        except DomainError as error:
            refuse(form, error)
        else:
            logout(request)
            messages.success(request, _("Votre compte est supprimé. Au revoir."))
            return redirect("portal:home")
    return render(
        request,
        "people/delete_account.html",
        {"form": form, "alone": alone, "needs_code": needs_code},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """The texts in force, for everyone; accepted here by whoever has not yet."""
    texts = consents.texts_in_force()
    if not request.user.is_authenticated:
        return render(request, "people/terms.html", {"texts": texts})
    user = person(request)
    standing = set(Consent.objects.standing().filter(user=user).values_list("text", flat=True))
    form = TermsForm(request.POST if request.method == "POST" else None)
    for text in texts:
        if text.pk in standing:
            del form.fields[f"accept_{text.kind}"]
    if request.method == "POST" and form.is_valid():
        try:
            consents.give_consent(user, form.accepted_texts())
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("people:terms")
        request.session[consents.PENDING] = consents.terms_are_pending(user)
        messages.success(request, _("Votre choix est enregistré."))
        there = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}):
            return redirect(there)
        return redirect("people:terms")
    accepted = [text.pk for text in texts if text.pk in standing]
    return render(
        request,
        "people/terms.html",
        {"texts": texts, "form": form if form.fields else None, "accepted": accepted},
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, kind: str) -> HttpResponse:
    if kind in ConsentText.Kind.values:
        try:
            consents.withdraw_consent(person(request), kind)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Votre accord est retiré."))
    return redirect("people:my_data")
