"""A need from its stating to its end."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

import pghistory
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.personal_data import Found, find_personal_data, mask_personal_data
from essaim.common.states import move
from essaim.common.text import clean
from essaim.common.typography import quoted
from essaim.needs import following
from essaim.needs.actions.ended import release
from essaim.needs.models import SEARCH_LENGTH, TEXT_LENGTH, Need
from essaim.needs.models.need import ANSWER_LENGTH, FOR_WHOM_LENGTH, TRIED_LENGTH, UNIT_LENGTH
from essaim.needs.reading import mask
from essaim.needs.signals import need_saved
from essaim.needs.speaking import left_by
from essaim.people.models import Organisation, User
from essaim.territories.models import Territory
from essaim.themes.models import Theme

_PARAMETER = re.compile(r"^[a-z_]{1,30}$")
# Said by the need itself, or no filter at all.
_NOT_FILTERS = {"q", "territory", "found", "page", "sort", "csrfmiddlewaretoken"}


class PersonalData(DomainError):
    """The texts hold personal data and others would read them; ``found`` says which."""

    def __init__(self, found: Sequence[Found], field: str) -> None:
        self.found = found
        super().__init__(
            _(
                "Votre texte contient des données personnelles (%(found)s). Retirez-les, ou"
                " confirmez plus bas de les garder : elles seront masquées pour tout le monde,"
                " sauf pour vous et les animateurs."
            )
            % {"found": ", ".join(f"{item.label} {quoted(item.text)}" for item in found[:10])},
            field=field,
        )


@dataclass(frozen=True)
class Content:
    """What an author says of a need."""

    text: str
    visibility: str = Need.Visibility.MEMBERS
    territory: Territory | None = None
    theme: Theme | None = None
    organisation: Organisation | None = None
    for_whom: str = ""
    count_min: int | None = None
    count_max: int | None = None
    count_unit: str = ""
    tried: str = ""
    budget_min: Decimal | None = None  # euros
    budget_max: Decimal | None = None
    staff_days: int | None = None  # in a year
    needed_by: dt.date | None = None


# What a person writes in their own words, and the longest of each.
TEXTS = {
    "text": TEXT_LENGTH, "for_whom": FOR_WHOM_LENGTH, "count_unit": UNIT_LENGTH,
    "tried": TRIED_LENGTH,
}  # fmt: skip


@transaction.atomic
def state_need(
    author: User,
    content: Content,
    *,
    submission: uuid.UUID,
    search: str = "",
    found: int | None = None,
    personal_data_accepted: bool = False,
) -> Need:
    """Keep a need. The same form sent twice returns the same need, once written.

    ``search``: query string of the bank it came from; ``found``: how many cards it had found.
    Side effect: followers of its place, theme or organisation are told, where all may read it.
    Raises PersonalData where others would read some and the author has not accepted it, and
    DomainError for what the author may not say (see ``_checked``).
    """
    # One author at a time: the second of two equal requests must see what the first wrote.
    User.objects.select_for_update(no_key=True).get(pk=author.pk)
    content = _checked(content, author, personal_data_accepted)
    before = Need.objects.filter(author=author, submission=submission).first()
    if before is not None:
        if _content(before) == content:
            return before
        # Written anew from the same page, after « back »: another need, not a lost one.
        submission = uuid.uuid4()
    _check_deadline(content, None)
    need = Need.objects.create(
        author=author,
        submission=submission,
        search=filters_only(search),
        found=found,
        others_read=_others_read(content.text),
        **_fields(content),
    )
    following.stated(need)
    need_saved.send(sender=Need, needs=[need.pk])
    return need


@transaction.atomic
def change_need(
    need: Need, content: Content, *, version: int, by: Any = None,
    personal_data_accepted: bool = False,
) -> Need:  # fmt: skip
    """Change what a need says. ``version`` is the one that was being read; ``by``: its author
    unless told. A colleague reads it masked: what they leave as it was shown stays as it was.

    Raises DomainError when the need changed or was withdrawn meanwhile; else as ``state_need``.
    """
    need = _locked(need)
    if need.version != version:
        raise DomainError(
            _(
                "Ce besoin a été modifié ailleurs depuis que vous avez ouvert cette page. Rien"
                " n’a été écrasé : comparez votre texte avec la page du besoin, puis enregistrez."
            )
        )
    by = by or need.author
    if by.pk != need.author_id:
        _refuse_to_take_it(need, content)
    content = _checked(content, by, personal_data_accepted)
    if by.pk != need.author_id:
        content = replace(content, **_left_masked(need, content))
    if _content(need) == content:
        return need
    if not need.is_open:
        raise DomainError(_("Ce besoin est résolu : rouvrez-le pour le modifier."))
    _check_deadline(content, need.needed_by)
    for name, value in _fields(content).items():
        setattr(need, name, value)
    need.others_read = _others_read(content.text)
    need.version += 1
    with pghistory.context(user=by.pk, action="change_need"):
        need.save(update_fields=[*_fields(content), "others_read", "version", "updated_at"])
    need_saved.send(sender=Need, needs=[need.pk])
    return need


def _refuse_to_take_it(need: Need, content: Content) -> None:
    """A colleague keeps it the organisation's, for its author and for its members."""
    if content.organisation != need.organisation:
        raise DomainError(
            _("Ce besoin est celui de votre organisation : seul son auteur change au nom de qui."),
            field="organisation",
        )
    if content.visibility == Need.Visibility.PRIVATE:
        raise DomainError(
            _("Ce besoin est celui de votre organisation : ses membres doivent pouvoir le lire."),
            field="visibility",
        )


