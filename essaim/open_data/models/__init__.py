from .counters import RequestCounter
from .dumps import Dump
from .tokens import SCOPES, ApiToken, ApiTokenQuerySet, Scope
from .webhooks import HIDDEN, Delivery, Event, Kind, Subscription

__all__ = [
    "HIDDEN",
    "SCOPES",
    "ApiToken",
    "ApiTokenQuerySet",
    "Delivery",
    "Dump",
    "Event",
    "Kind",
    "RequestCounter",
    "Scope",
    "Subscription",
]
