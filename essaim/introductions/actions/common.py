"""What every act does first: lock, and tidy what was typed."""

from __future__ import annotations

from essaim.introductions.models import Introduction


def locked(introduction: Introduction) -> Introduction:
    return Introduction.objects.select_for_update().get(pk=introduction.pk)


def said(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
