"""Who may do what with a call and its applications (§§ 6 and 14 of the domain).

Managers run every call, officers theirs; neither ever reads, judges or decides on an application
they have a link with (``Application.objects.linked_to``). Whether now is the transition's business.
"""

from __future__ import annotations

from typing import Any

import rules
from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.common.remembered import asked_once
from essaim.dossiers.rules import can_sign_for
from essaim.peers.models import Seat
from essaim.people.models import Organisation
from essaim.people.rules import can_manage, is_member

from .models import (
    PUBLIC,
    Application,
    Call,
    CallQuestion,
    CallRound,
    Officer,
    Partner,
    PartnerInvitation,
)


@rules.predicate
@asked_once
def is_officer(user: Any, call: Call) -> bool:
    return bool(user.is_authenticated and Officer.objects.filter(call=call, user=user).exists())


@rules.predicate
def is_public(user: Any, call: Call) -> bool:
    return call.state in PUBLIC and not call.is_template


can_run = can_manage | is_officer
can_view = is_public | can_run


@rules.predicate
@asked_once
def can_write(user: Any, application: Application) -> bool:
    """Of its side: the person, members of the organisation, those invited to write."""
    return Application.objects.written_by(user).filter(pk=application.pk).exists()


@rules.predicate
@asked_once
def is_linked(user: Any, application: Application) -> bool:
    return Application.objects.linked_to(user).filter(pk=application.pk).exists()


@rules.predicate
@asked_once
def can_view_application(user: Any, application: Application) -> bool:
    return Application.objects.visible_to(user).filter(pk=application.pk).exists()


@rules.predicate
def can_carry(user: Any, application: Application) -> bool:
    """The person, or a member of the organisation: those invited to write decide of nothing."""
    if application.organisation is None:
        return bool(user.is_authenticated) and application.person_id == user.pk
    return is_member(user, application.organisation)


@rules.predicate
def can_sign(user: Any, application: Application) -> bool:
    """Submits and withdraws: the person, or who engages the organisation."""
    if application.organisation is None:
        return bool(user.is_authenticated) and application.person_id == user.pk
    return can_sign_for(user, application.organisation)


@rules.predicate
def can_answer_as_partner(user: Any, partner: Partner) -> bool:
    """Signs, declines or leaves for the organisation that was asked."""
    return can_sign_for(user, partner.organisation)


@rules.predicate
def can_read_question(user: Any, question: CallQuestion) -> bool:
    return CallQuestion.objects.visible_to(user).filter(pk=question.pk).exists()


def is_invited(user: Any, invitation: PartnerInvitation) -> bool:
    """The address that was asked is one this person has confirmed; who answered may read what
    became of it."""
    if not user.is_authenticated:
        return False
    if not invitation.is_pending:
        return bool(invitation.answered_by_id == user.pk)
    return EmailAddress.objects.filter(
        user=user, verified=True, email__iexact=invitation.email
    ).exists()


def runs_or_reads(user: Any, application: Application) -> bool:
    """Runs the call, or has a seat in its reading: who becomes a partner is kept out of this
    application from then on, and should know it before."""
    if can_run(user, application.call):
        return True
    rounds = CallRound.objects.filter(call=application.call_id).values("round")
    return Seat.objects.taken().filter(round__in=rounds, user=user).exists()


def is_agent_of(user: Any, organisation: Organisation) -> bool:
    """Of any of its establishments: the same SIREN."""
    mine = Organisation.objects.filter(memberships__user=user)
    same = Q(pk=organisation.pk)
    if organisation.siren:
        same |= Q(siren=organisation.siren)
    return bool(user.is_authenticated) and mine.filter(same).exists()


def why_not_apply(user: Any, call: Call, organisation: Organisation | None) -> str:
    """Who may never be a laureate is told before writing; "" where they may apply."""
    if organisation is None and not call.persons_may_apply:
        return _("Une organisation candidate : choisissez la vôtre.")
    home = call.administration
    if home is not None:
        inside = is_agent_of(user, home)
        if organisation is not None and organisation.pk != home.pk:
            inside = bool(home.siren) and organisation.siren == home.siren
        if not inside:
            return _("Cet appel est réservé aux agents de %(name)s.") % {"name": home.name}
    allowed = call.applicant_kinds
    if organisation is not None and allowed and organisation.kind not in allowed:
        names = dict(Organisation._meta.get_field("kind").flatchoices)
        kinds = ", ".join(str(names.get(kind, kind)) for kind in allowed)
        return _("Cet appel est ouvert à : %(kinds)s.") % {"kinds": kinds}
    return ""


@rules.predicate
def can_instruct(user: Any, application: Application) -> bool:
    """Runs its call, and has no link with it."""
    return can_run(user, application.call) and not is_linked(user, application)
