"""The only writers of needs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.personal_data import Found, find_personal_data
from essaim.needs import following
from essaim.needs.models import SEARCH_LENGTH, TEXT_LENGTH, Need
from essaim.needs.signals import need_removed, need_saved
from essaim.people.models import Organisation, User
from essaim.territories.models import Territory
from essaim.themes.models import Theme

_PARAMETER = re.compile(r"^[a-z_]{1,30}$")
# Said by the need itself, or no filter at all.
_NOT_FILTERS = {"q", "territory", "found", "page", "sort", "csrfmiddlewaretoken"}


class PersonalData(DomainError):
    """The text holds personal data that others would read; ``found`` says which."""

    def __init__(self, found: Sequence[Found]) -> None:
        self.found = found
        super().__init__(
            _(
                "Votre texte contient des données personnelles (%(found)s). Retirez-les, ou"
                " confirmez plus bas qu’elles peuvent être lues. Seules des personnes connectées"
                " les verront."
            )
            % {"found": ", ".join(f"{item.label} « {item.text} »" for item in found)},
            field="text",
        )


@dataclass(frozen=True)
class Content:
    """What an author says of a need."""

    text: str
    visibility: str = Need.Visibility.MEMBERS
    territory: Territory | None = None
    theme: Theme | None = None
    organisation: Organisation | None = None


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
    need = Need.objects.create(
        author=author,
        submission=submission,
        search=filters_only(search),
        found=found,
        **_fields(content),
    )
    following.stated(need)
    need_saved.send(sender=Need, needs=[need.pk])
    return need


@transaction.atomic
def change_need(
    need: Need, content: Content, *, version: int, personal_data_accepted: bool = False
) -> Need:
    """Change what a need says. ``version`` is the one that the author was reading.

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
    content = _checked(content, need.author, personal_data_accepted)
    if _content(need) == content:
        return need
    for name, value in _fields(content).items():
        setattr(need, name, value)
    need.version += 1
    need.save(update_fields=[*_fields(content), "version", "updated_at"])
    need_saved.send(sender=Need, needs=[need.pk])
    return need


@transaction.atomic
def withdraw_need(need: Need) -> None:
    """Erase a need and its text; withdrawing it twice does nothing more."""
    Need.objects.filter(pk=need.pk).delete()
    following.withdrawn(need.pk)
    need_removed.send(sender=Need, needs=[need.pk])


@transaction.atomic
def forget_author(author: User) -> None:
    """The author's account goes: what nobody else reads goes with it, the rest stays."""
    private = Need.objects.filter(author=author, visibility=Need.Visibility.PRIVATE)
    gone = list(private.values_list("pk", flat=True))
    private.delete()
    need_removed.send(sender=Need, needs=gone)
    Need.objects.filter(author=author).exclude(search="").update(search="")


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
    text = content.text.strip()
    if not text:
        raise DomainError(_("Décrivez le besoin en quelques mots."), field="text")
    if len(text) > TEXT_LENGTH:
        raise DomainError(
            _("Le texte dépasse %(limit)s caractères.") % {"limit": TEXT_LENGTH}, field="text"
        )
    organisation = content.organisation
    if organisation and not organisation.memberships.filter(user=author).exists():
        raise DomainError(_("Vous n’êtes pas membre de cette organisation."), field="organisation")
    if content.visibility == Need.Visibility.ORGANISATION and not organisation:
        raise DomainError(
            _("Choisissez l’organisation qui pourra lire ce besoin."), field="organisation"
        )
    found = find_personal_data(text)
    if any(item.kind == "nir" for item in found):
        raise DomainError(
            _("Retirez le numéro de sécurité sociale : il n’a pas sa place dans un besoin."),
            field="text",
        )
    read_by_others = content.visibility != Need.Visibility.PRIVATE
    if found and read_by_others and not personal_data_accepted:
        raise PersonalData(found)
    return replace(content, text=text)


def _fields(content: Content) -> dict[str, Any]:
    return {field.name: getattr(content, field.name) for field in fields(Content)}


def _content(need: Need) -> Content:
    return Content(**{field.name: getattr(need, field.name) for field in fields(Content)})


def _locked(need: Need) -> Need:
    try:
        # The nullable relations are read later: a row lock cannot cover an outer join.
        return Need.objects.select_for_update().get(pk=need.pk)
    except Need.DoesNotExist:
        raise DomainError(
            _("Ce besoin a été retiré. Votre texte est encore dans cette page : copiez-le.")
        ) from None
