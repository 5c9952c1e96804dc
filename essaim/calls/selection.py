"""Which applications of a call a person who runs it works on: the list, its numbers and its
exports ask the same.

Drafts never submitted are counted and never shown; what this person has a link with is left out
everywhere, and how many is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from essaim.people.models import OrganisationKind
from essaim.territories.models import Containment, Territory
from essaim.themes.models import Theme

from .models import Application, ApplicationState, Call

PERSON = "person"
MOST_WORDS = 10


def submitted(call: Call) -> QuerySet[Application]:
    """Submitted once at least, whatever became of them since."""
    return Application.objects.filter(call=call, last_number__gt=0)


def workable(call: Call, user: Any) -> QuerySet[Application]:
    """Those that this person, who runs the call, may read."""
    linked = Application.objects.linked_to(user).filter(call=call)
    return submitted(call).exclude(pk__in=linked.values("pk"))


def left_out(call: Call, user: Any) -> int:
    linked = Application.objects.linked_to(user).filter(call=call, last_number__gt=0)
    return linked.count()


@dataclass(frozen=True)
class Selection:
    """The filters of the list of applications, as its address says them."""

    states: tuple[str, ...] = ()
    kind: str = ""  # of applicant; « person » for a person
    territory: Territory | None = None
    theme: Theme | None = None
    words: tuple[str, ...] = field(default=())

    def apply(self, found: QuerySet[Application]) -> QuerySet[Application]:
        if self.states:
            found = found.filter(state__in=self.states)
        if self.kind == PERSON:
            found = found.filter(by_person=True)
        elif self.kind:
            found = found.filter(organisation__kind=self.kind)
        if self.territory:
            inside = Containment.objects.filter(ancestor=self.territory).values("descendant")
            found = found.filter(territory__in=inside)
        if self.theme:
            found = found.filter(Q(initiative__themes=self.theme) | Q(adopts__themes=self.theme))
        for word in self.words:
            known = Q(title__unaccent__icontains=word) | Q(
                organisation__name__unaccent__icontains=word
            )
            if word.isdecimal() and len(word) < 9:
                known |= Q(number=int(word))
            found = found.filter(known)
        return found.distinct() if self.theme else found


def read_selection(query: QueryDict) -> Selection:
    """What could be understood of an address; the rest is no filter."""
    place, theme = (query.get(name, "").replace("\0", "") for name in ("territory", "theme"))
    kind = query.get("applicant", "")
    return Selection(
        states=tuple(each for each in query.getlist("state") if each in ApplicationState.values),
        kind=kind if kind == PERSON or kind in OrganisationKind.values else "",
        territory=Territory.objects.by_code(place).first() if place else None,
        theme=Theme.objects.filter(slug=theme).first() if theme else None,
        words=tuple(query.get("q", "").replace("\0", "").split()[:MOST_WORDS]),
    )
