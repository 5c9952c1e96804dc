"""A request for help, from its question to its end; one request, one sponsor at a time.

Loads are counted under the lock of the sponsor's row: two requests at once never put one over
their limit. The lock of a request is always taken before that of a sponsor.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.states import move
from essaim.common.text import clean
from essaim.common.working_days import working_days_after
from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.people.models import User
from essaim.sponsorship import notifications
from essaim.sponsorship.matching import Match, candidates
from essaim.sponsorship.models import HelpRequest, Proposal, Sponsor


def _delay(key: str) -> dt.date:
    return working_days_after(timezone.localdate(), int(settings.SPONSORSHIP[key]))


def locked(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.select_for_update().get(pk=request.pk)


@transaction.atomic
def ask_for_help(
    *,
    by: Any,
    question: str,
    submission: uuid.UUID | None = None,
    card: Initiative | None = None,
    need: Need | None = None,
    **fields: Any,
) -> HelpRequest:
    """Find up to three sponsors and put the request to the first. Sent twice, it is one.

    Nobody found is no refusal: the request waits, and coordinators see it.
    """
    question = clean(question)
    if len(question) < 10:
        raise DomainError(_("Dites en une phrase ce que vous cherchez."), field="question")
    User.objects.select_for_update().get(pk=by.pk)  # one's requests come one at a time
    known = made_by_form(HelpRequest.objects, submission, asker=by)
    if known is not None:
        return known
    mine = HelpRequest.objects.filter(asker=by)
    if mine.open().count() >= settings.SPONSORSHIP["open_requests"]:
        raise DomainError(
            _("Vous avez déjà %(n)s demandes en cours : attendez une réponse, ou retirez-en une.")
            % {"n": settings.SPONSORSHIP["open_requests"]}
        )
    since = timezone.now() - dt.timedelta(days=1)
    if mine.filter(created_at__gte=since).count() >= settings.SPONSORSHIP["requests_per_day"]:
        raise DomainError(_("Vous avez fait beaucoup de demandes aujourd’hui : revenez demain."))
    organisation = fields.get("organisation")
    if organisation and not organisation.memberships.filter(user=by).exists():
        raise DomainError(_("Vous n’êtes pas membre de cette organisation."), field="organisation")
    with pghistory.context(user=by.pk):
        request = HelpRequest.objects.create(
            asker=by, question=question, card=card, need=need,
            submission=submission or uuid.uuid4(), **fields,
        )  # fmt: skip
        find_sponsors(request)
    return request


def find_sponsors(request: HelpRequest) -> None:
    """Propose up to three who have room, and put the request to the first of them."""
    request.proposals.filter(state=Proposal.State.PROPOSED).delete()
    tried = request.proposals.count()
    kept: list[Proposal] = []
    for match in candidates(request):
        if len(kept) == settings.SPONSORSHIP["proposals"]:
            break
        if not kept and not _has_room(match.sponsor.pk):
            continue
        kept.append(_proposal(request, match, tried + len(kept) + 1))
    # Absent when it was put to them, and back: a new line, at their new rank.
    back = [each.sponsor_id for each in kept]
    request.proposals.filter(state=Proposal.State.ABSENT, sponsor__in=back).delete()
    Proposal.objects.bulk_create(kept)
    if kept:
        _put_to(request, kept[0])
    else:
        _put_to_nobody(request)


def _proposal(request: HelpRequest, match: Match, rank: int) -> Proposal:
    return Proposal(
        request=request, sponsor=match.sponsor, rank=rank, fit=match.fit, load=match.load,
        reasons=match.reasons,
    )  # fmt: skip


def _has_room(pk: int) -> bool:
    """Asked again under the lock of the sponsor's row, which is held to the end where there is
    room, and let go at once where there is none: two searches that meet the same full sponsors
    in another order would wait for each other."""
    mark = transaction.savepoint()
    Sponsor.objects.select_for_update().get(pk=pk)
    if Sponsor.objects.present().with_room().filter(pk=pk).exists():
        transaction.savepoint_commit(mark)
        return True
    transaction.savepoint_rollback(mark)
    return False


def _put_to(request: HelpRequest, proposal: Proposal) -> None:
    """The sponsor's row is locked, and has room."""
    now = timezone.now()
    proposal.state, proposal.asked_at = Proposal.State.ASKED, now
    proposal.save(update_fields=["state", "asked_at"])
    Sponsor.objects.filter(pk=proposal.sponsor_id).update(last_asked_at=now)
    request.sponsor_id, request.due_on = proposal.sponsor_id, _delay("take_up_days")
    request.late_notice_on = None
    request.save(update_fields=["sponsor", "due_on", "late_notice_on"])
    notifications.put_to_sponsor(request, proposal)


