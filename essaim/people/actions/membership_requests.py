"""Asking to join an organisation, and answering."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.people import notifications
from essaim.people.actions.organisations import add_member, lock
from essaim.people.models import Membership, MembershipRequest, Organisation, User
from essaim.people.models.membership_requests import MembershipRequestQuerySet

Decision = MembershipRequest.Decision


@transaction.atomic
def request_to_join(organisation: Organisation, user: User, message: str = "") -> MembershipRequest:
    """Ask the representatives (managers, where there is none); they are told once.

    Sent twice, it is one request. Raises DomainError for a member, soon after a refusal, or with
    too many requests waiting.
    """
    organisation = lock(organisation)
    if Membership.objects.filter(organisation=organisation, user=user).exists():
        raise DomainError(_("Vous êtes déjà membre de cette organisation."))
    mine = MembershipRequest.objects.filter(user=user)
    if known := mine.pending().filter(organisation=organisation).first():
        return known
    _refuse_insisting(mine.filter(organisation=organisation))
    _refuse_flood(mine)
    request = MembershipRequest.objects.create(
        organisation=organisation, user=user, message=message.strip()
    )
    notifications.request_received(request)
    return request


@transaction.atomic
def accept_request(
    request: MembershipRequest, *, by: User, role: str = Membership.Role.MEMBER
) -> Membership:
    """Twice is once. Raises DomainError where it was declined or withdrawn meanwhile."""
    request = _locked(request, by)
    membership = Membership.objects.filter(
        organisation=request.organisation, user=request.user
    ).first()
    if request.decision == Decision.ACCEPTED and membership is not None:
        return membership
    _require_pending(request)
    _decide(request, Decision.ACCEPTED, by)
    membership = add_member(request.organisation, request.user, role=role)
    notifications.request_answered(request)
    return membership


@transaction.atomic
def decline_request(request: MembershipRequest, *, by: User, reason: str) -> None:
    request = _locked(request, by)
    if not reason.strip():
        raise DomainError(_("Un refus donne son motif."), field="reason")
    if request.decision == Decision.DECLINED:
        return
    _require_pending(request)
    request.reason = reason.strip()
    _decide(request, Decision.DECLINED, by)
    notifications.request_answered(request)


@transaction.atomic
def withdraw_request(organisation: Organisation, *, by: User) -> None:
    """By the person who asked; without a pending request nothing happens."""
    organisation = lock(organisation)
    request = MembershipRequest.objects.pending().filter(organisation=organisation, user=by).first()
    if request is not None:
        request.message = ""
        _decide(request, Decision.WITHDRAWN, by)


def forget_old(days: int) -> int:
    """Erase the requests decided so many days ago, with what was written; how many. Their history
    stays, by identifiers."""
    limit = timezone.now() - dt.timedelta(days=days)
    count, _by_model = MembershipRequest.objects.filter(decided_at__lt=limit).delete()
    return count


@transaction.atomic
def forget_person(user: User) -> None:
    """What someone who deletes their account had asked goes with it."""
    MembershipRequest.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(current_organisation=None)


def _locked(request: MembershipRequest, by: User) -> MembershipRequest:
    lock(request.organisation)
    request = (
        MembershipRequest.objects.select_for_update(of=("self",))
        .select_related("organisation", "user")
        .get(pk=request.pk)
    )
    if request.user_id == by.pk:
        raise DomainError(_("Nul ne répond à sa propre demande."))
    return request


def _require_pending(request: MembershipRequest) -> None:
    if not request.is_pending:
        raise DomainError(
            _("Cette demande a entre-temps reçu une réponse : %(decision)s.")
            % {"decision": request.get_decision_display()}
        )


def _decide(request: MembershipRequest, decision: str, by: User) -> None:
    request.decision, request.decided_at, request.decided_by = decision, timezone.now(), by
    request.save(update_fields=["decision", "decided_at", "decided_by", "reason", "message"])


def _refuse_flood(mine: MembershipRequestQuerySet) -> None:
    """Each request is mailed to those who answer it, one taken back at once too."""
    limit = settings.ORGANISATIONS["requests_at_once"]
    if mine.pending().count() >= limit:
        raise DomainError(
            _("Trop de vos demandes attendent une réponse : retirez-en une, ou patientez.")
        )
    if mine.filter(created_at__gt=timezone.now() - dt.timedelta(days=1)).count() >= limit:
        raise DomainError(
            _("Vous avez déjà fait %(n)s demandes depuis hier : reprenez demain.") % {"n": limit}
        )


def _refuse_insisting(mine: QuerySet[MembershipRequest]) -> None:
    delay = dt.timedelta(days=settings.ORGANISATIONS["request_again_days"])
    last = mine.filter(decision=Decision.DECLINED, decided_at__gt=timezone.now() - delay).first()
    if last is not None and last.decided_at is not None:
        again = timezone.localtime(last.decided_at + delay)
        raise DomainError(
            _(
                "L’organisation a décliné votre demande. Vous pourrez en faire une autre à partir"
                " du %(date)s."
            )
            % {"date": date_format(again, "DATE_FORMAT")}
        )
