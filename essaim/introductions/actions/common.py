"""What every act does first: lock."""

from __future__ import annotations

from essaim.introductions.models import Introduction


def locked(introduction: Introduction) -> Introduction:
    return Introduction.objects.select_for_update().get(pk=introduction.pk)
