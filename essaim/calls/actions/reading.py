"""Applications given to peers and jury: the round of a call, who stands behind what it reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.calls import clock, tasks_deciding
from essaim.calls import notifications_deciding as notifications
from essaim.calls.models import (
    Application,
    ApplicationState,
    Call,
    CallRound,
    CollegeKind,
    Partner,
    State,
)
from essaim.calls.models.links import ITEM
from essaim.calls.reading_text import forms_of, last_submissions, names_of, text_of
from essaim.common.errors import DomainError
from essaim.initiatives.models import Initiative
from essaim.peers.actions import items as peer_items
from essaim.peers.actions import rounds
from essaim.peers.content import without_names
from essaim.peers.models import READ, Conflict, Item, Round
from essaim.peers.rubric import Line

from .deciding_common import check_call, check_can, lock_all, move
from .editions import new_edition, require_reason
from .scoring import refresh_scores

# Applications that one reader takes, at most, unless they say less. Ours.
MOST_FOR_ONE = 10


@transaction.atomic
def open_reading(
    call: Call,
    *,
    answer_by: dt.datetime,
    read_by: dt.datetime,
    discuss_by: dt.datetime,
    per_item: Mapping[str, int],
    by: Any,
) -> Round:
    """The round, in preparation: its colleges and rubric are the call's criteria, its items every
    eligible application. ``per_item``: readings of each by college. Twice makes one; after one that
    was abandoned, another begins."""
    call = lock_all(call)
    known = CallRound.objects.filter(call=call).select_related("round").first()
    if known is not None and known.round.state != "abandoned":
        return known.round
    check_call(call, [State.CLOSED] if known is None else [State.READING])
    _refuse_undecided(call)
    given = call.applications.filter(state__in=["eligible", "in_reading"]).count()
    found = rounds.create_round(
        title=call.title, by=by, purpose=call.summary, rubrics=rubrics_of(call),
        applicants_hidden=call.blind, readers_hidden=call.readers_hidden,
    )  # fmt: skip
    rounds.change_settings(
        found, {"answer_by": answer_by, "read_by": read_by, "discuss_by": discuss_by}, by=by
    )
    for college in found.colleges.all():
        wanted = per_item.get(college.kind) or 2
        rounds.set_college(
            college,
            size=max(wanted, -(-given * wanted // MOST_FOR_ONE)),
            per_item=wanted,
            max_load=MOST_FOR_ONE,
            by=by,
        )
    CallRound.objects.update_or_create(call=call, defaults={"round": found, "by": by})
    if not give_to_read(call, found, by=by):
        raise DomainError(
            _(
                "Aucune candidature n’est recevable : il n’y a rien à lire. L’appel peut être classé"
                " sans suite, depuis l’instruction."
            )
        )
    if call.state == State.CLOSED:
        move(call, "read", by=by)
    return found


def delays(call: Call) -> dict[str, Any]:
    """Of a closed call, the delays that run: how many (``n``), and until when (``last``)."""
    running = call.applications.filter(
        state="draft", extended_to__gt=timezone.now(), call__state=State.CLOSED
    )
    return running.aggregate(n=Count("pk"), last=Max("extended_to"))


def _refuse_undecided(call: Call) -> None:
    """Nor while a delay granted to one of them runs: it could not be used any more. One that was
    opened again, and whose delay has just ended, is about to stand as it was submitted."""
    running = delays(call)
    if running["n"]:
        words = ngettext(
            "Un délai accordé à une candidature court jusqu’au %(when)s : attendez-en la fin, ou"
            " accordez-lui-en un plus court.",
            "Des délais accordés à %(n)s candidatures courent jusqu’au %(when)s : attendez-en la"
            " fin, ou accordez-leur-en de plus courts.",
            running["n"],
        )
        raise DomainError(words % {"n": running["n"], "when": clock.shown(running["last"], call)})
    if call.applications.filter(state="draft", last_number__gt=0).exists():
        raise DomainError(
            _("Une candidature rouverte reprend sa version déposée : réessayez dans une minute.")
        )
    left = call.applications.filter(state__in=["submitted", "to_complete"]).count()
    if left:
        words = ngettext(
            "Une candidature attend encore de savoir si elle est recevable.",
            "%(n)s candidatures attendent encore de savoir si elles sont recevables.",
            left,
        )
        raise DomainError(words % {"n": left})


def rubrics_of(call: Call) -> dict[str, list[Line]]:
    """{college: lines} of the call's public criteria, in their order."""
    found: dict[str, list[Line]] = {}
    for each in call.criteria.order_by("position", "pk"):
        line = Line(each.title, each.question, each.weight, list(each.levels))
        found.setdefault(CollegeKind(each.college).value, []).append(line)
    if not found:
        raise DomainError(_("Cet appel n’a pas de critères : ajoutez-les dans sa préparation."))
    return found


