"""Where a pool stands, what comes next, by whom; and the acts a person may do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import rules
from .models import DUE, Option, OptionState, Pool, State

ORDER = [
    State.FORMING, State.OPEN, State.PILOTING, State.REVIEWING, State.ACTIVATING, State.CLOSED
]  # fmt: skip


@dataclass(frozen=True)
class Next:
    number: int  # of the step, from 1; 0 for a pool abandoned
    last: int
    title: Any
    following: Any
    what: Any = ""
    who: Any = ""
    due: Any = None


@dataclass(frozen=True)
class Act:
    label: Any
    address: str
    post: bool = False
    primary: bool = False


def may_move(pool: Pool, *, missing: list[str], votes: Any, options: list[Option]) -> bool:
    """Whether the lead acts next: nothing is missing any more for the pilot to start, every member
    gave its opinion, or every option has its end, or its time is over, as ``close_pool`` asks.
    ``votes``: as ``reviews.count`` gives them; None for who may not follow them. ``options``:
    those that this reader sees; others wait too, to be countersigned."""
    if pool.state == State.OPEN:
        return not missing
    if pool.state == State.REVIEWING:
        return votes is not None and bool(votes.is_full)
    if pool.state != State.ACTIVATING or pool.is_late:
        return pool.state == State.ACTIVATING
    waiting = {OptionState.PREPARED, OptionState.PLEDGED}
    if any(each.state in waiting for each in options):
        return False
    return not pool.options.filter(state=OptionState.PREPARED).exists()


def next_step(pool: Pool, *, may_move: bool = False, judged: bool = False) -> Next:
    """``may_move``: as above. ``judged``: the finding of this period is published; still under
    review, it was negative."""
    if pool.state == State.ABANDONED:
        return Next(0, len(ORDER), pool.get_state_display(), "")
    number = ORDER.index(State(pool.state)) + 1
    following = ORDER[number].label if number < len(ORDER) else ""
    lead, holder = _("le chef de file"), _("le porteur")
    told = {
        State.FORMING: (_("ouvrir aux options"), lead, None)
        if pool.holder_agreed_at
        else (_("donner son accord"), holder, None),
        State.OPEN: (_("commencer le pilote"), lead, pool.pledges_until)
        if may_move
        else (_("prendre une option"), _("chaque financeur"), pool.pledges_until),
        State.PILOTING: (
            _("donner des nouvelles du pilote"), _("qui mène le pilote"), pool.next_report_on
        ),
        State.REVIEWING: (_("décider une nouvelle période, ou abandonner"), lead, None)
        if judged
        else (_("publier le constat"), lead, pool.vote_until)
        if may_move
        else (_("donner son avis sur le pilote"), _("chaque membre"), pool.vote_until),
        State.ACTIVATING: (_("clore, ou reporter la date limite"), lead, None)
        if may_move and pool.is_late
        else (_("clore, ou laisser d’autres territoires prendre une option"), lead, None)
        if may_move
        else (_("confirmer ou décliner son option"), _("chaque membre"), pool.confirm_until),
        State.CLOSED: ("", "", None),
    }[State(pool.state)]  # fmt: skip
    return Next(number, len(ORDER), pool.get_state_display(), following, *told)


def acts_of(user: Any, pool: Pool, *, judged: bool = False) -> list[Act]:
    """What this person may do on the pool now; buttons of its page. ``judged``: as above."""
    if not user.is_authenticated:
        return []

    def at(name: str) -> str:
        return reverse(f"funding:{name}", args=[pool.slug])

    state, found = State(pool.state), []
    runs, holds = rules.can_run(user, pool), rules.is_of_the_holder(user, pool)
    if state == State.FORMING and holds and pool.holder_agreed_at is None:
        found.append(Act(_("Donner l’accord du porteur"), at("agree"), True, True))
    if state == State.FORMING and runs and pool.holder_agreed_at is not None:
        found.append(Act(_("Ouvrir aux options"), at("open"), True, True))
    if pool.takes_options and rules.is_funder(user):
        found.append(Act(_("Prendre une option"), at("pledge"), primary=True))
    if state == State.PILOTING and rules.can_report(user, pool):
        found.append(Act(_("Écrire un rapport du pilote"), at("report"), primary=True))
    if pool.is_piloted and rules.can_visit(user, pool):
        found.append(Act(_("Noter une visite du pilote"), at("visit")))
    votes = state == State.REVIEWING and not judged
    if votes and rules.can_vote(user, pool) and not pool.is_late:
        found.append(Act(_("Donner l’avis de mon organisation"), at("opinion"), primary=True))
    if votes and rules.can_recuse(user, pool):
        found.append(Act(_("Me retirer du vote"), at("recuse")))
    if runs and state == State.OPEN:
        found.append(Act(_("Commencer le pilote"), at("start_pilot"), True))
    if runs and state == State.PILOTING:
        found.append(Act(_("Passer à l’examen"), at("start_review"), True))
    if runs and votes:
        found.append(Act(_("Publier le constat"), at("publish")))
    if runs and state == State.REVIEWING:
        found.append(Act(_("Décider une nouvelle période"), at("pilot_again"), True))
    if runs and state in DUE and not (judged and state == State.REVIEWING):
        found.append(Act(_("Reporter la date limite"), at("postpone"), primary=pool.is_late))
    if runs and state == State.FORMING:
        found.append(Act(_("Modifier"), at("change")))
    if runs and pool.is_alive:
        found.append(Act(_("Inviter ceux qui nous ressemblent"), at("propose_invitations")))
        found.append(Act(_("Inviter des financeurs"), at("invite")))
        found.append(Act(_("Prévoir une réunion"), at("meeting")))
    if pool.is_alive and (runs or holds):
        found.append(Act(_("Ajouter un document"), at("add_paper")))
    if runs and state == State.ACTIVATING:
        found.append(Act(_("Clore"), at("close")))
    if runs and pool.is_alive:
        found.append(Act(_("Abandonner"), at("abandon")))
    if state == State.ABANDONED and rules.can_tell_lesson(user, pool):
        found.append(Act(_("Proposer la leçon à la fiche"), at("lesson"), True, True))
    return found


def expires_soon(option: Option) -> bool:
    """As its funder is warned."""
    left = (option.expires_on - timezone.localdate()).days
    return 0 <= left <= max(settings.FUNDING["warning_days"])


def acts_of_option(
    user: Any,
    option: Option,
    *,
    has_paid: bool,
    may_commit: bool = False,
    may_free: bool = False,
    stopped: bool = False,
    names: bool = True,
) -> list[Act]:
    """What this person may do here now. ``has_paid``: a payment of it stands in the ledger;
    ``may_commit``: some of what it confirmed is committed by no act;
    ``may_free``: what it confirmed may go back, uncommitted, to its funder; ``stopped``: its site
    is, nothing more is signed for it; ``names``: its adopter may still be named."""

    def at(name: str) -> str:
        return reverse(f"funding:{name}", args=[option.pool.slug, option.pk])

    found: list[Act] = []
    if not rules.is_funder_of(user, option):
        return found
    pool_state, state = State(option.pool.state), OptionState(option.state)
    in_time = pool_state == State.ACTIVATING and not option.pool.is_late
    may_confirm = (in_time or (option.is_pilot and pool_state == State.OPEN)) and not stopped
    signs = option.waits_for_second_signature and option.first_signatory_id != user.pk
    signs = signs and option.expires_on >= timezone.localdate()
    if state == OptionState.PREPARED:
        signs = signs and option.pool.takes_options and not stopped
    elif option.confirming_at is not None:
        signs = signs and may_confirm
    if signs:
        found.append(Act(_("Signer en second"), at("sign"), True, True))
    if state == OptionState.PLEDGED and may_confirm and option.confirming_at is None:
        found.append(Act(_("Confirmer"), at("confirm"), primary=True))
    elif (
        state == OptionState.PLEDGED
        and may_confirm
        and not rules.is_signed_by_another(option, user)
    ):
        found.append(Act(_("Reprendre la confirmation"), at("confirm")))
    if state == OptionState.PLEDGED and pool_state in {
        State.PILOTING, State.REVIEWING, State.ACTIVATING
    }:  # fmt: skip
        found.append(Act(_("Décliner"), at("decline")))
    if state == OptionState.PLEDGED and option.pool.is_alive and option.confirming_at is None:
        found.append(Act(_("Prolonger"), at("prolong"), primary=expires_soon(option)))
    if state in {OptionState.PREPARED, OptionState.PLEDGED} and pool_state == State.OPEN:
        found.append(Act(_("Réduire"), at("reduce")))
        found.append(Act(_("Retirer"), at("withdraw")))
    elif state == OptionState.PREPARED and option.pool.is_alive:
        found.append(Act(_("Retirer"), at("withdraw")))
    if state == OptionState.CONFIRMED:
        if names and option.adopter_id is None:
            found.append(Act(_("Nommer le repreneur"), at("adopter"), primary=True))
        if may_commit:
            found.append(Act(_("Joindre l’acte juridique"), at("act"), primary=True))
        found.append(Act(_("Prévoir un versement"), at("plan")))
        if may_free:
            found.append(Act(_("Libérer ce qui n’est pas engagé"), at("disengage")))
        if has_paid:
            found.append(Act(_("Enregistrer un reversement"), at("recover")))
    elif state == OptionState.PLEDGED and names and option.adopter_id is None:
        found.append(Act(_("Nommer le repreneur"), at("adopter")))
    return found
