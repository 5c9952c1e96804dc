"""Who applies along: partners and follower sites, invited, who sign or leave; who writes too."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.calls import notifications_applying as notifications
from essaim.calls import rules
from essaim.calls.models import (
    RESULTS,
    Answer,
    Application,
    ApplicationState,
    Editor,
    EditorInvitation,
    Partner,
    PartnerInvitation,
)
from essaim.calls.reading import form_of, limit
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.dossiers import blocks
from essaim.people.models import Organisation
from essaim.territories.models import Territory

from .reading import carriers_changed
from .shared import lock, require_owner, require_writable, require_writer

_SALT = "calls.editor"


@transaction.atomic
def invite_partner(
    application: Application,
    organisation: Organisation,
    *,
    by: Any,
    submission: uuid.UUID,
    role: str = Partner.Role.PARTNER,
    territory: Territory | None = None,
    part: str = "",
    amount_cents: int | None = None,
) -> Partner:
    """Its representative is told, and signs. An evaluator is no part of the consortium: allowed
    where the call takes one applicant only."""
    application = lock(application)
    require_owner(by, application)
    known = made_by_form(Partner.objects, submission, application=application)
    if known is not None:
        return known
    require_writable(application)
    return add_partner(
        application, organisation, by=by, submission=submission, role=role, territory=territory,
        part=part, amount_cents=amount_cents,
    )  # fmt: skip


def require_room(application: Application, *, role: str, siren: str) -> None:
    """That the call takes one more of this role, of the administration of this SIREN."""
    if not application.call.consortium and role != Partner.Role.EVALUATOR:
        raise DomainError(_("Cet appel prend des candidatures d’un seul organisme."))
    same_siren = bool(siren) and (
        application.organisation is not None and siren == application.organisation.siren
    )
    if role == Partner.Role.EVALUATOR and same_siren:
        raise DomainError(
            _("Un évaluateur indépendant n’est pas de la même administration."),
            field="organisation",
        )
    living = application.partners.exclude(state__in=Partner.GONE).count()
    if living + application.partner_invitations.pending().count() >= limit("partners"):
        raise DomainError(_("%(n)s partenaires au plus.") % {"n": limit("partners")})


def living_partner(application: Application, organisation: Organisation) -> Partner | None:
    rows = application.partners.exclude(state__in=Partner.GONE).select_related("organisation")
    return rows.filter(organisation=organisation).first()


def add_partner(
    application: Application,
    organisation: Organisation,
    *,
    by: Any,
    submission: uuid.UUID,
    role: str,
    territory: Territory | None,
    part: str,
    amount_cents: int | None,
    asked_by: Any = None,
) -> Partner:
    """The caller holds the application, writable. ``asked_by``: who invited, where it is another
    person that makes the act. Asked by mail before, it answers on the site: the link serves no
    more."""
    if organisation.pk == application.organisation_id:
        raise DomainError(_("C’est l’organisation candidate elle-même."), field="organisation")
    if (there := living_partner(application, organisation)) is not None:
        raise DomainError(
            _("%(name)s est déjà partenaire.") % {"name": there.organisation.name},
            field="organisation",
        )
    same = Q(organisation=organisation) | Q(siren=organisation.siren) & ~Q(siren="")
    application.partner_invitations.pending().filter(same).update(
        ended_as=PartnerInvitation.End.WITHDRAWN, ended_at=timezone.now(), email=""
    )
    require_room(application, role=role, siren=organisation.siren)
    made = Partner.objects.create(
        submission=submission, application=application, organisation=organisation, role=role,
        territory=territory or organisation.territory, part=part.strip()[:2000],
        amount_cents=amount_cents, by=asked_by or by,
    )  # fmt: skip
    carriers_changed(application, by=by)
    notifications.partner_invited(made, by=by)
    return made


def _locked(partner: Partner) -> tuple[Application, Partner]:
    application = lock(partner.application)
    row = Partner.objects.select_for_update(of=("self",)).select_related("organisation")
    return application, row.get(pk=partner.pk)


def _move(partner: Partner, name: str, *columns: str) -> None:
    act = getattr(partner, name)
    if not can_proceed(act):
        raise DomainError(
            _("Ce partenaire est maintenant « %(state)s ».")
            % {"state": partner.get_state_display()}
        )
    act()
    partner.save(update_fields=["state", *columns])


def _require_answerer(by: Any, partner: Partner) -> None:
    if not rules.can_answer_as_partner(by, partner):
        raise DomainError(
            _("Un représentant de %(organisation)s doit le faire : il l’engage.")
            % {"organisation": partner.organisation.name}
        )


def require_independent(application: Application, *, role: str, by: Any) -> None:
    """Who writes an application does not answer as the one that will evaluate it."""
    if role == Partner.Role.EVALUATOR and rules.can_write(by, application):
        raise DomainError(
            _("Vous écrivez cette candidature : quelqu’un d’autre répond pour l’évaluateur indépendant.")
        )  # fmt: skip


@transaction.atomic
def sign(partner: Partner, *, by: Any) -> Partner:
    application, partner = _locked(partner)
    _require_answerer(by, partner)
    require_writable(application)
    if partner.state == Partner.State.SIGNED:
        return partner
    require_independent(application, role=partner.role, by=by)
    partner.signed_by, partner.signed_at = by, timezone.now()
    _move(partner, "sign", "signed_by", "signed_at")
    notifications.partner_answered(partner, by=by)
    return partner


@transaction.atomic
def decline(partner: Partner, *, by: Any, reason: str = "") -> Partner:
    _application, partner = _locked(partner)
    _require_answerer(by, partner)
    partner.reason = " ".join(reason.split())[:500]
    _move(partner, "decline", "reason")
    notifications.partner_answered(partner, by=by)
    return partner


def may_leave(application: Application) -> bool:
    """Until the results are out: what was decided and shown names its partners."""
    return application.call.state not in RESULTS


@transaction.atomic
def leave(partner: Partner, *, by: Any, reason: str) -> Partner:
    """By the partner itself, at any time before the decision, or put aside by the applicant while
    the application is written. What was submitted still names it; its side is told, and so are
    those who run the call, who may ask for completion (``ask_completion``), and whoever reads it."""
    application, partner = _locked(partner)
    if not rules.can_answer_as_partner(by, partner):
        require_owner(by, application)
        require_writable(application)
    if not may_leave(application):
        raise DomainError(
            _("Les résultats sont publiés : écrivez au candidat et au service qui conduit l’appel.")
        )
    if not reason.strip():
        raise DomainError(_("Dites pourquoi, en une phrase."), field="reason")
    partner.reason, partner.left_at = " ".join(reason.split())[:500], timezone.now()
    _move(partner, "leave", "reason", "left_at")
    # What was read with this partner in is to be read again.
    slugs = [block.slug for block in form_of(application) if block.source == blocks.CONSORTIUM]
    if application.is_writable:
        Answer.objects.filter(application=application, block__in=slugs).update(is_checked=False)
    carriers_changed(application, by=by)
    notifications.partner_left(partner, by=by)
    return partner


@transaction.atomic
def change_part(
    partner: Partner,
    *,
    by: Any,
    role: str,
    territory: Territory | None,
    part: str,
    amount_cents: int | None,
) -> Partner:
    """What the partner brings; signed already, it signs again what concerns it."""
    application, partner = _locked(partner)
    require_owner(by, application)
    require_writable(application)
    if partner.state in Partner.GONE:
        raise DomainError(_("Ce partenaire n’est plus de la candidature."))
    new = (role, territory, part.strip()[:2000], amount_cents)
    if new == (partner.role, partner.territory, partner.part, partner.amount_cents):
        return partner
    partner.role, partner.territory, partner.part, partner.amount_cents = new
    if partner.state == Partner.State.SIGNED:
        partner.signed_by = partner.signed_at = None
        partner.ask_again()
        notifications.partner_invited(partner, by=by)
    partner.save(
        update_fields=[
            "role", "territory", "part", "amount_cents", "state", "signed_by", "signed_at",
        ]
    )  # fmt: skip
    return partner


# --- who writes too -----------------------------------------------------------------------------
@transaction.atomic
def invite_editor(application: Application, email: str, *, by: Any) -> EditorInvitation:
    """By mail, with a link of their own. The same address is asked once; whether an account uses
    it is told to nobody."""
    application = lock(application)
    require_owner(by, application)
    if application.state == ApplicationState.WITHDRAWN:
        raise DomainError(_("Cette candidature est retirée."))
    email = email.strip().lower()
    since = timezone.now() - dt.timedelta(days=limit("editor_days"))
    known = EditorInvitation.objects.filter(application=application, email=email).first()
    if known is not None and known.at > since:
        return known
    waiting = EditorInvitation.objects.filter(application=application, at__gt=since).count()
    writing = application.editors.filter(left_at=None).count()
    if waiting + writing >= limit("editors"):
        raise DomainError(
            _("%(n)s coéditeurs au plus, invitations comprises.") % {"n": limit("editors")},
            field="email",
        )
    made, _new = EditorInvitation.objects.update_or_create(
        application=application, email=email, defaults={"by": by, "at": timezone.now()}
    )
    notifications.editor_invited(made)
    return made


def token_of(invitation: EditorInvitation) -> str:
    return signing.dumps([invitation.pk, invitation.email], salt=_SALT)


def invitation_of(token: str) -> EditorInvitation | None:
    """The one a link is of, while it lives."""
    age = dt.timedelta(days=settings.CALLS_APPLYING["editor_days"])
    try:
        pk, email = signing.loads(token, salt=_SALT, max_age=age)
    except signing.BadSignature:
        return None
    rows = EditorInvitation.objects.select_related("application__call", "application__organisation")
    return rows.filter(pk=pk, email=email).first()


@transaction.atomic
def accept_editing(token: str, *, by: Any) -> Application:
    """By the owner of the address that was invited, once they have confirmed it."""
    invitation = invitation_of(token)
    if invitation is None:
        raise DomainError(_("Cette invitation n’est plus valable : demandez-en une autre."))
    owned = EmailAddress.objects.filter(user=by, verified=True, email__iexact=invitation.email)
    if not owned.exists():
        raise DomainError(
            _("Cette invitation est adressée à une autre adresse que les vôtres : ajoutez et confirmez celle qui l’a reçue.")
        )  # fmt: skip
    application = lock(invitation.application)
    Editor.objects.update_or_create(
        application=application, user=by, defaults={"by": invitation.by, "left_at": None}
    )
    invitation.delete()
    carriers_changed(application, by=by)
    return application


@transaction.atomic
def remove_editor(editor: Editor, *, by: Any) -> None:
    """By the applicant’s side, or by oneself."""
    application = lock(editor.application)
    if editor.user_id != by.pk:
        require_owner(by, application)
    else:
        require_writer(by, application)
    Editor.objects.filter(pk=editor.pk, left_at=None).update(left_at=timezone.now())
    carriers_changed(application, by=by)
