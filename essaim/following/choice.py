"""What signing up asks about mail, and who accepts it: for the floor below."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from essaim.following import tokens
from essaim.following.actions.settings import answer_first_question
from essaim.following.forms import FirstMailForm, first_questions
from essaim.following.models import MailSettings
from essaim.people import mail_choice
from essaim.people.models import User


def keep(user: User, answers: dict[str, Any]) -> None:
    answer_first_question(
        user,
        at_once=answers.get("mail_at_once", False),
        weekly=answers.get("mail_weekly", False),
        language=get_language() or settings.LANGUAGE_CODE,
    )


def accepting(people: Collection[int]) -> set[int]:
    accepted = MailSettings.objects.told_at_once().filter(user__in=people)
    return set(accepted.values_list("user_id", flat=True))


def stop(user: User) -> str:
    return tokens.unsubscribe_url(user, tokens.WAITS)


def question_for(user: User) -> FirstMailForm | None:
    """What to ask this person in their workspace; None for who has chosen. One query."""
    return None if MailSettings.objects.filter(user=user).exists() else FirstMailForm()


def register_choice() -> None:
    mail_choice.register(mail_choice.MailChoice(first_questions, keep, accepting, stop))
