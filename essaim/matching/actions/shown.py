"""Keeping what was shown, so that every answer can be explained later."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.matching.models import ShownAnswers
from essaim.matching.pipeline import Answers, Ranked
from essaim.needs.models import Need


@transaction.atomic
def keep_shown(answers: Answers, shown: Sequence[Ranked]) -> ShownAnswers:
    """A record of access, once for the same answers to the same question.

    Raises DomainError where the need was withdrawn meanwhile.
    """
    question = answers.question
    kept = {
        "question": question.kept(),
        "weights": {kind: dict(used.values) for kind, used in answers.weights.items()},
        "answers": [each.kept() for each in shown],
    }
    text = json.dumps([question.version, kept], sort_keys=True, ensure_ascii=False)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    known = ShownAnswers.objects.filter(need=question.need, fingerprint=fingerprint)
    if row := known.first():
        return row
    # The row that is referred to is held: a deferred foreign key would only fail at the end.
    there = Need.objects.exclude(state=Need.State.WITHDRAWN).filter(pk=question.need or 0)
    need = there.select_for_update(no_key=True).first()
    if need is None:
        raise DomainError(_("Ce besoin a été retiré : il n’a plus de réponses."))
    row, _created = ShownAnswers.objects.get_or_create(
        need=need,
        fingerprint=fingerprint,
        defaults={
            "need_version": question.version,
            "weights_version": "-".join(used.version for used in answers.weights.values()),
            **kept,
        },
    )
    return row


def forget_shown(days: int) -> int:
    """Erase what was shown longer ago; returns how many."""
    limit = timezone.now() - dt.timedelta(days=days)
    return ShownAnswers.objects.filter(first_shown_at__lt=limit).delete()[0]
