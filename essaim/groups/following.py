"""What people are told about groups, and in which words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.groups import notifications as told
from essaim.groups.models import Group, Member


def _groups(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Group.objects.visible_to(user).filter(pk__in=numbers_in(keys)).only("code", "name")
    return {str(each.pk): Shown(each.name, each.get_absolute_url()) for each in found}


def _still_invited(keys: Collection[str], user: Any) -> set[str]:
    found = Member.objects.awaiting(user).filter(group__in=numbers_in(keys))
    return {str(pk) for pk in found.values_list("group", flat=True)}


def register() -> None:
    register_subject(Subject(told.GROUP, _("groupe de territoires"), _groups))
    for verb in [
        Verb(
            told.INVITED,
            _("Votre territoire est invité dans le groupe « %(title)s »"),
            unseen=_("Une invitation dans un groupe de territoires a été retirée."),
            still=_still_invited,
            done=_("L’invitation dans le groupe « %(title)s » n’attend plus de réponse"),
        ),
        Verb(told.ANSWERED, _("Un territoire a répondu à l’invitation du groupe « %(title)s »")),
        Verb(told.LEFT, _("Un territoire a quitté le groupe « %(title)s »")),
        Verb(told.NAMED, _("Vous animez le groupe « %(title)s » : sa page dit votre rôle")),
        Verb(told.ENDED, _("Le groupe « %(title)s » est terminé")),
    ]:
        register_verb(verb)