def _put_to_nobody(request: HelpRequest) -> None:
    request.sponsor, request.due_on = None, None
    request.save(update_fields=["sponsor", "due_on"])
    notifications.nobody_found(request)


def _leave(request: HelpRequest, state: str) -> None:
    """The current sponsor is not the one any more."""
    request.proposals.filter(state__in=Proposal.CURRENT).update(
        state=state, answered_at=timezone.now()
    )


def _pass_on(request: HelpRequest, state: str) -> None:
    """To the next proposed who still has room; where none is left, others are looked for."""
    _leave(request, state)
    for proposal in request.proposals.filter(state=Proposal.State.PROPOSED):
        if _has_room(proposal.sponsor_id):
            _put_to(request, proposal)
            return
    find_sponsors(request)


def _is_put_to(request: HelpRequest, by: Any) -> bool:
    return request.sponsor_id is not None and request.sponsor.user_id == by.pk  # type: ignore[union-attr]


@transaction.atomic
def take_up(request: HelpRequest, *, by: Any) -> HelpRequest:
    """By the sponsor it is put to; twice is once."""
    request = locked(request)
    if not _is_put_to(request, by):
        raise DomainError(_("Cette demande a été confiée à quelqu’un d’autre entre-temps."))
    if request.state == HelpRequest.State.TAKEN_UP:
        return request
    if request.sponsor is not None and not request.sponsor.agreement_holds:
        raise DomainError(
            _(
                "L’accord de votre employeur n’est pas valable aujourd’hui : complétez votre profil,"
                " ou passez la demande. Sinon elle va demain à quelqu’un d’autre."
            )
        )
    move(request, "take_up")
    request.due_on = _delay("advice_days")
    request.late_notice_on = None
    with pghistory.context(user=by.pk):
        request.save()
    request.proposals.filter(state=Proposal.State.ASKED).update(
        state=Proposal.State.TAKEN, answered_at=timezone.now()
    )
    notifications.taken_up(request)
    return request


def _refuse_if_advised(request: HelpRequest) -> None:
    """Advice is its sponsor's: another would answer for what they did not write."""
    if request.advised_on is not None:
        raise DomainError(_("Un conseil est déjà donné : la demande ne change plus de parrain."))


@transaction.atomic
def decline(request: HelpRequest, *, by: Any) -> HelpRequest:
    """« Not for me »: the request goes on to the next, before or after it was taken up."""
    request = locked(request)
    if not _is_put_to(request, by) or not request.is_open:
        raise DomainError(_("Cette demande n’attend plus rien de vous."))
    _refuse_if_advised(request)
    with pghistory.context(user=by.pk):
        if request.state == HelpRequest.State.TAKEN_UP:
            request.hand_back()
            request.save()
        _pass_on(request, Proposal.State.DECLINED)
    return request


@transaction.atomic
def put_to_another(request: HelpRequest, proposal: Proposal, *, by: Any) -> HelpRequest:
    """The asker prefers another of those proposed."""
    request = locked(request)
    if request.state != HelpRequest.State.WAITING:
        raise DomainError(_("Un parrain a pris votre demande en charge entre-temps."))
    chosen = request.proposals.filter(pk=proposal.pk, state=Proposal.State.PROPOSED).first()
    if chosen is None or not _has_room(chosen.sponsor_id):
        raise DomainError(_("Ce parrain n’est plus disponible : choisissez-en un autre."))
    _leave(request, Proposal.State.RELEASED)
    with pghistory.context(user=by.pk):
        _put_to(request, chosen)
    return request


@transaction.atomic
def reassign(request: HelpRequest, sponsor: Sponsor, *, by: Any) -> HelpRequest:
    """By a coordinator, to anyone of the directory who has room."""
    request = locked(request)
    if not request.is_open:
        raise DomainError(_("Cette demande est close."))
    if request.sponsor_id == sponsor.pk:
        raise DomainError(_("Elle lui est déjà confiée."), field="sponsor")
    _refuse_if_advised(request)
    if not _has_room(sponsor.pk):
        raise DomainError(
            _("Ce parrain est absent, complet, ou son accord n’est plus valable."), field="sponsor"
        )
    with pghistory.context(user=by.pk):
        if request.state == HelpRequest.State.TAKEN_UP:
            request.hand_back()
            request.save()
        _leave(request, Proposal.State.RELEASED)
        proposal, _made = Proposal.objects.update_or_create(
            request=request, sponsor=sponsor,
            defaults={"state": Proposal.State.PROPOSED, "answered_at": None},
            create_defaults={"rank": request.proposals.count() + 1, "fit": 0, "load": 0},
        )  # fmt: skip
        _put_to(request, proposal)
    return request


