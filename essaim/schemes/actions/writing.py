"""The only writers of schemes and of their windows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import fold
from essaim.people.models import Organisation, User
from essaim.schemes import following, notifications, rules
from essaim.schemes.interchange import Record
from essaim.schemes.models import Publication, Scheme, Window
from essaim.schemes.signals import scheme_saved
from essaim.schemes.slugs import free_slugs
from essaim.territories.models import Territory
from essaim.themes.models import Theme

MOST_WINDOWS = 100


@dataclass(frozen=True)
class Content:
    """What people write of a scheme."""

    title: str
    funders: Sequence[str] = ()
    track: str = ""
    stages: Sequence[str] = ()
    helps: Sequence[str] = ()
    points: Sequence[str] = ()
    applicants: Sequence[str] = ()
    description: str = ""
    amount: str = ""
    recurrence: str = ""
    contact: str = ""
    url: str = ""
    source_name: str = ""
    source_url: str = ""
    licence: str = ""
    as_of: str = ""
    ended_on: dt.date | None = None
    owner: Organisation | None = None
    themes: Sequence[Theme] = field(default_factory=list)
    territories: Sequence[Territory] = field(default_factory=list)


_LISTS = ("themes", "territories")


@transaction.atomic
def add_scheme(content: Content, *, by: User, submission: uuid.UUID) -> Scheme:
    """Put a scheme in the directory: at once for a manager, else once a manager has accepted it
    (``reviewing``). The same form sent twice adds one.

    Side effect: once it is there, followers of its owner, themes and places are told of it.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    external_id = f"essaim:{submission}"
    known = Scheme.objects.filter(external_id=external_id, author=by).first()
    if known is not None:
        return known
    if Scheme.objects.filter(external_id=external_id).exists():
        raise DomainError(_("Ce formulaire a déjà servi : rechargez la page."))
    content = _checked(content, by, None)
    at_once = rules.can_review(by)
    if not at_once:
        _check_rate(by)
    scheme = Scheme(
        external_id=external_id,
        slug=free_slugs([content.title])[0],
        author=by,
        publication=Publication.PUBLISHED if at_once else Publication.PROPOSED,
    )
    _apply(scheme, content)
    scheme.checked_on = timezone.localdate().isoformat()
    scheme.save()
    _set_lists(scheme, content)
    scheme_saved.send(sender=Scheme, schemes=[scheme.pk])
    if at_once:
        following.added(scheme, by=by)
    else:
        notifications.scheme_proposed(scheme)
    return scheme


def _check_rate(user: User) -> None:
    """Raises DomainError above SCHEME_PROPOSALS_PER_DAY; call with the person's row locked."""
    limit: int = settings.SCHEME_PROPOSALS_PER_DAY
    since = timezone.now() - dt.timedelta(days=1)
    if Scheme.objects.filter(author=user, created_at__gt=since).count() >= limit:
        raise DomainError(
            _(
                "Vous avez déjà proposé %(n)s dispositifs depuis hier. Votre texte est resté dans"
                " la page : envoyez-le demain, ou confiez un fichier à un animateur, qui l’importera."
            )
            % {"n": limit}
        )


@transaction.atomic
def change_scheme(scheme: Scheme, content: Content, *, version: int, by: User) -> Scheme:
    """Write a scheme anew; who does has checked it. ``version`` is the one the author was reading.

    Raises DomainError when it changed meanwhile. One that was sent back to its author is proposed
    again.
    """
    scheme = _locked(scheme)
    if scheme.version != version:
        raise DomainError(
            _(
                "Ce dispositif a été modifié ailleurs depuis que vous avez ouvert cette page. Rien"
                " n’a été écrasé : comparez votre texte avec la page, puis enregistrez."
            )
        )
    content = _checked(content, by, scheme)
    _apply(scheme, content)
    scheme.checked_on = timezone.localdate().isoformat()
    scheme.version += 1
    again = scheme.publication == Publication.RETURNED and not rules.can_review(by)
    if again:
        scheme.propose_again()
    scheme.save()
    _set_lists(scheme, content)
    scheme_saved.send(sender=Scheme, schemes=[scheme.pk])
    if again:
        notifications.scheme_proposed(scheme)
    elif scheme.is_published:
        following.changed(scheme, by=by)
    return scheme


@transaction.atomic
def mark_checked(scheme: Scheme) -> None:
    """Nothing to change: what the page says is still right today."""
    scheme = _locked(scheme)
    scheme.checked_on = timezone.localdate().isoformat()
    scheme.save(update_fields=["checked_on", "updated_at"])


@transaction.atomic
def add_window(
    scheme: Scheme,
    *,
    opens_on: dt.date | None,
    closes_on: dt.date | None,
    label: str = "",
    by: User | None = None,
) -> Window:
    """One more period to apply. Added twice, it is there once. Side effect: followers are told,
    unless it is over already."""
    scheme = _locked(scheme)
    if scheme.windows.count() >= MOST_WINDOWS:
        raise DomainError(
            _("Ce dispositif a déjà %(n)s périodes : retirez les anciennes.") % {"n": MOST_WINDOWS}
        )
    found = {"label": label.strip(), "opens_on": opens_on, "closes_on": closes_on}
    known = scheme.windows.filter(**found).first()
    if known is not None:
        return known
    window = Window(scheme=scheme, **found)
    try:
        window.full_clean(exclude=["scheme"])
    except ValidationError as error:
        raise DomainError(error.messages[0]) from None
    window.save()
    if scheme.is_published and not window.is_over(timezone.localdate()):
        following.opened([scheme.pk], by=by)
    return window


