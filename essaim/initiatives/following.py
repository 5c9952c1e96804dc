"""Cards as something to follow: how they are shown, what is announced of them, and to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following import actions
from essaim.following.kinds import places_above
from essaim.following.models import Announcement
from essaim.following.subjects import Ref, Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.initiatives.models import CoEditorInvitation, Initiative, Publication, Refusal
from essaim.territories.models import Territory

KIND = "card"
# An invitation to write a card: told, never followed, and read by who was invited only.
INVITATION, INVITED = "coediting", "coediting_invited"
COEDITOR_LEFT = "coeditor_left"
ACCEPTED = "card_accepted"
PUBLISHED, CHANGED, ARCHIVED, MERGED, RESTORED, RETURNED, REFUSED, DECIDED = (
    *("card_published", "card_changed", "card_archived", "cards_merged"),
    *("card_restored", "card_returned", "card_refused", "card_appeal_decided"),
)


def ref(card: Initiative | int) -> Ref:
    return KIND, str(card if isinstance(card, int) else card.pk)


# --- what happens to them -----------------------------------------------------------------
def published(cards: Sequence[int], *, by: Any) -> None:
    """To whoever follows the card, its holder, one of its themes, or a place where it runs or
    what contains that place. Cards that just came to the public for the first time; a few
    queries whatever their number."""
    places = Prefetch("territories", Territory.objects.only("kind", "code"))
    found = (
        Initiative.objects.filter(pk__in=cards)
        .only("pk", "holder")
        .prefetch_related("themes", places)
    )
    above = places_above({place.pk for card in found for place in card.territories.all()})
    abouts = []
    for card in found:
        refs = [ref(card)]
        if card.holder_id:
            refs.append(("organisation", str(card.holder_id)))
        refs += [("theme", theme.slug) for theme in card.themes.all()]
        for place in card.territories.all():
            refs += above.get(place.pk, [])
        abouts.append(list(dict.fromkeys(refs)))
    # Once for each card: what finds it later (a saved search) joins the same announcement.
    actions.announce_each(PUBLISHED, abouts, by=by, once="first")


def found_by_search(card: int, searches: Sequence[Ref]) -> None:
    """The same news, for who follows a search that this new card answers."""
    actions.announce(PUBLISHED, [ref(card), *searches], once="first")


def changed(cards: Sequence[int], *, by: Any) -> None:
    """To those who follow the cards, at most once a day for each."""
    day = timezone.localdate().isoformat()
    actions.announce_each(CHANGED, [[ref(pk)] for pk in cards], by=by, once=day)


def archived(card: Initiative, *, by: Any) -> None:
    actions.announce(ARCHIVED, [ref(card)], by=by)


def restored(card: Initiative, *, by: Any) -> None:
    actions.announce(RESTORED, [ref(card)], by=by)


def merged(kept: Initiative, other: Initiative, *, by: Any, occasion: str) -> None:
    """Who followed either follows ``kept``, and is told of it once; of no ``occasion``, nobody is."""
    actions.move_subject(KIND, str(other.pk), str(kept.pk))
    if occasion:
        actions.announce(MERGED, [ref(kept)], by=by, once=occasion)


def tell_merged(kept: Initiative, people: Iterable[Any], *, by: Any, occasion: str) -> None:
    """Those who brought something to a card that is now ``kept``; who follows it too is told once."""
    for person in people:
        actions.tell(person, MERGED, *ref(kept), by=by, once=occasion)


def accepted(card: Initiative, *, by: Any) -> None:
    """News for its author, who asked for it: not mailed at once."""
    actions.tell(card.author, ACCEPTED, *ref(card), by=by, once="first")


def returned(card: Initiative, *, by: Any) -> None:
    """It waits for its author: a message leaves at once."""
    actions.tell(card.author, RETURNED, *ref(card), waits=True, by=by)


def refused(card: Initiative, *, by: Any) -> None:
    """Its author may contest: a message leaves at once."""
    actions.tell(card.author, REFUSED, *ref(card), waits=True, by=by)


def appeal_decided(card: Initiative, *, contested_by: Any, by: Any) -> None:
    """A decision is told at once to who asked for it, and to the card's author."""
    for person in {card.author, contested_by}:
        actions.tell(person, DECIDED, *ref(card), waits=True, by=by)


def invited_to_coedit(invitation: CoEditorInvitation, person: Any) -> None:
    """It waits for the owner of the invited address, who says yes or no."""
    actions.tell(person, INVITED, INVITATION, str(invitation.pk), waits=True, by=invitation.by)


def coeditor_left(card: Initiative, whom: Any, *, by: Any) -> None:
    """News, and nothing to do: it is not mailed at once."""
    actions.tell(whom, COEDITOR_LEFT, *ref(card), by=by)


