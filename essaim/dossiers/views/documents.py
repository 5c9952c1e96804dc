"""Documents and statements of an organisation, and those joined to a file."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.dossiers import rules
from essaim.dossiers.actions import documents as acting
from essaim.dossiers.forms.acts import AttachForm, DepositForm, StatementsForm
from essaim.dossiers.models import OrganisationDocument
from essaim.dossiers.reading import attached
from essaim.people.models import Organisation

from .common import fetch, fetch_organisation


@signed_in_or_kept
@require_safe
def vault(request: HttpRequest, slug: str) -> HttpResponse:
    """What the organisation keeps for all its files."""
    found = fetch_organisation(request, slug, rules.can_keep_documents)
    context = {
        "organisation": found,
        "documents": found.documents.filter(removed_at=None).select_related("by")[:200],
        "statements": found.statements.select_related("by").order_by("-pk")[:20],
        "signs": rules.can_sign_for(request.user, found),
    }
    return render(request, "dossiers/vault.html", context)


def _back(request: HttpRequest, organisation: Organisation) -> str:
    """The file one came from, if it is of this organisation; else its documents."""
    came = request.GET.get("dossier", "")
    if came.isdecimal() and len(came) < 18:
        mine = organisation.applications.filter(pk=int(came))
        if mine.exists():
            return reverse("dossiers:documents", args=[came])
    return reverse("dossiers:vault", args=[organisation.slug])


@signed_in_or_kept
@form_page
def deposit(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_organisation(request, slug, rules.can_keep_documents)
    files = request.FILES if request.method == "POST" else None
    form = DepositForm(posted(request), files)
    return take(
        request, form,
        lambda data: acting.deposit(
            found, by=request.user, submission=data["submission"], kind=data["kind"],
            title=data["title"], valid_until=data["valid_until"], file=data["file"],
            file_name=data["file"].name, file_size=data["file"].size,
        ),
        done=_("Le document est déposé : il peut être joint à tous vos dossiers."),
        back=_back(request, found), template="dossiers/act.html", organisation=found, upload=True,
        title=_("Déposer un document"), button=_("Déposer"),
        intro=_("Une fois pour tous les dossiers. Lu par vos membres, et par les financeurs des dossiers auxquels vous le joignez."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def statements(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_organisation(request, slug, rules.can_sign_for)
    given = set(found.statements.standing().values_list("key", flat=True))
    form = StatementsForm(posted(request), given=given)
    return take(
        request, form,
        lambda data: acting.state(
            found, form.keys(), by=request.user, amount_cents=data.get("amount_cents")
        ),
        done=lambda made: _("%(n)s attestations enregistrées.") % {"n": len(made)},
        back=_back(request, found), template="dossiers/statements.html", organisation=found,
        asked=bool(form.asked),
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """To be saved, never shown: whatever the file holds, it does not run on this site."""
    seen = OrganisationDocument.objects.visible_to(request.user)
    row: OrganisationDocument = get_object_or_404(seen, pk=pk)
    try:
        opened = row.file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    response = FileResponse(
        opened, as_attachment=True, filename=row.file_name, content_type=row.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in_or_kept
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    mine = OrganisationDocument.objects.kept_by(request.user).select_related("organisation")
    row = get_object_or_404(mine, pk=pk)
    return press(
        request, lambda: acting.remove(row, by=request.user), back="dossiers:vault",
        done=_("Le document est retiré ; les dossiers qui l’ont le gardent."),
        slug=row.organisation.slug,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def of_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Join documents that the organisation has, or deposit one first."""
    found = fetch(request, pk, rules.can_write)
    requests = found.requests.filter(withdrawn_at=None, attachments=None)
    form = AttachForm(
        posted(request), documents=found.organisation.documents.standing(), requests=requests
    )
    return take(
        request, form,
        lambda data: acting.attach(
            found, data["document"], by=request.user, request=data.get("request")
        ),
        done=_("La pièce est jointe."), back=reverse("dossiers:documents", args=[pk]),
        template="dossiers/documents.html", application=found, attached=attached(found),
        requests=requests.select_related("organisation"),
        any=found.organisation.documents.standing().exists(),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def detach(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_write)
    row = get_object_or_404(found.attachments.filter(left_at=None), pk=number)
    return press(
        request, lambda: acting.detach(row, by=request.user), back="dossiers:documents",
        done=_("La pièce n’est plus dans la prochaine version."), pk=pk,
    )  # fmt: skip
