"""Two organisations become one: what names both names the one that is kept, once."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from essaim.initiatives import carried
from essaim.peers.models import Conflict, Declaration, Item, PeerProfile
from essaim.people.models import Organisation
from essaim.people.signals import organisations_merged


def on_organisations_merged(
    sender: Any, kept: Organisation, other: Organisation, by: Any, **kwargs: Any
) -> None:
    links = Declaration.objects.filter(user=OuterRef("user"), organisation=kept)
    Declaration.objects.filter(Exists(links), organisation=other).delete()
    conflicts = Conflict.objects.filter(
        item=OuterRef("item"), side=OuterRef("side"), organisation=kept
    )
    Conflict.objects.filter(Exists(conflicts), organisation=other).delete()
    named = Item.organisations.through.objects
    both = named.filter(organisation=kept).values("item")
    named.filter(organisation=other, item__in=both).delete()


def register() -> None:
    practices = PeerProfile.practices.through
    carried.register(carried.Column(practices, "initiative", once="peerprofile"))
    organisations_merged.connect(on_organisations_merged, dispatch_uid="peers.merged")