@transaction.atomic
def look_again(request: HelpRequest, *, by: Any) -> HelpRequest:
    """By a coordinator or the asker, for a request that is put to nobody."""
    request = locked(request)
    if request.state == HelpRequest.State.WAITING and request.sponsor_id is None:
        with pghistory.context(user=by.pk):
            find_sponsors(request)
    return request


@transaction.atomic
def end(request: HelpRequest, outcome: str, *, by: Any, note: str = "") -> HelpRequest:
    """What came of it, said by the asker: one of HelpRequest.OUTCOMES. Said again, it stays."""
    request = locked(request)
    if request.state == outcome:
        return request
    if outcome not in HelpRequest.OUTCOMES:
        raise DomainError(_("Choisissez ce qu’il en a été."), field="outcome")
    move(request, f"end_{outcome}")
    request.outcome_note = note.strip()
    with pghistory.context(user=by.pk):
        request.save()
    helped = outcome in {"helped", "helped_in_part"}
    sponsor = request.sponsor
    _leave(request, Proposal.State.ENDED if helped else Proposal.State.RELEASED)
    notifications.ended(request, sponsor)
    return request


@transaction.atomic
def withdraw(request: HelpRequest, *, by: Any) -> HelpRequest:
    """The asker no longer needs it; a sponsor who reads it then is told so."""
    request = locked(request)
    if request.state == HelpRequest.State.WITHDRAWN:
        return request
    move(request, "withdraw")
    with pghistory.context(user=by.pk):
        request.save()
    sponsor = request.sponsor
    _leave(request, Proposal.State.RELEASED)
    request.proposals.filter(state=Proposal.State.PROPOSED).delete()
    notifications.ended(request, sponsor)
    return request


# --- the job ------------------------------------------------------------------------------
def pass_on_silent() -> int:
    """Requests whose sponsor did not answer in time, or can no longer (on leave, agreement
    ended, out of the directory), go to the next; returns how many."""
    today = timezone.localdate()
    put = HelpRequest.objects.filter(state=HelpRequest.State.WAITING, sponsor__isnull=False)
    present = Sponsor.objects.present(today).values("pk")
    due = put.filter(due_on__lt=today) | put.exclude(sponsor__in=present)
    return sum(_pass_on_if_silent(pk, today) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _pass_on_if_silent(pk: int, today: dt.date) -> bool:
    request = HelpRequest.objects.select_for_update().get(pk=pk)
    if request.state != HelpRequest.State.WAITING or request.sponsor is None:
        return False
    if request.due_on is None:
        return False
    present = Sponsor.objects.present(today).filter(pk=request.sponsor.pk).exists()
    if present and request.due_on >= today:
        return False
    _pass_on(request, Proposal.State.SILENT if present else Proposal.State.ABSENT)
    return True


def remind_late_advice() -> int:
    """Once to the sponsor whose advice is late; coordinators see the delay."""
    late = HelpRequest.objects.filter(
        state=HelpRequest.State.TAKEN_UP, due_on__lt=timezone.localdate(), late_notice_on=None
    )
    count = 0
    for pk in late.values_list("pk", flat=True):
        with transaction.atomic():
            request = HelpRequest.objects.select_for_update().get(pk=pk)
            if request.state == HelpRequest.State.TAKEN_UP and request.late_notice_on is None:
                request.late_notice_on = timezone.localdate()
                request.save(update_fields=["late_notice_on"])
                notifications.late(request)
                count += 1
    return count


def look_again_for_all() -> int:
    """A sponsor came back, or was freed: requests put to nobody are proposed again."""
    found = 0
    for pk in HelpRequest.objects.without_sponsor().values_list("pk", flat=True):
        with transaction.atomic():
            request = HelpRequest.objects.select_for_update().get(pk=pk)
            if request.state == HelpRequest.State.WAITING and request.sponsor_id is None:
                if not candidates(request):
                    continue
                find_sponsors(request)
                found += request.sponsor_id is not None
    return found