@transaction.atomic
def give_to_read(call: Call, found: Round, *, by: Any) -> int:
    """Every eligible application becomes an item, until peers have been invited."""
    given = [ApplicationState.ELIGIBLE, ApplicationState.IN_READING]
    rows = (
        call.applications.filter(state__in=given)
        .select_for_update(no_key=True, of=("self",))
        .select_related("organisation", "person", "created_by", "initiative")
        .prefetch_related("partners__organisation", "editors__user", "initiative__coeditors")
        .order_by("number", "pk")
    )
    applications = list(rows)
    blocks, versions = forms_of(call.pk), last_submissions(each.pk for each in applications)
    themes = _themes(applications)
    drafts = []
    for each in applications:
        names = names_of(each) if call.blind else []
        version = versions[each.pk]
        organisations, people = carriers(each)
        drafts.append(
            peer_items.Draft(
                reference=f"{ITEM}{each.pk}",
                title=f"{each.number} – {without_names(each.title, names)}",
                text=text_of(version, blocks.get(version.form_number, []), names)
                or without_names(each.title, names),
                themes=themes.get(each.pk, ()),
                # A small place would tell who applies.
                territories=[each.territory_id] if each.territory_id and not call.blind else [],
                organisations=organisations,
                people=people,
            )
        )
    made = peer_items.add_items(found, drafts)
    for each in applications:
        if each.state == ApplicationState.ELIGIBLE:
            each.read()
    with pghistory.context(user=getattr(by, "pk", None), action="read"):
        Application.objects.bulk_update(applications, ["state"], batch_size=500)
    for recused in call.recusals.filter(person__isnull=False).select_related("person"):
        tell_round_of_recusal(recused, by=by)
    return made


def carriers(application: Application) -> tuple[list[int], list[int]]:
    """Organisations and persons who never read it: applicant, partners (the named evaluator among
    them) still in it or who signed before they left, those who write it; holder, author and
    co-editors of the applicant's card, not of the one that it takes up."""
    organisations = [
        each.organisation_id
        for each in application.partners.all()
        if each.state not in Partner.GONE or each.signed_at
    ]
    organisations.append(application.organisation_id or 0)
    people = [application.person_id or 0, application.created_by_id or 0]
    people += [each.user_id for each in application.editors.all()]
    if (card := application.initiative) is not None:
        organisations.append(card.holder_id or 0)
        people += [card.author_id or 0, *(each.user_id for each in card.coeditors.all())]
    return sorted(set(organisations) - {0}), sorted(set(people) - {0})


def _themes(applications: Collection[Application]) -> dict[int, list[int]]:
    cards = {each.pk: each.adopts_id or each.initiative_id for each in applications}
    rows = Initiative.themes.through.objects.filter(
        initiative__in=[card for card in cards.values() if card]
    ).values_list("initiative", "theme")
    of_card: dict[int, list[int]] = {}
    for card, theme in rows:
        of_card.setdefault(card, []).append(theme)
    return {pk: of_card.get(card or 0, []) for pk, card in cards.items()}


