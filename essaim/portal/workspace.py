"""A person's own page: what waits for them and by when, drafts, follows, what is new."""

from __future__ import annotations

from typing import Any

from essaim.common.waiting import waiting_for
from essaim.following import reading
from essaim.following.choice import question_for
from essaim.following.models import Follow, Notification
from essaim.initiatives.models import Initiative, Publication
from essaim.people.models import User

# Of each list; its own page has them all.
SHOWN = 5
WAITING_SHOWN = 50


def workspace_of(user: User) -> dict[str, Any]:
    """In a number of queries that does not depend on how much there is."""
    waiting = waiting_for(user)
    drafts = Initiative.objects.filter(author=user, publication=Publication.DRAFT)
    new = Notification.objects.visible_to(user).unread().for_list()[: SHOWN + 1]
    follows = Follow.objects.visible_to(user).for_list()[: SHOWN + 1]
    return {
        "mail_question": question_for(user),
        "waiting": waiting[:WAITING_SHOWN],
        "waiting_others": max(0, len(waiting) - WAITING_SHOWN),
        "drafts": drafts.order_by("-updated_at", "-pk")[:SHOWN],
        "news": reading.lines(list(new), user)[:SHOWN],
        "more_news": len(new) > SHOWN,
        "follows": reading.followed(list(follows), user)[:SHOWN],
        "more_follows": len(follows) > SHOWN,
    }
