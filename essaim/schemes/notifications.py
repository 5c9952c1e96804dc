"""One function per message: who is told what of an entry that somebody proposed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.actions import tell
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.people.models import User
from essaim.schemes.following import KIND
from essaim.schemes.models import Scheme

PROPOSED, ACCEPTED = "scheme_proposed", "scheme_accepted"
SENT_BACK, REMOVED = "scheme_sent_back", "scheme_removed"


def scheme_proposed(scheme: Scheme) -> None:
    """To managers, for whom it waits; a version of the entry is told once."""
    for manager in User.objects.managers():
        tell(
            manager, PROPOSED, KIND, str(scheme.pk), waits=True, by=scheme.author,
            once=f"version {scheme.version}",
        )  # fmt: skip


def scheme_accepted(scheme: Scheme) -> None:
    tell(scheme.author, ACCEPTED, KIND, str(scheme.pk), by=scheme.decided_by)


def scheme_sent_back(scheme: Scheme) -> None:
    """It waits for its author again."""
    tell(scheme.author, SENT_BACK, KIND, str(scheme.pk), waits=True, by=scheme.decided_by)


def scheme_removed(scheme: Scheme) -> None:
    tell(scheme.author, REMOVED, KIND, str(scheme.pk), by=scheme.decided_by)


def _proposed(keys: Collection[str], user: Any) -> set[str]:
    found = Scheme.objects.proposed().filter(pk__in=numbers_in(keys))
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def _returned(keys: Collection[str], user: Any) -> set[str]:
    found = Scheme.objects.returned().filter(pk__in=numbers_in(keys))
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def _decision(key: str, user: Any) -> str:
    found = Scheme.objects.visible_to(user).filter(pk__in=numbers_in([key])).first()
    return found.decision if found else ""


def register() -> None:
    for verb in [
        Verb(
            PROPOSED,
            _("Un dispositif proposé attend votre relecture : « %(title)s »"),
            still=_proposed,
            done=_("Le dispositif proposé « %(title)s » n’attend plus de relecture"),
        ),
        Verb(ACCEPTED, _("Le dispositif « %(title)s » que vous avez proposé est dans l’annuaire")),
        Verb(
            SENT_BACK,
            _("Le dispositif « %(title)s » que vous avez proposé est à compléter"),
            details=_decision,
            still=_returned,
        ),
        Verb(
            REMOVED,
            _("Le dispositif « %(title)s » que vous avez proposé est retiré de l’annuaire"),
            details=_decision,
        ),
    ]:
        register_verb(verb)
