"""What happens below, heard inside the transaction in which it happens."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django_fsm.signals import post_transition

from essaim.calls.models import Call
from essaim.calls.signals import call_opened, results_published
from essaim.funding.models import Finding
from essaim.initiatives.models import Initiative
from essaim.initiatives.signals import card_published
from essaim.open_data.happenings import happened, register_known
from essaim.open_data.models import Kind
from essaim.replications.models import Replication, State

_OF_REPLICATIONS = {
    State.COMMITTED.value: Kind.REPLICATION_BEGUN,
    State.STOPPED.value: Kind.REPLICATION_STOPPED,
}


def connect() -> None:
    register_known()
    card_published.connect(on_cards, sender=Initiative, dispatch_uid="open_data.cards")
    call_opened.connect(on_call_opened, sender=Call, dispatch_uid="open_data.calls")
    results_published.connect(on_results, sender=Call, dispatch_uid="open_data.results")
    post_save.connect(on_finding, sender=Finding, dispatch_uid="open_data.findings")
    post_transition.connect(
        on_replication, sender=Replication, dispatch_uid="open_data.replications"
    )


def on_call_opened(sender: Any, call: Call, **kwargs: Any) -> None:
    happened(Kind.CALL_OPENED, [call.pk])


def on_results(sender: Any, call: Call, **kwargs: Any) -> None:
    happened(Kind.CALL_RESULTS, [call.pk])


def on_cards(sender: Any, initiatives: list[int], **kwargs: Any) -> None:
    happened(Kind.CARD_PUBLISHED, initiatives)


def on_finding(sender: Any, instance: Finding, created: bool, **kwargs: Any) -> None:
    if created:
        happened(Kind.FINDING_PUBLISHED, [instance.pk])


def on_replication(sender: Any, instance: Replication, target: str, **kwargs: Any) -> None:
    """An intention that is given up was never public: nobody is told of its end."""
    kind = _OF_REPLICATIONS.get(str(target))
    if kind is None or instance.pk is None:
        return
    if kind == Kind.REPLICATION_STOPPED and instance.committed_on is None:
        return
    happened(kind, [instance.pk])
