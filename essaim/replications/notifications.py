"""One function per message: who is told what, at the moment it becomes true.

People with an account are told through their notifications; followers of the card by an
announcement. Only the form of the quarter leaves by a message of its own, since it holds a link
that nobody else may have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.keys import numbers_in
from essaim.following.actions import announce, tell
from essaim.following.languages import language_of
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.initiatives.following import ref as card_ref
from essaim.initiatives.models import CoEditor
from essaim.people.models import Membership, User

from .models import Mentorship, Replication, Report, State
from .modes import missing_terms, needs_holder

KIND, MENTORSHIP = "replication", "mentorship"
ASKED, COMMITTED, ADVANCED, STOPPED = (
    *("replication_asked", "replication_committed", "replication_advanced", "replication_stopped"),
)
CROSSED, MENTOR_ASKED, MENTOR_ANSWERED = (
    *("replication_crossed", "mentor_asked", "mentor_answered"),
)
TERMS, REPORTER = "replication_terms", "replication_reporter"


def ref(replication: Replication) -> tuple[str, str]:
    return KIND, str(replication.pk)


def adopters(replication: Replication) -> list[User]:
    """Who decides in the adopter's name."""
    deciding = Membership.objects.representing().filter(organisation=replication.adopter_id)
    return list(User.objects.filter(pk__in=deciding.values("user")))


def holders(replication: Replication) -> list[User]:
    """Who answers for the card: the holder's representatives, else its author and co-editors."""
    card = replication.initiative
    deciding = Membership.objects.representing().filter(organisation=card.holder_id)
    found = list(User.objects.filter(pk__in=deciding.values("user"))) if card.holder_id else []
    if found:
        return found
    helpers = CoEditor.objects.filter(card=card).values("user")
    return list(User.objects.filter(pk__in=helpers)) + ([card.author] if card.author else [])


def declared(replication: Replication, *, by: Any, again: str = "") -> None:
    """To the side that has not agreed yet; to both, once only what the mode asks is missing.
    ``again`` names what has changed since they were told."""
    people = []
    if replication.adopter_agreed_at is None:
        people += adopters(replication)
    if replication.holder_agreed_at is None and needs_holder(replication):
        people += holders(replication)
    verb = ASKED
    if not people and missing_terms(replication):
        verb, people = TERMS, [*adopters(replication), *holders(replication)]
    for person in people:
        tell(person, verb, *ref(replication), waits=True, by=by, once=f"{replication.pk}{again}")


def reporter_wanted(replication: Replication, quarter: dt.date) -> None:
    """To whoever is of the adopter, else to the holder: nobody is there to give its news."""
    members = User.objects.filter(memberships__organisation=replication.adopter_id, is_active=True)
    for person in list(members) or holders(replication):
        tell(person, REPORTER, *ref(replication), once=f"{replication.pk}:{quarter}")


def committed(replication: Replication, *, by: Any) -> None:
    for person in {*adopters(replication), *holders(replication)}:
        tell(person, COMMITTED, *ref(replication), by=by, once=f"{replication.pk}")
    announce(COMMITTED, [ref(replication), card_ref(replication.initiative)], by=by)


def advanced(replication: Replication, *, by: Any) -> None:
    announce(ADVANCED, [ref(replication), card_ref(replication.initiative)], by=by)


def stopped(replication: Replication, *, by: Any) -> None:
    for person in {*adopters(replication), *holders(replication)}:
        tell(person, STOPPED, *ref(replication), by=by, once=f"{replication.pk}")
    if replication.committed_on is not None:
        announce(STOPPED, [ref(replication), card_ref(replication.initiative)], by=by)


def crossed(replication: Replication, *, by: Any) -> None:
    for person in holders(replication):
        tell(person, CROSSED, *ref(replication), by=by)


def mentor_asked(mentorship: Mentorship, *, by: Any) -> None:
    for person in adopters(mentorship.mentor):
        tell(person, MENTOR_ASKED, MENTORSHIP, str(mentorship.pk), waits=True, by=by)


