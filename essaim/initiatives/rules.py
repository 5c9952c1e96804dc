"""Who may do what with a card (§ 14 of the domain). Whether now is the transition's business."""

from __future__ import annotations

from typing import Any

import rules

from essaim.common.remembered import asked_once, remembered
from essaim.initiatives.models import CoEditor, Initiative, Publication, Refusal
from essaim.people.models import Membership
from essaim.people.rules import can_manage, memberships_of


@rules.predicate
def is_published(user: Any, card: Initiative) -> bool:
    return card.publication == Publication.PUBLISHED


@rules.predicate
def is_author(user: Any, card: Initiative) -> bool:
    """Who wrote it. Once public and carried by an organisation that someone represents, a card is
    that organisation's: its author writes it as one of its members, and no longer after leaving."""
    if not user.is_authenticated or card.author_id != user.pk:
        return False
    if card.publication != Publication.PUBLISHED or card.holder_id is None:
        return True
    if card.holder_id in memberships_of(user):
        return True
    deciding = Membership.objects.filter(organisation=card.holder_id).representing()
    return not remembered(("represented", card.holder_id), deciding.exists)


@rules.predicate
def is_of_the_holder(user: Any, card: Initiative) -> bool:
    return card.holder_id in memberships_of(user)


@rules.predicate
@asked_once
def is_coeditor(user: Any, card: Initiative) -> bool:
    return bool(user.is_authenticated) and CoEditor.objects.filter(user=user, card=card.pk).exists()


@rules.predicate
def represents_the_holder(user: Any, card: Initiative) -> bool:
    held = memberships_of(user).get(card.holder_id) if card.holder_id else None
    return held is not None and held.is_representative


@rules.predicate
def is_signed_in(user: Any, card: Initiative | None = None) -> bool:
    return bool(user.is_authenticated)


@rules.predicate
def is_manager(user: Any, card: Initiative | None = None) -> bool:
    return bool(can_manage(user))


@rules.predicate
def did_not_refuse(user: Any, card: Initiative) -> bool:
    """Nobody judges the appeal against their own refusal."""
    refusal = Refusal.objects.current(card)
    return refusal is None or not refusal.is_by(user)


can_create = is_signed_in
is_of_the_team = is_author | is_of_the_holder | is_coeditor  # who answers for the card
can_edit = is_manager | is_of_the_team  # agrees with Initiative.objects.written_by for the team
can_view = is_published | can_edit  # agrees with Initiative.objects.visible_to
can_submit = can_edit
can_archive = is_author | is_manager | is_of_the_holder  # not for those who only help to write
can_change_holder = can_archive
can_name_coeditors = is_author | is_manager | represents_the_holder
can_leave_coediting = is_coeditor
can_publish = is_manager
can_send_back = is_manager
can_restore = is_manager
can_refuse = is_manager
can_decide_appeal = is_manager & did_not_refuse & ~is_author
can_appeal = is_author | is_of_the_holder
can_restore_revision = can_edit
can_withdraw_text = can_archive  # not co-editors; for personal data only: see the action
can_review = is_manager  # the list of submitted cards
can_import = can_manage  # and take the bank away
can_read_history = is_signed_in & can_view
can_read_contact = is_signed_in