def _left_masked(need: Need, content: Content) -> dict[str, Any]:
    """Texts that come back as ``reading.mask`` shows them."""
    return {
        name: getattr(need, name)
        for name in TEXTS
        if getattr(content, name) != getattr(need, name)
        and getattr(content, name) == mask(getattr(need, name))
    }


@transaction.atomic
def answer_need(need: Need, *, by: Any, how: str = "") -> Need:
    """It is met: by what, in the author's words. Said again, it stays as it was said first."""
    need = _locked(need)
    how = clean(how)
    if len(how) > ANSWER_LENGTH:
        raise DomainError(
            _("Le texte dépasse %(limit)s caractères.") % {"limit": ANSWER_LENGTH}, field="answer"
        )
    if need.state == Need.State.ANSWERED:
        return need
    _refuse_nir({"answer": how})
    with pghistory.context(user=by.pk, action="answer_need"):
        move(need, "close")
        need.answer = how
        need.save(update_fields=["state", "closed_on", "answer", "updated_at"])
        release(need)
    need_saved.send(sender=Need, needs=[need.pk])
    return need


@transaction.atomic
def reopen_need(need: Need, *, by: Any) -> Need:
    """It was not met after all. Opening an open need changes nothing."""
    need = _locked(need)
    if need.is_open:
        return need
    with pghistory.context(user=by.pk, action="reopen_need"):
        move(need, "reopen")
        need.save(update_fields=["state", "closed_on", "answer", "updated_at"])
    need_saved.send(sender=Need, needs=[need.pk])
    return need


@transaction.atomic
def withdraw_need(need: Need) -> None:
    """Erase what a need says, for everyone; withdrawing it twice does nothing more.

    Its row stays, so that whoever was reading it is told that it was withdrawn.
    """
    found = Need.objects.select_for_update().filter(pk=need.pk).first()
    if found is None or found.state == Need.State.WITHDRAWN:
        return
    release(found)
    found.withdraw()
    found.group = None
    found.save()
    following.withdrawn(found.pk)
    need_saved.send(sender=Need, needs=[found.pk])


@transaction.atomic
def forget_author(author: User) -> None:
    """The author's account goes: what nobody else reads goes with it, the rest stays."""
    private = Need.objects.filter(author=author, visibility=Need.Visibility.PRIVATE)
    private.delete()
    following.without_author(left_by(author))
    Need.objects.filter(author=author).exclude(search="").update(search="")


@transaction.atomic
def erase_withdrawn(days: int) -> int:
    """The rows of needs withdrawn as long ago: nobody reads them any more. Returns how many."""
    limit = timezone.localdate() - dt.timedelta(days=days)
    gone = Need.objects.filter(state=Need.State.WITHDRAWN, closed_on__lt=limit)
    _count, by_model = gone.delete()
    return by_model.get("needs.Need", 0)


