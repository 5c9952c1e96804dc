"""Needs as something that followers of a place, a theme or an organisation are told of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from essaim.common.personal_data import hide_contacts
from essaim.following import actions
from essaim.following.kinds import places_above
from essaim.following.subjects import Ref, Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.needs.models import Need

KIND, STATED = "need", "need_stated"
TITLE_WORDS = 15


def stated(need: Need) -> None:
    """Only where every member may read it: what an organisation keeps to itself is told of to
    nobody else, and its followers are not its members."""
    if need.visibility not in {Need.Visibility.PUBLIC, Need.Visibility.MEMBERS}:
        return
    refs: list[Ref] = [(KIND, str(need.pk))]
    if need.theme:
        refs.append(("theme", need.theme.slug))
    if need.organisation_id:
        refs.append(("organisation", str(need.organisation_id)))
    if need.territory_id:
        refs += places_above([need.territory_id]).get(need.territory_id, [])
    actions.announce(STATED, refs, by=need.author)


def withdrawn(pk: int) -> None:
    actions.forget_subject(KIND, [str(pk)])


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """Its first words: a need has no title. Addresses and numbers stay on its page."""
    pks = [int(key) for key in keys if key.isdecimal() and len(key) < 18]
    return {
        str(need.pk): Shown(
            Truncator(hide_contacts(need.text, "[…]")).words(TITLE_WORDS), need.get_absolute_url()
        )
        for need in Need.objects.visible_to(user).filter(pk__in=pks).only("text")
    }


def register() -> None:
    register_subject(Subject(KIND, _("besoin"), _load))
    register_verb(Verb(STATED, _("Un besoin est exprimé : « %(title)s »")))
