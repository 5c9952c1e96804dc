"""The opinion of non-objection: asked, followed up, received. Never presumed."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.innovators import notifications
from essaim.innovators.models import InnovationFile, OpinionLink, OpinionRequest, State
from essaim.innovators.models.opinion import MAX_REMINDERS
from essaim.innovators.steps import due_after
from essaim.people.models import User

from .files import locked, move


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hash_code(link: OpinionLink, code: str) -> str:
    return salted_hmac(
        "essaim.innovators.opinion", f"{link.pk}:{code}", algorithm="sha256"
    ).hexdigest()


def _new_link(request: OpinionRequest) -> str:
    """Replace the request's links by a new one; returns its token, which is kept nowhere."""
    now = timezone.now()
    request.links.filter(replaced_at__isnull=True, used_at__isnull=True).update(replaced_at=now)
    token = secrets.token_urlsafe(32)
    OpinionLink.objects.create(
        request=request,
        token_hash=hash_token(token),
        expires_at=now + dt.timedelta(days=settings.INNOVATOR_PATH["link_days"]),
    )
    return token


@transaction.atomic
def ask_opinion(
    file: InnovationFile, *, by: Any, level: str, name: str, function: str, email: str
) -> OpinionRequest:
    """Inform the hierarchy and ask for its opinion, by a personal link.

    Asked again while one is pending: the same address is left alone (a form sent twice), another
    address replaces it (the first link dies).
    """
    file = locked(file)
    email = email.strip().lower()
    _refuse_concerned(file, email)
    pending = OpinionRequest.objects.select_for_update().filter(file=file).pending().first()
    if pending is not None:
        if pending.email == email and not pending.is_silent:
            return pending
        pending.withdrawn_at = timezone.now()
        pending.save(update_fields=["withdrawn_at"])
    due_on = due_after("opinion_days")
    if file.state == State.HIERARCHY_INFORMED:
        if file.non_objection_on:
            raise DomainError(_("L’avis de non-objection est déjà reçu."))
        file.due_on, file.late_notice_on = due_on, None
        file.save(update_fields=["due_on", "late_notice_on"])
    else:
        move(file, "inform_hierarchy", due="opinion_days", informed_on=timezone.localdate())
    request = OpinionRequest.objects.create(
        file=file,
        level=level,
        name=" ".join(name.split()),
        function=" ".join(function.split()),
        email=email,
        requested_by=by,
        due_on=due_on,
    )
    notifications.opinion_requested(request, _new_link(request))
    return request


def _refuse_concerned(file: InnovationFile, email: str) -> None:
    """Neither the innovator nor the case officer speaks for the hierarchy."""
    concerned = [pk for pk in (file.innovator_id, file.case_officer_id) if pk]
    same_account = User.objects.filter(pk__in=concerned, email__iexact=email).exists()
    same_address = EmailAddress.objects.filter(user__in=concerned, email__iexact=email).exists()
    if same_account or same_address:
        raise DomainError(
            _("L’avis vient de la hiérarchie : ni de l’innovateur, ni du chargé de dossier."),
            field="email",
        )


@transaction.atomic
def send_again(request: OpinionRequest) -> None:
    """A new link at the case officer's demand (the first was lost, or has expired)."""
    request = _locked(request)
    if not request.is_pending:
        raise DomainError(_("Cette demande n’attend plus de réponse."))
    if timezone.now() - request.last_sent_at < dt.timedelta(minutes=1):
        return
    request.last_sent_at = timezone.now()
    request.save(update_fields=["last_sent_at"])
    notifications.opinion_requested(request, _new_link(request))


def send_again_for(file: InnovationFile) -> None:
    """The same, for the request that the file waits on."""
    request = OpinionRequest.objects.filter(file=file).pending().first()
    if request is None:
        raise DomainError(_("Cette demande n’attend plus de réponse."))
    send_again(request)


def _locked(request: OpinionRequest) -> OpinionRequest:
    """The file first, then the request: the order of every act, so that none waits in a circle."""
    InnovationFile.objects.select_for_update().get(pk=request.file_id)
    return (
        OpinionRequest.objects.select_for_update(of=("self",))
        .select_related("file__innovator", "file__case_officer")
        .get(pk=request.pk)
    )


def find_link(token: str) -> OpinionLink | None:
    return (
        OpinionLink.objects.select_related(
            "request__file__innovator", "request__file__organisation"
        )
        .filter(token_hash=hash_token(token))
        .first()
    )


def _usable(link: OpinionLink) -> OpinionLink:
    """The link, locked with its request; raises DomainError with its flaw."""
    request = _locked(link.request)
    link = OpinionLink.objects.select_for_update().get(pk=link.pk)
    link.request = request
    if flaw := link.flaw():
        raise DomainError(OpinionLink.Flaw(flaw).label)
    return link


@transaction.atomic
def send_code(link: OpinionLink) -> None:
    """A six-digit code to the address the request was made to, and to no other.

    Sent again within half a minute, nothing happens; a link sends a limited number of codes.
    """
    link = _usable(link)
    now = timezone.now()
    if link.code_sent_at and now - link.code_sent_at < dt.timedelta(seconds=30):
        return
    if link.codes_sent >= settings.INNOVATOR_PATH["codes_per_link"]:
        raise DomainError(
            _(
                "Trop de codes ont été demandés pour ce lien : demandez-en un nouveau à la"
                " personne qui vous l’a fait envoyer."
            )
        )
    code = f"{secrets.randbelow(10**6):06d}"
    link.code_hash, link.code_sent_at, link.code_tries = _hash_code(link, code), now, 0
    link.codes_sent += 1
    link.save(update_fields=["code_hash", "code_sent_at", "code_tries", "codes_sent"])
    notifications.opinion_code(link.request, code)


