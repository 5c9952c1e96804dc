"""Which applications of a call a person who runs it works on: the list, its numbers and its
exports ask the same.

Drafts never submitted are counted and never shown; what this person has a link with is left out
everywhere, and how many is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from essaim.common.remembered import remembered
from essaim.initiatives.models import Initiative
from essaim.people.models import OrganisationKind
from essaim.territories.forms import TerritoryField
from essaim.territories.models import Containment, Territory
from essaim.themes.models import Theme

from .models import Appeal, Application, ApplicationState, Call, Completion
from .next_steps import Todo

PERSON = "person"
MOST_WORDS = 10
# Names of the filters, as addresses say them.
NAMES = ("state", "a_faire", "applicant", "territory", "theme", "q")

ENDED = Exists(Completion.objects.filter(application=OuterRef("pk"), closed_at__isnull=False))
_APPEALS = Appeal.objects.open().filter(application=OuterRef("pk"))
APPEALED = Exists(_APPEALS)
APPEAL_DUE = Subquery(_APPEALS.values("answer_by")[:1])
WAITING_FOR = {
    Todo.ELIGIBILITY: Q(state="submitted"),
    Todo.UNANSWERED: Q(state="submitted") & Q(ENDED),
    Todo.APPEAL: Q(APPEALED),
    Todo.APPLICANT: Q(state="to_complete"),
}


def submitted(call: Call) -> QuerySet[Application]:
    """Submitted once at least, whatever became of them since."""
    return Application.objects.filter(call=call, last_number__gt=0)


def linked_in(call: Call, user: Any) -> dict[int, int]:
    """Those of the call that this person has a link with: {key: last version submitted}. Asked once
    while a page is read, and given by their keys to each query of it: to look for links in all
    applications is what such a page would spend most on."""

    def ask() -> dict[int, int]:
        linked = Application.objects.linked_to(user).filter(call=call)
        return dict(linked.values_list("pk", "last_number"))

    return remembered(("calls.linked_in", user.pk, call.pk), ask)


def workable(call: Call, user: Any) -> QuerySet[Application]:
    """Those that this person, who runs the call, may read. Agrees with ``instructed_by``."""
    return submitted(call).exclude(pk__in=list(linked_in(call, user)))


def left_out(call: Call, user: Any) -> int:
    return sum(last > 0 for last in linked_in(call, user).values())


@dataclass(frozen=True)
class Selection:
    """The filters of the list of applications, as its address says them."""

    states: tuple[str, ...] = ()
    kind: str = ""  # of applicant; « person » for a person
    territory: Territory | None = None
    theme: Theme | None = None
    words: tuple[str, ...] = field(default=())
    todo: str = ""  # what is to be done next: a value of ``Todo``

    def apply(self, found: QuerySet[Application]) -> QuerySet[Application]:
        if self.states:
            found = found.filter(state__in=self.states)
        if self.todo:
            found = found.filter(WAITING_FOR[Todo(self.todo)])
        if self.kind == PERSON:
            found = found.filter(by_person=True)
        elif self.kind:
            found = found.filter(organisation__kind=self.kind)
        if self.territory:
            inside = Containment.objects.filter(ancestor=self.territory).values("descendant")
            found = found.filter(territory__in=inside)
        if self.theme:
            cards = Initiative.themes.through.objects.filter(theme=self.theme).values("initiative")
            found = found.filter(Q(initiative__in=cards) | Q(adopts__in=cards))
        for word in self.words:
            # A number is a whole one: 2 is not found in 12.
            how, said = "unaccent__icontains", word
            if whole := word.isdecimal() and len(word) < 9:
                how, said = "iregex", rf"\m{int(word)}\M"
            known = Q(**{f"title__{how}": said}) | Q(**{f"organisation__name__{how}": said})
            found = found.filter(known | Q(number=int(word)) if whole else known)
        return found

    def said(self) -> list[tuple[str, str]]:
        """(name of the filter, its words), for those that hold."""
        kinds = {PERSON: _("une personne"), **dict(OrganisationKind.choices)}
        told = [
            ("state", ", ".join(str(ApplicationState(each).label) for each in self.states)),
            ("a_faire", str(Todo(self.todo).label) if self.todo else ""),
            ("applicant", str(kinds[self.kind]) if self.kind else ""),
            ("territory", self.territory.label if self.territory else ""),
            ("theme", self.theme.name if self.theme else ""),
            ("q", " ".join(self.words)),
        ]
        return [(name, words) for name, words in told if words]


def read_selection(query: QueryDict) -> Selection:
    """What could be understood of an address; the rest is no filter."""
    theme = query.get("theme", "").replace("\0", "")
    kind, todo = query.get("applicant", ""), query.get("a_faire", "")
    return Selection(
        states=tuple(each for each in query.getlist("state") if each in ApplicationState.values),
        kind=kind if kind == PERSON or kind in OrganisationKind.values else "",
        territory=_place(query.get("territory", "").replace("\0", "")[:200]),
        theme=Theme.objects.filter(slug=theme).first() if theme else None,
        words=tuple(query.get("q", "").replace("\0", "")[:200].split()[:MOST_WORDS]),
        todo=todo if todo in Todo.values else "",
    )


def _place(said: str) -> Territory | None:
    """By its address (« department:38 »), its code or its name; none where several bear it."""
    if not said.strip():
        return None
    try:
        found: Territory | None = TerritoryField(required=False).clean(said)
    except ValidationError:
        return None
    return found


def filters_of(query: QueryDict) -> QueryDict:
    """The filters of an address, without its page and its order."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        if values := [value for value in query.getlist(name) if value]:
            kept.setlist(name, values)
    return kept
