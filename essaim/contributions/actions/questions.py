"""Asking, answering, and what becomes of an answer."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.text import clean
from essaim.contributions import notifications
from essaim.contributions.limits import check_organisation, check_rate, one_at_a_time
from essaim.contributions.models import Answer, Question
from essaim.initiatives.models import Initiative, Publication
from essaim.people.models import Organisation


@transaction.atomic
def ask(
    card: Initiative,
    text: str,
    *,
    by: Any,
    key: uuid.UUID,
    is_private: bool = False,
    organisation: Organisation | None = None,
) -> Question:
    """Ask on a published card. The same form sent twice asks once. The team is told."""
    text = _text(text, _("Écrivez votre question."))
    one_at_a_time(by)
    known = made_by_form(Question.objects, key, author=by)
    if known is not None:
        if known.text == text and known.card_id == card.pk:
            return known
        key = uuid.uuid4()  # written anew from the same page, after « back »
    _check_published(card)
    check_organisation(by, organisation)
    check_rate(by)
    question = Question.objects.create(
        submission=key,
        card=card,
        author=by,
        organisation=organisation,
        text=text,
        is_private=is_private,
    )
    notifications.question_asked(question)
    return question


@transaction.atomic
def answer(
    question: Question,
    text: str,
    *,
    by: Any,
    key: uuid.UUID,
    organisation: Organisation | None = None,
) -> Answer:
    """Answer a question, or go on with one's own. The same form sent twice answers once. Who asked
    is told; where that is who writes, the team is."""
    text = _text(text, _("Écrivez votre réponse."))
    one_at_a_time(by)
    known = made_by_form(Answer.objects, key, author=by)
    if known is not None:
        if known.text == text and known.question_id == question.pk:
            return known
        key = uuid.uuid4()
    question = Question.objects.select_for_update(of=("self",)).for_detail().get(pk=question.pk)
    _check_published(question.card)
    if not question.is_shown:
        raise DomainError(_("Cette question n’est plus là : votre texte est resté dans la page."))
    check_organisation(by, organisation)
    check_rate(by)
    said = Answer.objects.create(
        submission=key, question=question, author=by, organisation=organisation, text=text
    )
    notifications.question_answered(said)
    return said


@transaction.atomic
def correct(said: Question | Answer, text: str) -> Question | Answer:
    """One's own words, while nobody had time to rely on them (``edit_minutes``)."""
    text = _text(text, _("Écrivez un texte, ou retirez-le."))
    said = _locked(said)
    if not said.is_shown:
        raise DomainError(_("Ce texte n’est plus affiché : il ne se corrige plus."))
    if not said.is_fresh:
        raise DomainError(_("Ce texte ne se corrige plus : ajoutez une réponse."))
    if said.text != text:
        said.text, said.edited_at = text, timezone.now()
        said.save(update_fields=["text", "edited_at"])
    return said


@transaction.atomic
def take_back(said: Question | Answer) -> None:
    """The words are erased; that something was said there stays, where others answered it."""
    said = _locked(said)
    if said.withdrawn_at is not None:
        return
    if not said.is_fresh:
        raise DomainError(_("Ce texte ne se retire plus : signalez-le si cela est nécessaire."))
    said.text, said.withdrawn_at = "", timezone.now()
    said.save(update_fields=["text", "withdrawn_at"])


@transaction.atomic
def mark_useful(said: Answer, *, by: Any, useful: bool = True) -> Answer:
    """Say that an answer served, or no longer say so."""
    said = Answer.objects.select_for_update().get(pk=said.pk)
    if useful and not said.is_shown:
        raise DomainError(_("Cette réponse n’est plus affichée."))
    if bool(said.useful_at) != useful:
        said.useful_at = timezone.now() if useful else None
        said.useful_by = by if useful else None
        said.save(update_fields=["useful_at", "useful_by"])
    return said


def _text(text: str, empty: str) -> str:
    text = clean(text)
    if not text:
        raise DomainError(empty, field="text")
    return text


def _check_published(card: Initiative) -> None:
    state = Initiative.objects.values_list("publication", flat=True).get(pk=card.pk)
    if state != Publication.PUBLISHED:
        raise DomainError(_("Cette fiche n’est plus publiée : on ne peut plus y écrire."))


def _locked(said: Any) -> Any:
    return type(said).objects.select_for_update().get(pk=said.pk)