def filters_only(query_string: str) -> str:
    """The bank's filters in a query string, without what the need says itself.

    Several themes: the first is the need's own, the others stay filters. Too long, or
    nothing that looks like a filter: empty.
    """
    given = QueryDict(query_string[: 2 * SEARCH_LENGTH])
    kept = QueryDict(mutable=True)
    for name, values in given.lists():
        if name in _NOT_FILTERS or not _PARAMETER.match(name):
            continue
        filled = [value for value in values if value and "\x00" not in value]
        if filters := filled[1:] if name == "theme" else filled:
            kept.setlist(name, filters)
    encoded = kept.urlencode()
    return encoded if len(encoded) <= SEARCH_LENGTH else ""


def _checked(content: Content, author: User, personal_data_accepted: bool) -> Content:
    """The content, trimmed, if this author may state it."""
    texts: dict[str, Any] = {name: clean(getattr(content, name)) for name in TEXTS}
    if not texts["text"]:
        raise DomainError(_("Décrivez le besoin en quelques mots."), field="text")
    for name, limit in TEXTS.items():
        if len(texts[name]) > limit:
            raise DomainError(
                _(
                    "Le texte a %(n)s caractères, %(limit)s au plus : il est encore là, raccourcissez-le."
                )
                % {"n": len(texts[name]), "limit": limit},
                field=name,
            )
    organisation = content.organisation
    if organisation and not organisation.memberships.filter(user=author).exists():
        raise DomainError(_("Vous n’êtes pas membre de cette organisation."), field="organisation")
    if content.visibility == Need.Visibility.ORGANISATION and not organisation:
        raise DomainError(
            _("Choisissez l’organisation qui pourra lire ce besoin."), field="organisation"
        )
    if content.territory is None and organisation is not None:
        # What is stated for an organisation is where it is, on every page and in every count.
        content = replace(content, territory=organisation.territory)
    _check_ranges(content)
    _refuse_nir(texts)
    if content.visibility != Need.Visibility.PRIVATE and not personal_data_accepted:
        _warn(texts)
    return replace(content, **texts)


def _check_ranges(content: Content) -> None:
    for name, message in (
        ("count", _("Le plus petit nombre vient d’abord.")),
        ("budget", _("Le plus petit budget vient d’abord.")),
    ):
        low, high = getattr(content, f"{name}_min"), getattr(content, f"{name}_max")
        if low is not None and high is not None and low > high:
            raise DomainError(message, field=f"{name}_max")


def _check_deadline(content: Content, before: dt.date | None) -> None:
    """One that has passed since may stay; nobody sets one in the past."""
    day = content.needed_by
    if day is not None and day != before and day < timezone.localdate():
        raise DomainError(_("Cette échéance est déjà passée."), field="needed_by")


def _refuse_nir(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        if any(item.kind == "nir" for item in find_personal_data(text)):
            raise DomainError(
                _("Retirez le numéro de sécurité sociale : il n’a pas sa place dans un besoin."),
                field=name,
            )


def _warn(texts: dict[str, str]) -> None:
    """Raises PersonalData where others would read some; a name after a title counts."""
    by_field = {name: find_personal_data(text, names=True) for name, text in texts.items()}
    found = [item for items in by_field.values() for item in items]
    if found:
        raise PersonalData(found, next(name for name, items in by_field.items() if items))


def _fields(content: Content) -> dict[str, Any]:
    return {field.name: getattr(content, field.name) for field in fields(Content)}


def _others_read(text: str) -> str:
    masked = mask_personal_data(text, " ")
    return "" if masked == text else masked


def _content(need: Need) -> Content:
    return Content(**{field.name: getattr(need, field.name) for field in fields(Content)})


def _locked(need: Need) -> Need:
    try:
        # The nullable relations are read later: a row lock cannot cover an outer join.
        return Need.objects.select_for_update().exclude(state=Need.State.WITHDRAWN).get(pk=need.pk)
    except Need.DoesNotExist:
        raise DomainError(
            _("Ce besoin a été retiré. Votre texte est encore dans cette page : copiez-le.")
        ) from None