def erased(card: Initiative) -> None:
    actions.forget_subject(KIND, [str(card.pk)])


# --- how they are shown -------------------------------------------------------------------
def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    visible = Initiative.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    cards = visible.only("slug", "title")
    return {str(card.pk): Shown(card.title, card.get_absolute_url()) for card in cards}


def _load_invitations(keys: Collection[str], user: Any) -> dict[str, Shown]:
    invitations = CoEditorInvitation.objects.for_person(user).for_list()
    found = invitations.filter(pk__in=numbers_in(keys))
    return {
        str(row.pk): Shown(row.card.title, reverse("initiatives:coediting", args=[row.card.slug]))
        for row in found
    }


def _to_complete(announcement: Announcement, shown: Shown) -> str:
    """The writing page: a card's own address, then « /modifier »."""
    slug = shown.url.rstrip("/").rpartition("/")[2]
    return reverse("initiatives:overview", args=[slug])


def _what_is_asked(key: str, user: Any) -> str:
    """The manager's words, as they stand: kept on the card, and nowhere else."""
    card = Initiative.objects.visible_to(user).filter(pk=key, publication=Publication.RETURNED)
    return card.values_list("return_reason", flat=True).first() or ""


def _why_refused(key: str, user: Any) -> str:
    """Reasons and, after an appeal, those of the decision: kept with the refusal only."""
    refusal = Refusal.objects.filter(initiative_id=int(key)).order_by("-at", "-pk").first()
    if refusal is None:
        return ""
    if refusal.decided_at is None:
        return refusal.reason
    return f"{str(refusal.get_outcome_display()).capitalize()}.\n{refusal.decision}"


# --- what still waits -----------------------------------------------------------------------
def _still_returned(keys: Collection[str], user: Any) -> set[str]:
    cards = Initiative.objects.filter(pk__in=numbers_in(keys), publication=Publication.RETURNED)
    return {str(pk) for pk in cards.values_list("pk", flat=True)}


def _still_to_contest(keys: Collection[str], user: Any) -> set[str]:
    """Refused, and the latest refusal not contested yet."""
    latest = (
        Refusal.objects.filter(
            initiative__in=numbers_in(keys), initiative__publication=Publication.REFUSED
        )
        .order_by("initiative_id", "-at", "-pk")
        .distinct("initiative_id")
    )
    return {str(refusal.initiative_id) for refusal in latest if refusal.may_be_appealed}


def _still_invited(keys: Collection[str], user: Any) -> set[str]:
    found = CoEditorInvitation.objects.for_person(user).filter(pk__in=numbers_in(keys))
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def register() -> None:
    register_subject(Subject(KIND, _("fiche"), _load, _("cette fiche")))
    register_subject(Subject(INVITATION, _("invitation à coéditer"), _load_invitations))
    for verb in [
        Verb(
            INVITED,
            _("Vous êtes invité à coéditer la fiche « %(title)s »"),
            unseen=_("Une invitation à coéditer une fiche n’est plus valable."),
            still=_still_invited,
        ),
        Verb(COEDITOR_LEFT, _("Une personne que vous aviez invitée ne coédite plus « %(title)s »")),
        Verb(PUBLISHED, _("La fiche « %(title)s » est publiée")),
        Verb(CHANGED, _("La fiche « %(title)s » a été modifiée")),
        Verb(
            ARCHIVED,
            _("La fiche « %(title)s » est archivée"),
            unseen=_("Une fiche que vous suiviez n’est plus dans la banque."),
        ),
        Verb(
            MERGED,
            _("Deux fiches d’une même initiative n’en font plus qu’une : « %(title)s »"),
            unseen=_("Une fiche que vous suiviez est réunie avec une autre."),
        ),
        Verb(RESTORED, _("La fiche « %(title)s » est de nouveau dans la banque")),
        Verb(
            RETURNED,
            _("Votre fiche « %(title)s » attend un complément"),
            url=_to_complete,
            details=_what_is_asked,
            still=_still_returned,
            done=_("Votre fiche « %(title)s » n’attend plus de complément"),
        ),
        Verb(
            REFUSED,
            _("Votre fiche « %(title)s » n’est pas publiée ; vous pouvez contester"),
            details=_why_refused,
            still=_still_to_contest,
            done=_("Votre fiche « %(title)s » avait été refusée"),
        ),
        Verb(
            ACCEPTED, _("Votre fiche « %(title)s » est publiée : montrez-en maintenant les preuves")
        ),
        Verb(
            DECIDED,
            _("La contestation pour la fiche « %(title)s » a reçu une décision"),
            details=_why_refused,
        ),
    ]:
        register_verb(verb)
