"""How much one person may post: a person writes, a machine floods."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.contributions.models import Answer, Interest, Proposal, Question, Report
from essaim.people.models import Organisation, User


def one_at_a_time(user: Any) -> None:
    """The second of two equal requests waits here, then sees what the first wrote."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def check_rate(user: Any) -> None:
    """Raises DomainError above ``posts_per_hour``, all kinds of posts together.

    Call after ``one_at_a_time``, before writing.
    """
    limit: int = settings.CONTRIBUTIONS["posts_per_hour"]
    since = timezone.now() - dt.timedelta(hours=1)
    posts = [
        Proposal.objects.filter(sent_by=user, created_at__gt=since),
        Question.objects.filter(author=user, created_at__gt=since),
        Answer.objects.filter(author=user, created_at__gt=since),
        Interest.objects.filter(user=user, created_at__gt=since),
        Report.objects.filter(by=user, at__gt=since),
    ]
    first, *rest = [each.order_by().values("pk") for each in posts]
    if first.union(*rest, all=True).count() >= limit:
        raise DomainError(
            _(
                "Vous avez beaucoup écrit depuis une heure. Votre texte est resté dans la page :"
                " envoyez-le un peu plus tard."
            )
        )


def check_organisation(user: Any, organisation: Organisation | None) -> None:
    """One speaks in the name of one's own organisations only."""
    if organisation and not organisation.memberships.filter(user=user).exists():
        raise DomainError(_("Vous n’êtes pas membre de cette organisation."), field="organisation")