def item_of(application: Application) -> Item | None:
    known = CallRound.objects.filter(call=application.call_id).first()
    if known is None:
        return None
    return Item.objects.filter(round=known.round_id, reference=f"{ITEM}{application.pk}").first()


def carriers_changed(application: Application, *, by: Any) -> None:
    """A partner or an editor joined or left: to be called inside that transaction. Readers who
    are in conflict since lose what they had not submitted."""
    item = item_of(application)
    if item is None:
        return
    fresh = (
        Application.objects.select_related("initiative")
        .prefetch_related("partners", "editors", "initiative__coeditors")
        .get(pk=application.pk)
    )
    organisations, people = carriers(fresh)
    peer_items.set_carriers(item, organisations=organisations, people=people, by=by)


def applicant_withdrew(application: Application, *, by: Any) -> None:
    """To be called when an application is withdrawn: nobody reads it any more."""
    item = item_of(application)
    if item is not None:
        peer_items.withdraw_item(item, by=by)


def tell_round_of_recusal(recusal: Any, *, by: Any) -> None:
    """Who keeps out of an application does not read it either."""
    item = item_of(recusal.application)
    if item is None or recusal.person is None or item.round.state not in _OPEN:
        return
    peer_items.declare_conflict(
        item, side=Conflict.Side.MANAGER, kind=Conflict.Kind.OTHER,
        reason=recusal.reason or _("déport"), by=by, person=recusal.person,
    )  # fmt: skip


_OPEN = ["draft", "inviting", "assigning", "reading", "discussing"]


def on_round_abandoned(sender: Any, round: Round, **kwargs: Any) -> None:
    """By a job of that transaction: applications are always locked before their round."""
    known = CallRound.objects.filter(round=round).values_list("call", flat=True).first()
    if known is not None:
        tasks_deciding.stop_reading.defer(call=known)


@transaction.atomic
def stop_reading(call: int) -> int:
    """The round was abandoned: its applications are eligible, and wait for another. Done twice, it
    does once; nothing where another round has begun, or the decision. Returns how many."""
    locked = lock_all(call)
    known = CallRound.objects.filter(call=locked).select_related("round").first()
    if locked.state != State.READING or known is None or known.round.state != "abandoned":
        return 0
    rows = list(locked.applications.filter(state=ApplicationState.IN_READING))
    for each in rows:
        each.stop_reading()
    with pghistory.context(action="stop_reading"):
        Application.objects.bulk_update(rows, ["state"], batch_size=500)
    return len(rows)


@transaction.atomic
def skip_reading(call: Call, *, reason: str, by: Any) -> Call:
    """Closed already, the call goes to the decision without a reading: an edition says why."""
    call = lock_all(call)
    check_call(call, [State.CLOSED])
    reason = require_reason(call, reason)
    if State.READING.value not in call.skips:
        call.skips = [*call.skips, State.READING.value]
        call.save(update_fields=["skips"])
        new_edition(call, reason=reason, by=by)
    return call


@transaction.atomic
def start_deciding(call: Call, *, by: Any) -> Call:
    """Readings are in: the board opens, with what they say. A call may also skip its reading."""
    call = lock_all(call)
    if call.state == State.DECIDING:
        return call
    known = CallRound.objects.filter(call=call).select_related("round").first()
    if known is None and State.READING.value not in call.skips:
        raise DomainError(
            _("Cet appel prévoit une lecture : faites-la, ou dites plus bas pourquoi s’en passer.")
        )
    if known is not None and known.round.state not in READ:
        raise DomainError(
            _("La lecture est « %(state)s » : ouvrez d’abord la discussion entre lecteurs.")
            % {"state": known.round.get_state_display()}
        )
    _refuse_undecided(call)
    check_can(call, call.decide)
    move(call, "decide", by=by)
    refresh_scores(call)
    notifications.board_opened(call, by=by)
    return call
