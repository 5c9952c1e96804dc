"""Telling authors that their need has new answers."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.following.actions import tell
from essaim.following.verbs import Verb, register
from essaim.needs.following import KIND
from essaim.needs.models import Need
from essaim.needs.speaking import who_is_told

NEW_ANSWERS = "need_new_answers"


def new_answers(needs: Sequence[int]) -> int:
    """Each author, or where they have left who represents the need, once a day for each need; in the digest of those who accepted one. The title
    is read when it is shown, for the person who reads: nothing of the need is kept in it."""
    day = timezone.localdate().isoformat()
    told = 0
    rows = Need.objects.open().filter(pk__in=needs).select_related("author").defer("text", "tried")
    for pk, people in who_is_told(rows).items():
        for person in people:
            told += tell(person, NEW_ANSWERS, KIND, str(pk), once=day) is not None
    return told


def register_verbs() -> None:
    register(
        Verb(
            NEW_ANSWERS,
            _("De nouvelles réponses pour votre besoin « %(title)s »"),
            unseen=_("Un besoin que vous aviez exprimé n’est plus accessible."),
            url=lambda announcement, shown: reverse("matching:answers", args=[announcement.key]),
        )
    )
