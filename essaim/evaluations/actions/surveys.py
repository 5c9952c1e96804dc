"""Asking users: preparing, opening, answering, closing, concluding, erasing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.evaluations.models import Question, Response, Survey, SurveyState
from essaim.evaluations.models.voice import SMALLEST, new_token
from essaim.evaluations.voice_results import counted
from essaim.evaluations.voice_templates import GUIDE, questions_of_template
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative

MOST_QUESTIONS = 10  # beyond, few people answer to the end
MOST_ANSWERS = 5_000
LONGEST_KEPT = 730  # days between the last day to answer and the erasure


@transaction.atomic
def create(card: Initiative, *, by: Any, submission: uuid.UUID, **told: Any) -> Survey:
    """With the questions and the guide of the template; the form sent twice makes one."""
    _check_days(told)
    known = made_by_form(Survey.objects, submission, initiative=card, created_by=by)
    if known is not None:
        return known
    survey = Survey.objects.create(
        initiative=card, created_by=by, submission=submission, guide=str(GUIDE), **told
    )
    _write_questions(survey, questions_of_template())
    return survey


def _check_days(told: Mapping[str, Any]) -> None:
    if told["closes_on"] < timezone.localdate():
        raise DomainError(_("Ce jour est passé."), field="closes_on")
    kept = (told["deletion_on"] - told["closes_on"]).days
    if not 0 <= kept <= LONGEST_KEPT:
        raise DomainError(
            _("Les réponses s’effacent après la clôture, au plus deux ans après."),
            field="deletion_on",
        )
    if told["minimum"] < SMALLEST:
        raise DomainError(
            _("Il faut au moins cinq réponses pour montrer un résultat."), field="minimum"
        )


def _locked(survey: Survey) -> Survey:
    return Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)


def _draft(survey: Survey) -> Survey:
    survey = _locked(survey)
    if survey.state != SurveyState.DRAFT:
        raise DomainError(_("Les réponses sont ouvertes : l’enquête ne change plus."))
    return survey


@transaction.atomic
def edit(survey: Survey, **told: Any) -> Survey:
    survey = _draft(survey)
    _check_days(told)
    for name, value in told.items():
        setattr(survey, name, value)
    survey.save(update_fields=list(told))
    return survey


@transaction.atomic
def write_questions(survey: Survey, questions: Sequence[Mapping[str, Any]]) -> Survey:
    """All of them, in order, in place of those before."""
    survey = _draft(survey)
    if not questions:
        raise DomainError(_("Posez au moins une question."))
    if len(questions) > MOST_QUESTIONS:
        raise DomainError(_("Dix questions au plus : au-delà, peu de gens vont jusqu’au bout."))
    survey.questions.all().delete()
    _write_questions(survey, questions)
    return survey


def _write_questions(survey: Survey, questions: Sequence[Mapping[str, Any]]) -> None:
    Question.objects.bulk_create(
        Question(
            survey=survey,
            position=number,
            kind=question["kind"],
            text=question["text"],
            choices=list(question.get("choices", [])),
        )
        for number, question in enumerate(questions, start=1)
    )


@transaction.atomic
def write_guide(survey: Survey, *, guide: str) -> Survey:
    """It may change as long as interviews go on."""
    survey = _locked(survey)
    if survey.state not in {SurveyState.DRAFT, SurveyState.OPEN}:
        raise DomainError(_("L’enquête est close : le guide ne change plus."))
    survey.guide = guide.strip()
    survey.save(update_fields=["guide"])
    return survey


def _move(survey: Survey, verb: str, **fields: Any) -> None:
    try:
        getattr(survey, verb)()
    except TransitionNotAllowed as error:
        raise DomainError(_("L’enquête n’en est plus là : rechargez la page.")) from error
    for name, value in fields.items():
        setattr(survey, name, value)
    survey.save(update_fields=["state", *fields])


@transaction.atomic
def open_survey(survey: Survey) -> Survey:
    survey = _locked(survey)
    if survey.state == SurveyState.OPEN:
        return survey
    if survey.state == SurveyState.DRAFT and survey.closes_on < timezone.localdate():
        raise DomainError(_("Le dernier jour pour répondre est passé : changez-le d’abord."))
    if not survey.questions.exists():
        raise DomainError(_("Posez au moins une question."))
    _move(survey, "open", opened_at=timezone.now())
    return survey


@transaction.atomic
def renew_link(survey: Survey) -> Survey:
    """The link before leads nowhere any more: for when it went where it should not."""
    survey = _locked(survey)
    if survey.state not in {SurveyState.DRAFT, SurveyState.OPEN}:
        raise DomainError(_("L’enquête est close : son lien ne sert plus."))
    survey.token = new_token()
    survey.save(update_fields=["token"])
    return survey


@transaction.atomic
def answer(
    survey: Survey, *, submission: uuid.UUID, channel: str, answers: Mapping[str, Any]
) -> Response:
    """One person's answers, the empty ones left out; sent twice, kept once.

    Paper answers may still be typed in after the last day, as long as the survey is open.
    """
    # Closing waits for the answer under way, and the next answer for the closing.
    survey = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=survey.pk)
    known = made_by_form(Response.objects, submission, survey=survey)
    if known is not None:
        return known
    late = survey.closes_on < timezone.localdate() and channel == Response.Channel.LINK
    if survey.state != SurveyState.OPEN or late:
        raise DomainError(_("Cette enquête est close : merci d’avoir voulu y répondre."))
    given = {
        question.name: answers[question.name]
        for question in survey.questions.all()
        if answers.get(question.name) not in (None, "")
    }
    if not given:
        raise DomainError(_("Répondez à une question au moins."))
    if survey.responses.count() >= MOST_ANSWERS:
        raise DomainError(_("Cette enquête a reçu toutes les réponses qu’elle peut recevoir."))
    return Response.objects.create(
        survey=survey,
        submission=submission,
        on=timezone.localdate(),
        channel=channel,
        answers=given,
    )


@transaction.atomic
def close(survey: Survey) -> Survey:
    """No answer enters any more; the counts are kept, whatever becomes of the answers."""
    survey = _locked(survey)
    if survey.state == SurveyState.CLOSED:
        return survey
    _move(survey, "close", counts=counted(survey))
    return survey


@transaction.atomic
def conclude(
    survey: Survey, *, by: Any, interviews: int, heard: str, limits: str, changes: str = ""
) -> Survey:
    """What people said, its limits, and what will change; shown on the card.

    The level is 1 at most (ours): people say what they lived through, nobody measured it.
    """
    survey = _locked(survey)
    if survey.state == SurveyState.CONCLUDED:
        return survey
    for field, value in {"heard": heard, "limits": limits}.items():
        if not value.strip():
            raise DomainError(_("Dites-le en quelques mots."), field=field)
    enough = (survey.counts or {}).get("answers", 0) >= survey.minimum
    now = timezone.now()
    _move(
        survey,
        "conclude",
        interviews=interviews,
        heard=heard.strip(),
        limits=limits.strip(),
        changes=changes.strip(),
        level=1 if enough or interviews >= SMALLEST else None,
        concluded_at=now,
        published_at=now,
    )
    record_fact(
        Initiative.objects.get(pk=survey.initiative_id),
        Fact.Kind.EVALUATION_CONCLUDED,
        source(survey),
        {
            "kind": "users",
            "level": survey.level,
            "title": survey.title,
            "url": survey.get_absolute_url(),
        },
        timezone.localdate().isoformat(),
        by=by,
    )
    return survey


def source(survey: Survey) -> str:
    return f"survey:{survey.pk}"


@transaction.atomic
def withdraw(survey: Survey, *, by: Any, reason: str) -> Survey:
    survey = _locked(survey)
    if survey.state == SurveyState.WITHDRAWN:
        return survey
    if not reason.strip():
        raise DomainError(_("Dites pourquoi : les lecteurs le verront."), field="reason")
    _move(survey, "withdraw", public_note=reason.strip(), level=None)
    _erase(survey)
    record_fact(
        Initiative.objects.get(pk=survey.initiative_id),
        Fact.Kind.EVALUATION_CONCLUDED,
        source(survey),
        None,
        by=by,
    )
    return survey


@transaction.atomic
def abandon(survey: Survey) -> Survey:
    survey = _locked(survey)
    if survey.state == SurveyState.ABANDONED:
        return survey
    _move(survey, "abandon")
    _erase(survey)
    return survey


def _erase(survey: Survey) -> None:
    survey.responses.all().delete()
    survey.erased_at = timezone.now()
    survey.save(update_fields=["erased_at"])


def keep_promises(today: dt.date) -> int:
    """Close what is past its last day, erase what is past its date; how many were erased.

    Two weeks are left between the last day and the closing, for paper answers to be typed in.
    """
    late = Survey.objects.filter(
        state=SurveyState.OPEN, closes_on__lt=today - dt.timedelta(days=14)
    )
    for survey in late.order_by("pk"):
        close(survey)
    done = 0
    due = Survey.objects.filter(deletion_on__lte=today, erased_at__isnull=True)
    for survey in due.order_by("pk"):
        with transaction.atomic():
            found = _locked(survey)
            if found.erased_at is None:
                if found.state == SurveyState.OPEN:
                    _move(found, "close", counts=counted(found))
                _erase(found)
                done += 1
    return done
