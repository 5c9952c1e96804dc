"""Partners that have nobody here yet: asked by mail; the page of their organisation is made, or
found, when they accept, by the rule that holds for every organisation."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls import notifications_applying as notifications
from essaim.calls import rules
from essaim.calls.models import Application, Partner, PartnerInvitation
from essaim.calls.reading import limit
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.people.actions.invitations import require_resendable
from essaim.people.actions.organisations import create_organisation, one_at_a_time
from essaim.people.models import Organisation
from essaim.people.siren import clean_siren
from essaim.territories.models import Territory

from .partners import (
    add_partner,
    invite_partner,
    living_partner,
    require_independent,
    require_room,
)
from .shared import lock, require_owner, require_writable

End = PartnerInvitation.End
_SALT = "calls.partner"


@transaction.atomic
def ask_partner(
    application: Application,
    *,
    by: Any,
    submission: uuid.UUID,
    organisation: Organisation | None,
    siren: str = "",
    name: str = "",
    email: str = "",
    role: str = Partner.Role.PARTNER,
    territory: Territory | None = None,
    part: str = "",
    amount_cents: int | None = None,
) -> Partner | PartnerInvitation:
    """An organisation with somebody here is asked on the site; any other by mail, at the address
    given, with its SIREN and its name where it has no page."""
    more: dict[str, Any] = {
        "role": role, "territory": territory, "part": part, "amount_cents": amount_cents,
    }  # fmt: skip
    if organisation is not None and organisation.memberships.exists():
        return invite_partner(application, organisation, by=by, submission=submission, **more)
    application = lock(application)
    require_owner(by, application)
    known = made_by_form(PartnerInvitation.objects, submission, application=application)
    if known is not None:
        return known
    require_writable(application)
    if organisation is not None:
        siren, name = organisation.siren, organisation.name
    siren, name, email = siren.strip(), " ".join(name.split())[:200], email.strip().lower()
    if organisation is None:
        siren = _checked(siren)
        if not name:
            raise DomainError(_("Donnez le nom de l’organisation."), field="name")
    if not email:
        raise DomainError(_("Donnez l’adresse de qui la représente."), field="email")
    _refuse_twice(application, organisation, siren, name)
    require_room(application, role=role, siren=siren)
    _refuse_flood(by)
    made = PartnerInvitation.objects.create(
        submission=submission, application=application, organisation=organisation, name=name,
        siren=siren, email=email, by=by, **(more | {"part": part.strip()[:2000]}),
    )  # fmt: skip
    notifications.partner_asked_by_mail(made)
    return made


def _checked(siren: str) -> str:
    try:
        return clean_siren(siren)
    except ValidationError as error:
        raise DomainError(error.messages[0], field="organisation") from error


def _refuse_twice(
    application: Application, organisation: Organisation | None, siren: str, name: str
) -> None:
    own = application.organisation
    if own is not None and (own == organisation or (siren and siren == own.siren)):
        raise DomainError(_("C’est l’organisation candidate elle-même."), field="organisation")
    pending = application.partner_invitations.pending()
    same = pending.filter(siren=siren) if siren else pending.filter(organisation=organisation)
    if same.exists():
        raise DomainError(
            _("%(name)s est déjà invitée : renvoyez son lien, ou retirez l’invitation.")
            % {"name": name},
            field="organisation",
        )
    living = application.partners.exclude(state__in=Partner.GONE)
    there = (
        living.filter(organisation__siren=siren) if siren
        else living.filter(organisation=organisation)
    )  # fmt: skip
    if there.exists():
        raise DomainError(_("%(name)s est déjà partenaire.") % {"name": name}, field="organisation")


def _refuse_flood(by: Any) -> None:
    """The names of a call and of a project are in the message, and anyone may apply."""
    since = timezone.now() - dt.timedelta(days=1)
    most = limit("partner_mails_a_day")
    if PartnerInvitation.objects.filter(by=by, at__gt=since).count() >= most:
        raise DomainError(
            _("Vous avez déjà envoyé %(n)s invitations depuis hier : reprenez demain.")
            % {"n": most}
        )


# --- the link -------------------------------------------------------------------------------------
def token_of(invitation: PartnerInvitation) -> str:
    """Of its last sending: a new message ends the link of the one before."""
    return signing.dumps([invitation.pk, invitation.sent], salt=_SALT)


def invitation_of(token: str) -> PartnerInvitation | None:
    """The one a link is of, whatever has become of it."""
    try:
        pk, sent = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    rows = PartnerInvitation.objects.select_related(
        "application__call", "application__organisation", "application__person", "organisation",
        "partner", "by", "territory",
    )  # fmt: skip
    return rows.filter(pk=pk, sent=sent).first()


def flaw(invitation: PartnerInvitation | None) -> str:
    """Why a link serves no more, or nothing; never says for whom it was."""
    if invitation is None:
        return _("Ce lien n’est pas valable, ou un message plus récent l’a remplacé.")
    if invitation.ended_as == End.ACCEPTED:
        return _("Cette invitation a déjà servi : un lien ne sert qu’une fois.")
    if invitation.ended_as == End.DECLINED:
        return _("Cette invitation a été déclinée.")
    if invitation.ended_as == End.WITHDRAWN:
        return _("Cette invitation a été retirée par la candidature.")
    if invitation.has_expired or invitation.ended_as == End.EXPIRED:
        return _("Cette invitation a expiré : demandez au candidat de vous la renvoyer.")
    if not invitation.application.is_writable:
        return _("Cette candidature est « %(state)s » : elle n’attend plus de signature.") % {
            "state": invitation.application.get_state_display()
        }
    return ""


def page_of(invitation: PartnerInvitation) -> Organisation | None:
    """Of the organisation asked, where it has one by now: the whole before an establishment."""
    if invitation.organisation is not None or not invitation.siren:
        return invitation.organisation
    return Organisation.objects.filter(siren=invitation.siren).order_by("siret").first()


# --- the answer -----------------------------------------------------------------------------------
@transaction.atomic
def accept(
    invitation: PartnerInvitation,
    *,
    by: Any,
    name: str = "",
    kind: str = "",
    territory: Territory | None = None,
) -> Partner:
    """The organisation becomes a partner who has yet to sign. Without a page it is created (its
    ``name`` as who accepts writes it), and who accepts represents it; with one, its
    representatives are told, and sign as for any partner. Twice is once."""
    one_at_a_time()  # before the application: the order of every act that may create one
    application, invitation = _locked(invitation)
    mine = invitation.ended_as == End.ACCEPTED and invitation.answered_by_id == by.pk
    if mine and invitation.partner is not None:
        return invitation.partner
    _require_open(invitation, by)
    require_independent(application, role=invitation.role, by=by)
    organisation = page_of(invitation)
    if organisation is None:
        organisation = create_organisation(
            name=name.strip() or invitation.name, kind=kind, siren=invitation.siren,
            territory=territory or invitation.territory, by=by,
        )  # fmt: skip
    partner = living_partner(application, organisation)
    if partner is None:
        _finish(invitation, End.ACCEPTED, by)  # before it: of the places counted, it takes one
        partner = add_partner(
            application, organisation, by=by, submission=invitation.submission,
            role=invitation.role, territory=invitation.territory, part=invitation.part,
            amount_cents=invitation.amount_cents, asked_by=invitation.by,
        )  # fmt: skip
    _finish(invitation, End.ACCEPTED, by, partner=partner)
    return partner


@transaction.atomic
def decline(invitation: PartnerInvitation, *, by: Any, reason: str = "") -> None:
    """By the person asked: no page is created for it. The side of the application reads why."""
    application, invitation = _locked(invitation)
    if invitation.ended_as == End.DECLINED and invitation.answered_by_id == by.pk:
        return
    _require_open(invitation, by)
    invitation.reason = " ".join(reason.split())[:500]
    _finish(invitation, End.DECLINED, by)
    notifications.partner_declined_by_mail(application, by=by)


@transaction.atomic
def send_again(invitation: PartnerInvitation, *, by: Any) -> None:
    """A new link; the former one dies."""
    application, invitation = _locked(invitation)
    require_owner(by, application)
    require_writable(application)
    _require_pending(invitation)
    require_resendable(invitation.sent, invitation.sent_at)
    invitation.sent, invitation.sent_at = invitation.sent + 1, timezone.now()
    invitation.save(update_fields=["sent", "sent_at"])
    notifications.partner_asked_by_mail(invitation)


@transaction.atomic
def withdraw(invitation: PartnerInvitation, *, by: Any) -> None:
    """By the applicant: the link serves no more."""
    application, invitation = _locked(invitation)
    require_owner(by, application)
    if invitation.ended_as == End.WITHDRAWN:
        return
    _require_pending(invitation)
    _finish(invitation, End.WITHDRAWN)


def forget_expired(days: int) -> int:
    """Erase the addresses of those sent that long ago and never answered; how many."""
    before = timezone.now() - dt.timedelta(days=days)
    old = PartnerInvitation.objects.pending().filter(sent_at__lt=before)
    return old.update(ended_as=End.EXPIRED, ended_at=timezone.now(), email="")


def _locked(invitation: PartnerInvitation) -> tuple[Application, PartnerInvitation]:
    application = lock(invitation.application)
    rows = PartnerInvitation.objects.select_for_update(of=("self",)).select_related(
        "organisation", "territory", "partner", "by"
    )
    found = rows.get(pk=invitation.pk)
    found.application = application
    return application, found


def _require_pending(invitation: PartnerInvitation) -> None:
    if not invitation.is_pending:
        raise DomainError(_("Cette invitation n’attend plus de réponse."))


def _require_open(invitation: PartnerInvitation, by: Any) -> None:
    if why := flaw(invitation):
        raise DomainError(why)
    if not rules.is_invited(by, invitation):
        raise DomainError(_("Cette invitation est adressée à une autre adresse que les vôtres."))


def _finish(
    invitation: PartnerInvitation, end: str, by: Any = None, *, partner: Partner | None = None
) -> None:
    invitation.ended_as, invitation.ended_at = end, timezone.now()
    invitation.answered_by, invitation.email, invitation.partner = by, "", partner
    invitation.save(
        update_fields=["ended_as", "ended_at", "answered_by", "email", "partner", "reason"]
    )
