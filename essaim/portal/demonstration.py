"""What an invented member follows, and what happened to it: through the actions people use."""

from __future__ import annotations

import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import translation

from essaim.following.actions.follows import follow
from essaim.following.actions.settings import choose_mail
from essaim.following.models import Follow, Frequency
from essaim.initiatives import following
from essaim.initiatives.actions.cards import create_card, save_section
from essaim.initiatives.actions.publication import publish_card
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.people.models import User
from essaim.themes.models import Theme

EMAILS = ["membre@essaim.example", "porteur@essaim.example", "animateur@essaim.example"]
# The same at each start: the card is written once.
KEY = str(uuid.uuid5(uuid.NAMESPACE_URL, "essaim:portal:followed"))


def load_follows(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, on a local machine, where the invented accounts are."""
    people = User.objects.in_bulk(EMAILS, field_name="email")
    theme, known = Theme.objects.first(), Initiative.objects.published().first()
    if not settings.LOCAL or len(people) < 3 or theme is None or known is None:
        return
    member, holder, manager = (people[email] for email in EMAILS)
    if Follow.objects.filter(user=member).exists():
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        _load(member, holder, manager, theme, known)
    out.write("following: an invented member follows two cards and a theme\n")


def _load(member: User, holder: User, manager: User, theme: Theme, known: Initiative) -> None:
    # Who carries and who moderates want to be told at once; the member has not chosen yet.
    for person in (holder, manager):
        choose_mail(
            person, digest=Frequency.WEEKLY, waits_by_mail=True, language=settings.LANGUAGE_CODE
        )
    follow(member, "theme", theme.slug)
    follow(member, *following.ref(known))
    card = create_card(
        key=KEY,
        title="Atelier de réparation du samedi (fictif)",
        summary="Des habitants réparent ensemble ce qui allait être jeté. Exemple inventé.",
        by=holder,
    )
    card = _save(card, "essentiel", {"themes": [theme.pk]}, by=holder)
    card = publish_card(card, by=manager)
    follow(member, *following.ref(card))
    steps = ["Trouver un local (fictif)", "Former trois bénévoles (fictif)"]
    _save(card, "dispositif", {"steps": steps}, by=holder)


def _save(card: Initiative, section: str, new: dict[str, Any], *, by: User) -> Initiative:
    content = read_section(card, SECTIONS[section])
    return save_section(
        card, section, content | new, by=by, version=card.version, seen=digest(content)
    )
