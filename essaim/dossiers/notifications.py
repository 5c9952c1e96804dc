"""One function per message. Readers are told through the object the file is made for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.dossiers import targets
from essaim.dossiers.models import Application, State
from essaim.dossiers.unreported import unreported
from essaim.following.actions import tell
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.people.models import User

FILE = "application"
SUBMITTED, ASKED, ANSWERED = "file_submitted", "file_asked", "file_answered"
REPORT_DUE = "file_report_due"
REQUIRED, GIVEN, REPORTED = "file_document_required", "file_document_given", "file_reported"


def _members(application: Application) -> list[User]:
    held = application.organisation.memberships.filter(user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user")).order_by("pk"))


def _readers(application: Application) -> list[Any]:
    found = targets.of(application.applies_to)
    return found[0].readers(found[1]) if found else []


def _tell(people: Iterable[Any], verb: str, application: Application, **how: Any) -> None:
    for person in {each.pk: each for each in people}.values():
        tell(person, verb, FILE, str(application.pk), **how)


def submitted(application: Application, *, by: Any) -> None:
    _tell(_readers(application), SUBMITTED, application, by=by)


def asked(application: Application, *, by: Any) -> None:
    _tell(_members(application), ASKED, application, waits=True, by=by)


def answered(application: Application, *, by: Any) -> None:
    _tell(_readers(application), ANSWERED, application, by=by)


def document_required(application: Application, *, by: Any) -> None:
    _tell(_members(application), REQUIRED, application, waits=True, by=by)


def document_given(application: Application, request: Any, *, by: Any) -> None:
    _tell(_readers(application), GIVEN, application, by=by)


def reported(application: Application, *, by: Any) -> None:
    _tell(_readers(application), REPORTED, application, by=by)


def report_due(application: Application, ends_on: dt.date) -> None:
    """Once for a period, whatever the number of mornings."""
    _tell(
        _members(application), REPORT_DUE, application,
        waits=True, once=f"report:{application.pk}:{ends_on}",
    )  # fmt: skip


def _files(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Application.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {
        str(each.pk): Shown(each.initiative.title, each.get_absolute_url())
        for each in found.select_related("initiative")
    }


def _still(condition: dict[str, Any]) -> Any:
    def read(keys: Collection[str], user: Any) -> set[str]:
        found = Application.objects.filter(pk__in=numbers_in(keys), **condition)
        found = found.exclude(state=State.WITHDRAWN)
        return {str(pk) for pk in found.values_list("pk", flat=True)}

    return read


def _still_to_report(keys: Collection[str], user: Any) -> set[str]:
    files = Application.objects.filter(pk__in=numbers_in(keys)).exclude(state=State.WITHDRAWN)
    return {str(version.application_id) for version, _day in unreported(files)}


def register() -> None:
    register_subject(Subject(FILE, _("dossier"), _files))
    gone = _("Un dossier n’attend plus rien de vous.")
    for verb in [
        Verb(SUBMITTED, _("Le dossier de « %(title)s » est déposé, ou sa nouvelle version")),
        Verb(
            ASKED, _("Un financeur pose une question sur le dossier de « %(title)s »"),
            unseen=gone, still=_still({"questions__answered_at": None, "questions__isnull": False}),
        ),
        Verb(ANSWERED, _("Le porteur de « %(title)s » répond à une question des financeurs")),
        Verb(
            REQUIRED, _("Un financeur demande une pièce pour le dossier de « %(title)s »"),
            unseen=gone,
            still=_still({"requests__attachments": None, "requests__withdrawn_at": None, "requests__isnull": False}),
        ),
        Verb(GIVEN, _("Une pièce demandée est jointe au dossier de « %(title)s »")),
        Verb(
            REPORT_DUE,
            _("Le compte rendu financier de « %(title)s » est à rendre dans les deux mois"),
            unseen=gone, still=_still_to_report,
        ),
        Verb(REPORTED, _("Le compte rendu financier de « %(title)s » est déposé")),
    ]:  # fmt: skip
        register_verb(verb)
