"""What every act does first: lock, and say in words that it came too late."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError
from essaim.introductions.models import Introduction


def locked(introduction: Introduction) -> Introduction:
    return Introduction.objects.select_for_update().get(pk=introduction.pk)


def move(introduction: Introduction, transition: str, *given: Any) -> None:
    try:
        getattr(introduction, transition)(*given)
    except TransitionNotAllowed as error:
        raise DomainError(
            _(
                "Entre-temps, cette mise en relation est « %(state)s » : rien n’a été changé."
                " Relisez sa page."
            )
            % {"state": introduction.get_state_display()}
        ) from error


def said(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
