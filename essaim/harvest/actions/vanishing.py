"""What is no longer at the source: missing, then withdrawn after the delay of the source."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from essaim.harvest import proposing
from essaim.harvest.models import Item, Run, Source
from essaim.initiatives.actions.publication import archive_card
from essaim.initiatives.models import Initiative, Publication
from essaim.people.actions.organisations import one_at_a_time

SHOWN = 10


def settle(run: Run) -> None:
    """After a passage read to its end. More vanishing at once than is believed
    (``settings.HARVEST``) marks nothing, unless a person accepted it."""
    source = run.source
    if not source.is_complete:
        return
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
        if not run.is_running:
            return
        gone = Item.objects.vanished(run).filter(state=Item.State.PRESENT)
        count = 0 if run.not_modified else gone.count()
        if is_doubted(source, count) and not run.accepts_vanishing:
            run.doubted, run.missing = True, count
            run.gone = list(gone.order_by("title").values_list("title", flat=True)[:SHOWN])
            run.save()
            return
        if count:
            gone.update(state=Item.State.MISSING, missing_since=timezone.now())
        missing = Item.objects.filter(source=source, state=Item.State.MISSING)
        run.missing = missing.count()
        run.gone = list(missing.order_by("title").values_list("title", flat=True)[:SHOWN])
        run.save()
    _withdraw_due(run, source)


def is_doubted(source: Source, count: int) -> bool:
    """Whether so many cards of the source, gone at once, look like a failure of the partner."""
    known = Item.objects.filter(source=source, state=Item.State.PRESENT).count()
    limits = settings.HARVEST
    return bool(count > limits["vanish_least"] and count * 100 > known * limits["vanish_percent"])


def _withdraw_due(run: Run, source: Source) -> None:
    for pk in list(Item.objects.due(source).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            one_at_a_time()  # merging two cards takes the cards, then their items
            item = Item.objects.select_for_update().get(pk=pk)
            if item.state == Item.State.MISSING:
                _withdraw(item, source)
                locked = Run.objects.select_for_update().get(pk=run.pk)
                locked.withdrawn += 1
                locked.missing = max(0, locked.missing - 1)
                locked.touched_at = timezone.now()
                locked.save()


def _withdraw(item: Item, source: Source) -> None:
    """The card leaves the bank, unless people here took it up or another source still gives it: then
    it stays, and its page says that its source no longer does."""
    item.state, item.withdrawn_at = Item.State.WITHDRAWN, timezone.now()
    card = proposing.cards_of([item]).get(item.card_id or 0)
    if card is not None and _is_only_theirs(item, card):
        archive_card(card, by=source.manager)
        item.archived_here = True
    item.save(update_fields=["state", "withdrawn_at", "archived_here"])


def _is_only_theirs(item: Item, card: Initiative) -> bool:
    if card.publication == Publication.ARCHIVED or card.author_id is not None:
        return False
    others = Item.objects.filter(card=card).exclude(pk=item.pk).exclude(state="withdrawn")
    return not others.exists() and not proposing.changed_here(item, card)
