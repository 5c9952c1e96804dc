"""Small pieces of the pages of events."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def answer_to(answers: Mapping[str, str], question: int) -> str:
    """What a registration answers to a question."""
    return answers.get(str(question), "") or "–"
