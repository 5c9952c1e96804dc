"""One function per message to those who apply, and to those who run the call. Who has a link with
an application is told nothing of it as one who runs the call."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.calls import clock
from essaim.calls.models import (
    Application,
    ApplicationState,
    CallQuestion,
    EditorInvitation,
    Partner,
    PartnerInvitation,
    Submission,
)
from essaim.calls.told import run_by
from essaim.common.keys import numbers_in
from essaim.following.actions import tell
from essaim.following.languages import language_at, language_of
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.people.models import Membership, User

APPLICATION, PARTNER, QUESTION = "call_application", "call_partner", "call_question"
SUBMITTED, WITHDRAWN = "call_submitted", "call_withdrawn"
EXTENDED, RECEIVED = "call_extended", "call_application_received"
KEPT = "call_submitted_kept"
INVITED, ANSWERED, LEFT = "call_partner_invited", "call_partner_answered", "call_partner_left"
LEFT_OFFICER = "call_partner_left_submitted"
DECLINED_BY_MAIL = "call_partner_declined_by_mail"
ASKED, REPLIED = "call_question_asked", "call_question_answered"


def side_of(application: Application) -> list[User]:
    """Who writes it: the person, the members of the organisation, those invited to write."""
    found = User.objects.filter(pk=application.person_id or 0)
    if application.organisation_id:
        members = Membership.objects.filter(organisation=application.organisation_id)
        found = found | User.objects.filter(pk__in=members.values("user"))
    editors = application.editors.filter(left_at=None).values("user")
    found = found | User.objects.filter(pk__in=editors)
    return list(found.filter(is_active=True).order_by("pk"))


def _representatives(organisation: Any) -> list[User]:
    """Who engages it; any member where nobody does."""
    members = Membership.objects.filter(organisation=organisation, user__is_active=True)
    engaged = members.filter(role=Membership.Role.REPRESENTATIVE)
    rows = engaged if engaged.exists() else members
    return [row.user for row in rows.select_related("user").order_by("pk")]


def _tell(people: Iterable[Any], verb: str, kind: str, pk: int, **how: Any) -> None:
    for person in {each.pk: each for each in people}.values():
        tell(person, verb, kind, str(pk), **how)


def submitted(version: Submission, *, by: Any) -> None:
    """The receipt leaves by mail to who submitted; the rest of the side is told."""
    from essaim.calls.tasks_applying import send_receipt

    application = version.application
    once = f"v{version.number}"
    _tell(side_of(application), SUBMITTED, APPLICATION, application.pk, by=by, once=once)
    # In their language: the one that they were reading, unless they chose another for messages.
    send_receipt.defer(pk=version.pk, language=translation.get_language() or "")


def withdrawn(application: Application, *, by: Any) -> None:
    _tell(side_of(application), WITHDRAWN, APPLICATION, application.pk, by=by, once="once")
    people = run_by(application.call, application)
    _tell(people, WITHDRAWN, APPLICATION, application.pk, by=by, once="officers")


def kept(application: Application, *, officers: bool) -> None:
    """Opened again and not submitted since, it stands as it was submitted: its side is told, and
    ``officers`` too, where it comes to them after the others."""
    once = f"kept:{application.last_number}:{timezone.now():%Y%m%d%H%M}"
    people = [*side_of(application), *(run_by(application.call, application) if officers else [])]
    _tell(people, KEPT, APPLICATION, application.pk, once=once)


def extended(application: Application, *, by: Any) -> None:
    _tell(side_of(application), EXTENDED, APPLICATION, application.pk, waits=True, by=by)


def partner_invited(partner: Partner, *, by: Any) -> None:
    people = _representatives(partner.organisation)
    _tell(people, INVITED, PARTNER, partner.pk, waits=True, by=by)


def partner_answered(partner: Partner, *, by: Any) -> None:
    _tell(side_of(partner.application), ANSWERED, PARTNER, partner.pk, by=by)


def partner_asked_by_mail(invitation: PartnerInvitation) -> None:
    from essaim.calls.tasks_applying import send_partner_invitation

    send_partner_invitation.defer(pk=invitation.pk)


def partner_declined_by_mail(application: Application, *, by: Any) -> None:
    _tell(side_of(application), DECLINED_BY_MAIL, APPLICATION, application.pk, waits=True, by=by)


def partner_left(partner: Partner, *, by: Any) -> None:
    """Both sides; those who run the call too, once it was submitted with this partner."""
    application = partner.application
    people = [*side_of(application), *_representatives(partner.organisation)]
    _tell(people, LEFT, PARTNER, partner.pk, waits=application.is_writable, by=by)
    if application.last_number:
        people = run_by(application.call, application)
        _tell(people, LEFT_OFFICER, APPLICATION, application.pk, by=by)


def question_asked(question: CallQuestion, *, by: Any) -> None:
    """Not to who has a link with the application of who asks in private."""
    seen = CallQuestion.objects.filter(pk=question.pk)

    def may_read(people: Iterable[User]) -> list[User]:
        return [person for person in people if seen.visible_to(person).exists()]

    people = may_read(run_by(question.call)) or may_read(User.objects.managers())
    _tell(people, ASKED, QUESTION, question.pk, waits=True, by=by, once="once")


def question_answered(question: CallQuestion, *, by: Any) -> None:
    if question.by is not None:
        tell(question.by, REPLIED, QUESTION, str(question.pk), by=by, waits=True, once="once")


# --- mail -----------------------------------------------------------------------------------------
def _write(to: str, subject: str, body: str, link: str) -> EmailMessage:
    text = render_to_string(
        "calls/mail.txt",
        {"body": body, "link": f"{settings.PUBLIC_URL}{link}", "site": settings.SITE},
    )
    return EmailMessage(
        f"[{settings.SITE['name']}] {' '.join(subject.split())}", text, to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip


def send_receipt(version: Submission, language: str = "") -> bool:
    """To who submitted, if their account still lives, in their language: the receipt, with its PDF
    attached, in French, as it was made. ``language``: the one they read the page in."""
    from essaim.calls.document import receipt_document

    if version.by_id is None:
        return False
    to = User.objects.filter(pk=version.by_id, is_active=True).first()
    if to is None or not to.email:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        document = receipt_document(version)
    with translation.override(language_of(to, otherwise=language)):
        application, call = version.application, version.application.call
        message = _write(
            to.email,
            _("Récépissé de votre candidature n° %(n)s") % {"n": application.number},
            _(
                "Votre candidature « %(title)s » à « %(call)s » est déposée le %(when)s, sous le numéro %(n)s. Le récépissé est joint : il nomme le service qui l’instruit et les délais."
            )
            % {
                "title": application.title, "call": call.title, "n": application.number,
                "when": clock.shown(version.at, call),
            },
            reverse("calls:receipt", args=[application.pk, version.number]),
        )  # fmt: skip
        name = f"recepisse-{application.number}-v{version.number}.pdf"
        message.attach(name, document, "application/pdf")
        message.send()
    return True


def editor_invited(invitation: EditorInvitation) -> None:
    from essaim.calls.tasks_applying import send_editor_invitation

    send_editor_invitation.defer(pk=invitation.pk)


def send_editor_invitation(invitation: EditorInvitation) -> None:
    from essaim.calls.actions.partners import token_of

    with translation.override(language_at(invitation.email)):
        application = invitation.application
        asker = invitation.by.name if invitation.by is not None else ""
        _write(
            invitation.email,
            _("Invitation à écrire une candidature"),
            _(
                "%(who)s vous invite à écrire une candidature à « %(call)s ». Ce lien est personnel, et vaut %(days)s jours."
            )
            % {
                "who": asker or _("Une personne sans nom affiché"),
                "call": application.call.title,
                "days": settings.CALLS_APPLYING["editor_days"],
            },
            reverse("calls:accept_editing", args=[token_of(invitation)]),
        ).send()


def send_partner_invitation(invitation: PartnerInvitation) -> bool:
    """To an address that may have no account; nothing where it was answered or withdrawn
    meanwhile."""
    from essaim.calls.actions.partner_invitations import token_of
    from essaim.calls.reading import applicant_name

    if not invitation.is_pending:
        return False
    with translation.override(language_at(invitation.email)):
        application = invitation.application
        until = date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT")
        _write(
            invitation.email,
            _("Votre organisation est invitée à une candidature"),
            _(
                "%(who)s invite « %(name)s » à se joindre à sa candidature à « %(call)s », comme %(role)s.\n\nLe lien ci-dessous sert une fois, jusqu’au %(date)s, avec un compte à l’adresse qui reçoit ce message : créez-le si vous n’en avez pas, il vous ramènera à l’invitation. Vous lirez la candidature avant de signer, ou déclinerez. Si vous n’attendez rien de tel, ne faites rien."
            )
            % {
                "who": " ".join(applicant_name(application).split()),
                "name": " ".join(invitation.name.split()),
                "call": application.call.title,
                "role": invitation.get_role_display(),
                "date": until,
            },
            reverse("calls:partner_invitation", args=[token_of(invitation)]),
        ).send()
    return True


# --- how they are shown -----------------------------------------------------------------------------
def _applications(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Application.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {
        str(row.pk): Shown(row.title, row.get_absolute_url())
        for row in found.select_related("call")
    }


def _partners(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """For the side of the application, and for the organisation that was asked, even gone."""
    mine = user.memberships.values("organisation")
    seen = Application.objects.of_side(user).filter(partners__pk__in=numbers_in(keys))
    rows = Partner.objects.filter(pk__in=numbers_in(keys)).select_related("application")
    own = rows.filter(organisation__in=mine) | rows.filter(application__in=seen.values("pk"))
    return {
        str(row.pk): Shown(
            row.application.title, reverse("calls:partner", args=[row.application_id, row.pk])
        )
        for row in own.distinct()
    }


def _questions(keys: Collection[str], user: Any) -> dict[str, Shown]:
    rows = CallQuestion.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {
        str(row.pk): Shown(
            row.call.title, f"{reverse('calls:questions', args=[row.call.slug])}#question-{row.pk}"
        )
        for row in rows.select_related("call")
    }


def _still(model: Any, **condition: Any) -> Any:
    def read(keys: Collection[str], user: Any) -> set[str]:
        found = model.objects.filter(pk__in=numbers_in(keys), **condition)
        return {str(pk) for pk in found.values_list("pk", flat=True)}

    return read


def register() -> None:
    register_subject(Subject(APPLICATION, gettext_lazy("candidature"), _applications))
    register_subject(Subject(PARTNER, gettext_lazy("partenariat d’une candidature"), _partners))
    register_subject(Subject(QUESTION, gettext_lazy("question sur un appel"), _questions))
    draft = _still(Application, state=ApplicationState.DRAFT)
    asked = _still(Partner, state=Partner.State.INVITED)
    for verb in [
        Verb(SUBMITTED, gettext_lazy("La candidature « %(title)s » est déposée")),
        Verb(KEPT, gettext_lazy("La candidature « %(title)s » n’a pas été déposée de nouveau à temps : sa version déposée est celle qui compte")),
        Verb(WITHDRAWN, gettext_lazy("La candidature « %(title)s » est retirée")),
        Verb(EXTENDED, gettext_lazy("Un délai est accordé à la candidature « %(title)s »"), still=draft),
        Verb(INVITED, gettext_lazy("Votre organisation est invitée à signer la candidature « %(title)s »"), still=asked),
        Verb(ANSWERED, gettext_lazy("Un partenaire a répondu pour la candidature « %(title)s »")),
        Verb(DECLINED_BY_MAIL, gettext_lazy("Une organisation invitée par courriel a décliné la candidature « %(title)s »")),
        Verb(LEFT, gettext_lazy("Un partenaire quitte la candidature « %(title)s »")),
        Verb(LEFT_OFFICER, gettext_lazy("Un partenaire a quitté la candidature « %(title)s » depuis son dépôt")),
        Verb(
            ASKED, gettext_lazy("Une question est posée sur l’appel « %(title)s »"),
            still=_still(CallQuestion, answered_at=None),
        ),
        Verb(REPLIED, gettext_lazy("On a répondu à votre question sur l’appel « %(title)s »")),
    ]:  # fmt: skip
        register_verb(verb)