def mentor_answered(mentorship: Mentorship, *, by: Any) -> None:
    for person in adopters(mentorship.replication):
        tell(person, MENTOR_ANSWERED, MENTORSHIP, str(mentorship.pk), by=by)


def report_asked(replication: Replication, person: User, quarter: dt.date, token: str) -> None:
    """The form of the quarter, by a link of their own, in their language; sent once the change is
    committed."""
    with translation.override(language_of(person)):
        link = reverse("replications:report_link", args=[token])
        text = render_to_string(
            "replications/mail.txt",
            {
                "replication": replication,
                "quarter": Report(quarter=quarter).quarter_label,
                "days": settings.REPLICATIONS["link_days"],
                "link": f"{settings.PUBLIC_URL}{link}",
                "site": settings.SITE,
            },
        )
        subject = _("Vos nouvelles du trimestre, en cinq minutes")
        message = EmailMessage(
            f"[{settings.SITE['name']}] {subject}",
            text,
            to=[person.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
    transaction.on_commit(message.send, robust=True)


# --- how they are shown ---------------------------------------------------------------------
def _replications(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Replication.objects.visible_to(user).filter(pk__in=numbers_in(keys)).for_list()
    return {
        str(each.pk): Shown(f"{each.initiative.title} ({each.title})", each.get_absolute_url())
        for each in found
    }


def _mentorships(keys: Collection[str], user: Any) -> dict[str, Shown]:
    seen = Replication.objects.visible_to(user).values("pk")
    found = Mentorship.objects.filter(
        pk__in=numbers_in(keys), replication__in=seen, mentor__in=seen
    ).select_related("replication__adopter", "replication__territory")
    return {
        str(each.pk): Shown(
            each.replication.title, reverse("replications:mentorship", args=[each.pk])
        )
        for each in found
    }


def _still_to_agree(keys: Collection[str], user: Any) -> set[str]:
    waiting = Replication.objects.filter(pk__in=numbers_in(keys), state=State.INTERESTED)
    return {str(pk) for pk in waiting.values_list("pk", flat=True)}


def _still_asked(keys: Collection[str], user: Any) -> set[str]:
    waiting = Mentorship.objects.filter(pk__in=numbers_in(keys), state=Mentorship.State.ASKED)
    return {str(pk) for pk in waiting.values_list("pk", flat=True)}


def register() -> None:
    register_subject(Subject(KIND, gettext_lazy("reprise"), _replications))
    register_subject(Subject(MENTORSHIP, gettext_lazy("accompagnement"), _mentorships))
    for verb in [
        Verb(
            ASKED,
            gettext_lazy("Une reprise attend votre accord : %(title)s"),
            still=_still_to_agree,
            done=gettext_lazy("La reprise %(title)s n’attend plus votre accord"),
        ),
        Verb(
            TERMS,
            gettext_lazy("Il manque à une reprise ce que son mode demande : %(title)s"),
            still=_still_to_agree,
            done=gettext_lazy("La reprise %(title)s a ce que son mode demande"),
        ),
        Verb(
            REPORTER,
            gettext_lazy(
                "Personne n’est nommé pour donner les nouvelles d’une reprise : %(title)s"
            ),
        ),
        Verb(COMMITTED, gettext_lazy("Une reprise est engagée : %(title)s")),
        Verb(ADVANCED, gettext_lazy("Une reprise avance : %(title)s")),
        Verb(STOPPED, gettext_lazy("Une reprise s’arrête : %(title)s")),
        Verb(
            CROSSED,
            gettext_lazy("Une ligne rouge de votre fiche est franchie par une reprise : %(title)s"),
        ),
        Verb(
            MENTOR_ASKED,
            gettext_lazy("%(title)s demande à votre site de l’accompagner"),
            still=_still_asked,
            done=gettext_lazy("%(title)s n’attend plus votre réponse"),
        ),
        Verb(
            MENTOR_ANSWERED, gettext_lazy("Votre demande d’accompagnement a sa réponse : %(title)s")
        ),
    ]:
        register_verb(verb)
