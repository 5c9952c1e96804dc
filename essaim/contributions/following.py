"""What people are told about here: how it is shown to each, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.contributions import notifications as told
from essaim.contributions.models import Answer, Interest, ModerationCase, Proposal, Question
from essaim.following.models import Announcement
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb

Load = Callable[[Collection[str], Any], dict[str, Shown]]


def _proposals(keys: Collection[str], user: Any) -> dict[str, Shown]:
    rows = Proposal.objects.visible_to(user).filter(pk__in=numbers_in(keys)).for_list()
    return {str(row.pk): Shown(row.card.title, row.get_absolute_url()) for row in rows}


def _questions(keys: Collection[str], user: Any) -> dict[str, Shown]:
    rows = Question.objects.visible_to(user).filter(pk__in=numbers_in(keys)).select_related("card")
    return {str(row.pk): Shown(row.card.title, row.get_absolute_url()) for row in rows}


def _answers(keys: Collection[str], user: Any) -> dict[str, Shown]:
    read = Question.objects.visible_to(user).values("pk")
    rows = Answer.objects.shown().filter(pk__in=numbers_in(keys), question__in=read)
    return {
        str(row.pk): Shown(row.question.card.title, row.get_absolute_url())
        for row in rows.select_related("question__card")
    }


def _interests(keys: Collection[str], user: Any) -> dict[str, Shown]:
    rows = Interest.objects.visible_to(user).filter(
        pk__in=numbers_in(keys), state__in=Interest.OPEN
    )
    return {
        str(row.pk): Shown(
            row.card.title, reverse("contributions:interests", args=[row.card.slug])
        )
        for row in rows.select_related("card")
    }  # fmt: skip


def _cases(keys: Collection[str], user: Any) -> dict[str, Shown]:
    rows = ModerationCase.objects.filter(
        pk__in=numbers_in(keys), subject_author=user, state__in=ModerationCase.TOLD
    )
    return {
        str(row.pk): Shown(row.card.title, reverse("contributions:moderated", args=[row.pk]))
        for row in rows.select_related("card")
    }


def _own_interest(announcement: Announcement, shown: Shown) -> str:
    """The person's own page, beside the team's: ``…/interets`` → ``…/interesse``."""
    slug = shown.url.split("/")[-2]
    return reverse("contributions:interest", args=[slug])


# --- words for a message that leaves at once ------------------------------------------------
def _words(model: Any, column: str) -> Callable[[str, Any], str]:
    """A text of the subject, as it stands; ``lines`` has checked that the person reads it."""

    def read(key: str, user: Any) -> str:
        found = model.objects.filter(pk=key).values_list(column, flat=True).first()
        return found or ""

    return read


def _why_hidden(key: str, user: Any) -> str:
    case = ModerationCase.objects.filter(pk=key).first()
    return f"{case.get_reason_code_display()}\n\n{case.reason}" if case else ""


# --- what still waits -----------------------------------------------------------------------
def _still(rows: Callable[[], Any]) -> Callable[[Collection[str], Any], set[str]]:
    """Those of the keys that are among these rows now, whoever asks."""

    def read(keys: Collection[str], user: Any) -> set[str]:
        found = rows().filter(pk__in=numbers_in(keys)).values_list("pk", flat=True)
        return {str(pk) for pk in found}

    return read


def register() -> None:
    for subject in [
        Subject(told.PROPOSAL, _("proposition"), _proposals),
        Subject(told.QUESTION, _("question"), _questions),
        Subject(told.ANSWER, _("réponse"), _answers),
        Subject(told.INTEREST, _("intérêt"), _interests),
        Subject(told.CASE, _("décision de modération"), _cases),
    ]:
        register_subject(subject)
    for verb in [
        Verb(
            told.SENT,
            _("Une proposition sur la fiche « %(title)s » attend votre réponse"),
            details=_words(Proposal, "reason"),
            still=_still(Proposal.objects.waiting),
            done=_("Une proposition sur la fiche « %(title)s » n’attend plus de réponse"),
        ),
        Verb(told.ACCEPTED, _("Votre proposition sur la fiche « %(title)s » est acceptée")),
        Verb(
            told.AMENDED,
            _("Votre proposition sur la fiche « %(title)s » est acceptée avec des changements"),
        ),
        Verb(told.DECLINED, _("Votre proposition sur la fiche « %(title)s » n’est pas retenue")),
        Verb(
            told.ASKED,
            _("Une question sur la fiche « %(title)s » attend votre réponse"),
            details=_words(Question, "text"),
            still=_still(Question.objects.unanswered),
            done=_("Une question sur la fiche « %(title)s » n’attend plus de réponse"),
        ),
        Verb(told.ANSWERED, _("On a répondu à votre question sur la fiche « %(title)s »")),
        Verb(
            told.STAYS,
            _(
                "La fiche « %(title)s » est réunie avec une autre ; votre question privée reste"
                " entre vous et son équipe"
            ),
        ),
        Verb(
            told.CONTINUED,
            _("La personne qui a posé une question sur la fiche « %(title)s » y ajoute un message"),
            details=_words(Answer, "text"),
        ),
        Verb(
            told.INTERESTED,
            _("Quelqu’un s’intéresse à la fiche « %(title)s » et attend votre appel"),
            details=_words(Interest, "message"),
            still=_still(Interest.objects.waiting),
            done=_("Une personne intéressée par la fiche « %(title)s » n’attend plus d’appel"),
        ),
        Verb(
            told.IN_CONTACT,
            _("L’équipe de la fiche « %(title)s » prend contact avec vous"),
            url=_own_interest,
        ),
        Verb(
            told.HIDDEN,
            _("Ce que vous avez écrit sur la fiche « %(title)s » est masqué ; lisez pourquoi"),
            details=_why_hidden,
            still=_still(ModerationCase.objects.to_contest),
        ),
        Verb(
            told.UPHELD,
            _("Votre recours sur la fiche « %(title)s » est examiné : le masquage est confirmé"),
            details=_words(ModerationCase, "appeal_answer"),
        ),
        Verb(
            told.RESTORED,
            _("Votre recours sur la fiche « %(title)s » est accepté : votre texte est rétabli"),
            details=_words(ModerationCase, "appeal_answer"),
        ),
    ]:
        register_verb(verb)