@transaction.atomic
def remove_window(window: Window) -> None:
    Window.objects.filter(pk=window.pk).delete()


@transaction.atomic
def write_records(records: Sequence[Record], *, by: User | None) -> tuple[int, int, int]:
    """Create or bring up to date what a file says; returns (created, changed, unchanged).

    Idempotent. Entries of the same identifier that someone has written here since keep their
    owner; those that a manager removed stay so. New ones are in the directory at once: only
    managers import. Side effects: followers are told of new entries and of new windows.
    """
    wanted = {record.external_id: record for record in records}
    locked = Scheme.objects.select_for_update().order_by("pk")
    known = {row.external_id: row for row in locked.filter(external_id__in=wanted)}
    new = [record for key, record in wanted.items() if key not in known]
    slugs = dict(
        zip(
            (record.external_id for record in new),
            free_slugs([record.columns["title"] for record in new]),
            strict=True,
        )
    )
    created, changed, opened = [], [], []
    for key, record in wanted.items():
        scheme = known.get(key)
        if scheme is None:
            scheme = Scheme(external_id=key, slug=slugs[key], author=by)
            created.append(scheme)
            _take(scheme, record)
            scheme.save()
            _set_record_lists(scheme, record)
            _take_windows(scheme, record)
            continue
        touched = _differs(scheme, record)
        if touched:
            _take(scheme, record)
            scheme.version += 1
            scheme.save()
        touched |= _set_record_lists(scheme, record)
        news = _take_windows(scheme, record)
        if news and scheme.is_published:
            opened.append(scheme.pk)
        if touched or news:
            changed.append(scheme)
    pks = [scheme.pk for scheme in [*created, *changed]]
    if pks:
        scheme_saved.send(sender=Scheme, schemes=pks)
    following.opened(opened, by=by)
    return len(created), len(changed), len(records) - len(created) - len(changed)


def differing(records: Sequence[Record]) -> tuple[int, int]:
    """How many of these a write would create, and how many it would change by their columns."""
    wanted = {record.external_id: record for record in records}
    known = {row.external_id: row for row in Scheme.objects.filter(external_id__in=wanted)}
    changed = sum(_differs(known[key], wanted[key]) for key in known)
    return len(wanted) - len(known), changed


def _take(scheme: Scheme, record: Record) -> None:
    for name, value in record.columns.items():
        setattr(scheme, name, value)
    scheme.sort_title = fold(scheme.title)[:300]


def _differs(scheme: Scheme, record: Record) -> bool:
    return any(getattr(scheme, name) != value for name, value in record.columns.items())


def _set_record_lists(scheme: Scheme, record: Record) -> bool:
    """True: one of them changed."""
    touched = False
    for name in _LISTS:
        wanted, current = getattr(record, name), getattr(scheme, name)
        if wanted is None:
            continue
        if {row.pk for row in wanted} != set(current.values_list("pk", flat=True)):
            current.set(wanted)
            touched = True
    return touched


def _take_windows(scheme: Scheme, record: Record) -> bool:
    """The file's windows are added; those of before stay, as history. True: one is not over."""
    today, news = timezone.localdate(), False
    for label, opens, closes in record.windows or []:
        window, is_new = Window.objects.get_or_create(
            scheme=scheme, label=label, opens_on=opens, closes_on=closes
        )
        news |= is_new and not window.is_over(today)
    return news


def _checked(content: Content, by: User, scheme: Scheme | None) -> Content:
    if not content.title.strip():
        raise DomainError(_("Donnez un intitulé au dispositif."), field="title")
    owner = content.owner
    unchanged = scheme is not None and owner is not None and scheme.owner_id == owner.pk
    if not rules.is_manager(by) and not unchanged:
        if owner is None:
            raise DomainError(
                _("Choisissez l’organisation qui tiendra cette page à jour."), field="owner"
            )
        if not owner.memberships.filter(user=by).exists():
            raise DomainError(_("Vous n’êtes pas membre de cette organisation."), field="owner")
    return content


def _apply(scheme: Scheme, content: Content) -> None:
    for item in fields(Content):
        if item.name not in _LISTS:
            value = getattr(content, item.name)
            setattr(scheme, item.name, list(value) if isinstance(value, tuple) else value)
    scheme.title = " ".join(scheme.title.split())
    scheme.sort_title = fold(scheme.title)[:300]


def _set_lists(scheme: Scheme, content: Content) -> None:
    for name in _LISTS:
        getattr(scheme, name).set(getattr(content, name))


def _locked(scheme: Scheme) -> Scheme:
    return Scheme.objects.select_for_update().get(pk=scheme.pk)