def confirm_code(link: OpinionLink, code: str) -> None:
    """Raises DomainError unless this is the code last sent. Each try counts, wrong ones included."""
    problem = _try_code(link, code)
    # Outside the transaction: raising inside would take the count of tries back.
    if problem:
        raise DomainError(problem, field="code")


@transaction.atomic
def _try_code(link: OpinionLink, code: str) -> str:
    link = _usable(link)
    limits = settings.INNOVATOR_PATH
    life = dt.timedelta(minutes=limits["code_minutes"])
    if not link.code_hash or not link.code_sent_at or timezone.now() - link.code_sent_at > life:
        return _("Ce code a expiré ou a déjà servi : demandez-en un autre.")
    if link.code_tries >= limits["code_tries"]:
        return _("Trop d’essais : demandez un autre code.")
    link.code_tries += 1
    good = constant_time_compare(link.code_hash, _hash_code(link, "".join(code.split())))
    if good:
        link.code_hash = ""
    link.save(update_fields=["code_tries", "code_hash"])
    return "" if good else _("Ce n’est pas le code envoyé.")


@transaction.atomic
def give_opinion(
    request: OpinionRequest,
    *,
    answer: str,
    reasons: str = "",
    by: Any = None,
    link: OpinionLink | None = None,
) -> None:
    """Record the opinion, once: by the person signed in (``by``), or by their confirmed link.

    A non-objection lets the support be decided; an objection, with its reasons, sends the file
    back to its case officer. The same answer given twice is one answer.
    """
    if (by is None) == (link is None):
        raise ValueError("an opinion is given signed in or by a link")
    request = _locked(request)
    if request.answer == answer and request.answer:
        return
    if request.answer:
        raise DomainError(_("Un avis est déjà enregistré : il ne se change pas."))
    if link is not None:
        link = _usable(link)
    if request.withdrawn_at or request.file.state != State.HIERARCHY_INFORMED:
        raise DomainError(_("Cette demande n’attend plus de réponse."))
    if answer not in OpinionRequest.Answer.values:
        raise DomainError(_("Choisissez l’un des deux avis."), field="answer")
    if answer == OpinionRequest.Answer.OBJECTION and not reasons.strip():
        raise DomainError(_("Une objection donne ses motifs."), field="reasons")
    now = timezone.now()
    request.answer, request.reasons, request.answered_at = answer, reasons.strip(), now
    request.answered_by = by
    request.channel = (
        OpinionRequest.Channel.LINK if link is not None else OpinionRequest.Channel.SIGNED_IN
    )
    request.save(update_fields=["answer", "reasons", "answered_at", "answered_by", "channel"])
    request.links.filter(used_at__isnull=True).update(used_at=now)
    file = request.file
    if answer == OpinionRequest.Answer.NO_OBJECTION:
        file.non_objection_on = timezone.localdate()
        file.due_on, file.late_notice_on = due_after("support_days"), None
        file.save(update_fields=["non_objection_on", "due_on", "late_notice_on"])
    else:
        move(file, "take_objection", due="informing_days")
    notifications.opinion_received(request)


def follow_up_opinions() -> int:
    """Remind, twice at most, those who have not answered; then tell the file's people of the
    silence, once. Returns how many messages' worth of requests were handled. Safe to run twice.
    """
    handled = 0
    for pk in list(OpinionRequest.objects.pending().values_list("pk", flat=True)):
        handled += _follow_up(pk)
    return handled


@transaction.atomic
def _follow_up(pk: Any) -> int:
    request = _locked(OpinionRequest.objects.get(pk=pk))
    if not request.is_pending:
        return 0
    now = timezone.now()
    wait = dt.timedelta(days=settings.INNOVATOR_PATH["reminder_days"])
    if request.reminders < MAX_REMINDERS:
        if now - request.last_sent_at < wait:
            return 0
        request.reminders += 1
        request.last_sent_at = now
        request.save(update_fields=["reminders", "last_sent_at"])
        notifications.opinion_requested(request, _new_link(request), reminder=True)
        return 1
    if request.is_silent and request.silence_told_at is None:
        request.silence_told_at = now
        request.save(update_fields=["silence_told_at"])
        notifications.opinion_silent(request)
        return 1
    return 0


def remind_late_steps() -> int:
    """One message for each step past its date (opinions have their own reminders)."""
    today = timezone.localdate()
    late = InnovationFile.objects.late(today).filter(late_notice_on__isnull=True)
    return sum(_remind(pk) for pk in list(late.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: Any) -> int:
    file = locked(InnovationFile(pk=pk))
    waiting = file.state == State.HIERARCHY_INFORMED and file.non_objection_on is None
    if not file.is_active or not file.is_late or file.late_notice_on or waiting:
        return 0
    file.late_notice_on = timezone.localdate()
    file.save(update_fields=["late_notice_on"])
    notifications.step_late(file)
    return 1
