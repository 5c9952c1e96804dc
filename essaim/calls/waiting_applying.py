"""What waits for a person who applies (see ``common.waiting``); a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.common.waiting import Rows, Waiting, one_by_one

from .clock import ends_at, is_in_time
from .models import (
    ANSWERED_IN_WORDS,
    Application,
    ApplicationState,
    Call,
    CallQuestion,
    Completion,
    Partner,
)
from .models.application import WRITABLE


def waiting(user: Any) -> Iterator[Rows]:
    asked_of = Completion.objects.waiting().filter(
        application=OuterRef("pk"), application__state__in=ANSWERED_IN_WORDS
    )
    written = Application.objects.written_by(user)
    mine: Any = written.annotate(in_words_by=Subquery(asked_of.values("due_at")[:1]))
    mine = mine.filter(Q(state__in=WRITABLE) | Q(in_words_by__isnull=False))
    yield Rows(mine.for_list().order_by("pk"), _to_submit)
    asked = Partner.objects.filter(
        state=Partner.State.INVITED, organisation__in=user.memberships.values("organisation"),
        application__state__in=[ApplicationState.DRAFT, ApplicationState.TO_COMPLETE],
    )  # fmt: skip
    yield one_by_one(
        asked.select_related("application__call", "organisation").order_by("pk"),
        lambda row: Waiting(
            title=_("Signer une candidature, ou la décliner, pour %(name)s")
            % {"name": row.organisation.name},
            url=reverse("calls:partner", args=[row.application_id, row.pk]),
            about=row.application.title,
            since=row.at,
        ),
    )
    run = Call.objects.told_to(user)
    questions = CallQuestion.objects.visible_to(user).filter(
        call__in=run.values("pk"), answered_at=None
    )
    yield one_by_one(
        questions.select_related("call").order_by("pk"),
        lambda question: Waiting(
            title=_("Répondre à une question sur l’appel"),
            url=reverse("calls:answer_question", args=[question.call.slug, question.pk]),
            about=question.call.title,
            since=question.at,
        ),
    )


def _to_submit(rows: Iterable[Any]) -> Iterator[Waiting]:
    for found in rows:
        if found.in_words_by is not None:
            yield Waiting(
                title=_("Répondre au service, pendant la lecture de la candidature"),
                url=reverse("calls:complement", args=[found.pk]),
                about=f"{found.title} – {found.call.title}",
                due=found.in_words_by.astimezone(found.call.clock).date(),
            )  # fmt: skip
        if not found.is_writable or not is_in_time(found):
            continue
        ends = ends_at(found)
        yield Waiting(
            title=_("Compléter ce que le service demande, et déposer de nouveau")
            if found.state == ApplicationState.TO_COMPLETE
            else _("Finir et déposer la candidature"),
            url=found.get_absolute_url(), about=f"{found.title} – {found.call.title}",
            due=ends.astimezone(found.call.clock).date() if ends else None, since=found.created_at,
        )  # fmt: skip
