"""Third places, and the address of one's own calendar."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.states import move
from essaim.common.text import clean, one_line
from essaim.events import notifications
from essaim.events.models import PersonalFeed, ThirdPlace
from essaim.people.models import User
from essaim.people.rules import can_manage, is_representative

PLAIN = ("name", "summary", "services", "organisation", "territory", "address", "website")


def _fill(place: ThirdPlace, given: dict[str, Any], by: User) -> None:
    organisation = given.get("organisation")
    if (
        organisation is not None
        and organisation.pk != place.organisation_id
        and not (can_manage(by) or is_representative(by, organisation))
    ):
        raise DomainError(_("Vous ne représentez pas cette organisation."), field="organisation")
    for name in PLAIN:
        if name in given:
            value = given[name]
            setattr(place, name, clean(value) if isinstance(value, str) else value)
    place.name = one_line(place.name)


@transaction.atomic
def propose_place(*, by: User, submission: uuid.UUID | None = None, **given: Any) -> ThirdPlace:
    """A manager's is published at once. The same form twice makes one."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    known = made_by_form(ThirdPlace.objects, submission, created_by=by)
    if known is not None:
        return known
    since = timezone.now() - dt.timedelta(days=1)
    made = ThirdPlace.objects.filter(created_by=by, created_at__gte=since).count()
    if not can_manage(by) and made >= settings.EVENTS["places_per_day"]:
        raise DomainError(_("Vous avez proposé beaucoup de lieux aujourd’hui : revenez demain."))
    with pghistory.context(user=by.pk, action="propose_place"):
        place = ThirdPlace(created_by=by, submission=submission or uuid.uuid4())
        _fill(place, given, by)
        base = slugify(place.name)[:80].strip("-") or "lieu"
        taken = set(ThirdPlace.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        number, slug = 2, base
        while slug in taken | {"nouveau", "export"}:
            slug, number = f"{base}-{number}", number + 1
        place.slug = slug
        if can_manage(by):
            place.publish()
        place.save(force_insert=True)
        place.themes.set(given.get("themes", []))
    return place


@transaction.atomic
def change_place(place: ThirdPlace, *, by: User, **given: Any) -> ThirdPlace:
    row = ThirdPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    with pghistory.context(user=by.pk, action="change_place"):
        _fill(row, given, by)
        row.save()
        if "themes" in given:
            row.themes.set(given["themes"])
    return row


@transaction.atomic
def publish_place(place: ThirdPlace, *, by: User) -> ThirdPlace:
    row = ThirdPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if row.state != ThirdPlace.State.PUBLISHED:
        with pghistory.context(user=by.pk, action="publish_place"):
            move(row, "publish")
            row.save(update_fields=["state"])
        notifications.place_published(row, by=by)
    return row


@transaction.atomic
def close_place(place: ThirdPlace, *, by: User) -> ThirdPlace:
    row = ThirdPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if row.state != ThirdPlace.State.CLOSED:
        with pghistory.context(user=by.pk, action="close_place"):
            move(row, "close")
            row.save(update_fields=["state"])
    return row


@transaction.atomic
def make_feed(user: User) -> PersonalFeed:
    """A new address each time: the former one opens nothing any more."""
    feed, made = PersonalFeed.objects.select_for_update().get_or_create(user=user)
    if not made:
        feed.key = uuid.uuid4()
        feed.save()
    return feed
