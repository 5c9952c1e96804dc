"""Needs as something that followers of a place, a theme or an organisation are told of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following import actions
from essaim.following.kinds import places_above
from essaim.following.subjects import Ref, Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.needs.models import Joining, Need
from essaim.needs.reading import show
from essaim.needs.speaking import left_by, representatives, who_is_told
from essaim.people.signals import MEMBERSHIP_ENDED, membership_told

KIND, STATED = "need", "need_stated"
ASKED, JOINED, DECLINED = "need_asked_to_join", "need_joined", "need_joining_declined"
LEFT = "need_without_author"


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


def asked_to_join(joining: Joining) -> None:
    """It waits for the author of the need that was asked, or who represents it."""
    other, need = joining.other, joining.need
    for person in who_is_told([other])[other.pk]:
        actions.tell(person, ASKED, KIND, str(other.pk), waits=True, by=joining.by or need.author)


def joined(joining: Joining) -> None:
    need = joining.need
    for person in who_is_told([need])[need.pk]:
        actions.tell(person, JOINED, KIND, str(need.pk), by=joining.other.author)


def declined(joining: Joining) -> None:
    need = joining.need
    for person in who_is_told([need])[need.pk]:
        actions.tell(person, DECLINED, KIND, str(need.pk), by=joining.other.author)


def without_author(needs: Sequence[Need]) -> None:
    """Its author has left: representatives see to it, or it would stay open for ever."""
    telling = representatives({need.organisation_id for need in needs})
    for need in needs:
        for person in telling.get(need.organisation_id or 0, []):
            if person.pk != need.author_id:
                actions.tell(person, LEFT, KIND, str(need.pk), once=f"left:{need.author_id}")


def on_membership_told(sender: Any, user: Any, organisation: Any, what: str, **kwargs: Any) -> None:
    if what == MEMBERSHIP_ENDED:
        without_author(left_by(user, organisation))


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """Its first words: a need has no title. What is masked on its page is masked here."""
    found = Need.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {
        str(need.pk): Shown(show(need, user).title, need.get_absolute_url())
        for need in found.select_related("organisation", "author")
    }


def _still_asked(keys: Collection[str], user: Any) -> set[str]:
    found = Joining.objects.awaiting(user).filter(other__in=numbers_in(keys))
    return {str(pk) for pk in found.values_list("other", flat=True)}


def register() -> None:
    register_subject(Subject(KIND, _("besoin"), _load))
    membership_told.connect(on_membership_told, dispatch_uid="needs.membership_told")
    for verb in [
        Verb(
            LEFT,
            _(
                "L’auteur du besoin « %(title)s » n’est plus de votre organisation : modifiez-le,"
                " dites-le résolu ou retirez-le"
            ),
        ),
        Verb(STATED, _("Un besoin est exprimé : « %(title)s »")),
        Verb(
            ASKED,
            _("Un besoin voisin demande à se grouper avec le vôtre : « %(title)s »"),
            still=_still_asked,
            done=_("La demande pour se grouper avec « %(title)s » n’attend plus de réponse"),
        ),
        Verb(JOINED, _("Votre besoin « %(title)s » est désormais porté par un groupe")),
        Verb(
            DECLINED,
            _(
                "Votre demande pour se grouper est déclinée ; votre besoin reste ouvert : « %(title)s »"
            ),
        ),
    ]:
        register_verb(verb)
