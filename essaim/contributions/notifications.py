"""One function per message: who is told what, at the moment it becomes true.

Messages leave once the change is committed, for the person it waits for or who awaits it. They
carry no address, and of what people wrote only what the reader may read on the site.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from essaim.contributions.models import Answer, Interest, ModerationCase, Proposal, Question
from essaim.contributions.team import team_of
from essaim.initiatives.models import Initiative


def _tell(person: Any, subject: str, body: str, link: str) -> None:
    """Write now, in the site's first language; send once the change is committed.

    A mail server that fails is logged and takes nothing back.
    """
    if person is None or not person.is_active:
        return
    text = render_to_string(
        "contributions/mail.txt",
        {"body": body, "link": f"{settings.PUBLIC_URL}{link}", "site": settings.SITE},
    )
    message = EmailMessage(
        f"[{settings.SITE['name']}] {' '.join(subject.split())}",
        text,
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    transaction.on_commit(message.send, robust=True)


def _tell_team(card: Initiative, subject: str, body: str, link: str, *, but: Any) -> None:
    for person in team_of(card):
        if person.pk != getattr(but, "pk", None):
            _tell(person, subject, body, link)


def _site_language() -> Any:
    return translation.override(settings.LANGUAGE_CODE)


def _both(proposal: Proposal) -> Iterable[Any]:
    """Who is credited, and who sent the form when that is another."""
    people = [proposal.author]
    if proposal.sent_by_id not in {None, proposal.author_id, proposal.decided_by_id}:
        people.append(proposal.sent_by)
    return people


# --- proposals ---------------------------------------------------------------------------
def proposal_sent(proposal: Proposal) -> None:
    """To those who write the card: it waits for them."""
    card = proposal.card
    with _site_language():
        _tell_team(
            card,
            _("Une proposition attend votre réponse"),
            _("Un membre propose de compléter la fiche « %(title)s » (%(section)s) :\n\n%(reason)s")
            % {
                "title": card.title,
                "section": proposal.section_title,
                "reason": proposal.reason,
            },
            proposal.get_absolute_url(),
            but=proposal.sent_by,
        )


def proposal_accepted(proposal: Proposal) -> None:
    with _site_language():
        body = (
            _("Votre proposition sur la fiche « %(title)s » est acceptée avec des changements.")
            if proposal.state == Proposal.State.AMENDED
            else _("Votre proposition sur la fiche « %(title)s » est acceptée.")
        ) % {"title": proposal.card.title}
        body += "\n" + _("La fiche et son historique disent ce que vous avez apporté.")
        if proposal.decision:
            body += f"\n\n{proposal.decision}"
        for person in _both(proposal):
            _tell(
                person, _("Votre proposition est acceptée"), body, proposal.get_absolute_url()
            )  # fmt: skip


def proposal_declined(proposal: Proposal) -> None:
    with _site_language():
        body = _("Votre proposition sur la fiche « %(title)s » n’est pas retenue :\n\n%(why)s") % {
            "title": proposal.card.title,
            "why": proposal.decision,
        }
        for person in _both(proposal):
            _tell(
                person, _("Réponse à votre proposition"), body, proposal.get_absolute_url()
            )  # fmt: skip


# --- questions ---------------------------------------------------------------------------
def question_asked(question: Question) -> None:
    """To those who write the card: it waits for them."""
    with _site_language():
        _tell_team(
            question.card,
            _("Une question attend votre réponse"),
            _("Une question est posée sur la fiche « %(title)s » :\n\n%(text)s")
            % {"title": question.card.title, "text": question.text},
            question.get_absolute_url(),
            but=question.author,
        )


def question_answered(answer: Answer) -> None:
    question = answer.question
    if question.author_id == answer.author_id:
        return
    with _site_language():
        _tell(
            question.author,
            _("Une réponse à votre question"),
            _("On vous a répondu sur la fiche « %(title)s » :\n\n%(text)s")
            % {"title": question.card.title, "text": answer.text},
            answer.get_absolute_url(),
        )


# --- interest -----------------------------------------------------------------------------
def interest_received(interest: Interest) -> None:
    """To those who carry the card: someone waits for their call."""
    card = interest.card
    with _site_language():
        _tell_team(
            card,
            _("Quelqu’un s’intéresse à votre initiative"),
            _("Votre initiative « %(title)s » intéresse :\n\n%(message)s")
            % {"title": card.title, "message": interest.message},
            reverse("contributions:interests", args=[card.slug]),
            but=interest.user,
        )


def interest_in_contact(interest: Interest) -> None:
    with _site_language():
        _tell(
            interest.user,
            _("Le porteur prend contact avec vous"),
            _("L’équipe de la fiche « %(title)s » note qu’elle est en contact avec vous.")
            % {"title": interest.card.title},
            reverse("contributions:interest", args=[interest.card.slug]),
        )


# --- moderation ---------------------------------------------------------------------------
def content_hidden(case: ModerationCase) -> None:
    with _site_language():
        _tell(
            case.subject_author,
            _("Un contenu que vous avez écrit est masqué"),
            _(
                "Sur la fiche « %(title)s », un contenu que vous avez écrit (%(kind)s) est masqué."
                "\nMotif : %(reason)s.\n\n%(why)s\n\nVous pouvez demander qu’une autre personne"
                " réexamine cette décision."
            )
            % {
                "title": case.card.title,
                "kind": case.get_kind_display(),
                "reason": case.get_reason_code_display(),
                "why": case.reason,
            },
            reverse("contributions:moderated", args=[case.pk]),
        )


def appeal_decided(case: ModerationCase) -> None:
    with _site_language():
        body = (
            _("Votre recours est accepté : votre contenu est de nouveau visible.")
            if case.state == ModerationCase.State.RESTORED
            else _("Votre recours a été examiné par une autre personne : le masquage est confirmé.")
        )
        _tell(
            case.subject_author,
            _("Réponse à votre recours"),
            f"{body}\n\n{case.appeal_answer}",
            reverse("contributions:moderated", args=[case.pk]),
        )
