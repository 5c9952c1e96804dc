"""What a reader asks of the directory: applied, shown as chips, relaxed when empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.listing import Chip
from essaim.schemes.forms.directory import DirectoryForm
from essaim.schemes.kinds import Applicant, Help, Point, Stage, Track
from essaim.schemes.models import Scheme, SchemeQuerySet
from essaim.territories.models import Territory
from essaim.themes.models import Theme

_CHOICES: dict[str, Any] = {
    "point": Point,
    "stage": Stage,
    "help": Help,
    "applicant": Applicant,
    "track": Track,
}
# They widen the list instead of narrowing it.
_WIDENING = ("anywhere", "ended")


@dataclass(frozen=True)
class Filters:
    q: str = ""
    point: str = ""
    stage: str = ""
    help: str = ""
    applicant: str = ""
    track: str = ""
    theme: Theme | None = None
    territory: Territory | None = None
    anywhere: bool = False
    open: bool = False
    ended: bool = False
    report: bool = False
    stale: bool = False

    def apply(self, schemes: SchemeQuerySet) -> SchemeQuerySet:
        """Everything but the text, which the index ranks."""
        found = schemes if self.ended else schemes.current()
        if self.point:
            found = found.filter(points__contains=[self.point])
        if self.stage:
            found = found.filter(stages__contains=[self.stage])
        if self.help:
            found = found.filter(helps__contains=[self.help])
        if self.applicant:
            found = found.filter(applicants__contains=[self.applicant])
        if self.track:
            # One that says neither track serves both.
            found = found.filter(track__in=["", self.track])
        if self.theme:
            through = Scheme.themes.through.objects.filter(theme=self.theme)
            found = found.filter(pk__in=through.values("scheme"))
        if self.territory:
            found = found.applying_to(self.territory, unknown_too=self.anywhere)
        if self.open:
            found = found.open_on(timezone.localdate())
        if self.report:
            found = found.of_report()
        if self.stale:
            found = found.stale()
        return found

    def query(self) -> QueryDict:
        query = QueryDict(mutable=True)
        for item in fields(self):
            value = getattr(self, item.name)
            if not value:
                continue
            if item.name == "territory":
                value = value.address
            elif item.name == "theme":
                value = value.slug
            query[item.name] = "on" if value is True else value
        return query

    def url(self, view: str = "schemes:list") -> str:
        query = self.query()
        return reverse(view) + (f"?{query.urlencode()}" if query else "")

    def chips(self) -> list[Chip]:
        return [Chip(label, without.url()) for _name, label, without in self._relaxations()]

    def without(self) -> Iterator[tuple[str, Filters]]:
        """Each filter that hides something, with the list that does not have it."""
        for name, label, without in self._relaxations():
            if name not in _WIDENING:
                yield label, without

    def _relaxations(self) -> Iterator[tuple[str, str, Filters]]:
        labels = {
            "q": _("« %(text)s »") % {"text": self.q},
            "theme": str(self.theme),
            "territory": str(self.territory),
            "anywhere": _("territoire non précisé compris"),
            "open": _("ouverts aujourd’hui"),
            "ended": _("disparus compris"),
            "report": _("cartes du rapport de 2015"),
            "stale": _("non vérifiés depuis un an"),
        }
        for item in fields(self):
            if value := getattr(self, item.name):
                default: Any = {item.name: item.default}
                choices = _CHOICES.get(item.name)
                label = str(choices(value).label) if choices else labels[item.name]
                yield item.name, label, replace(self, **default)


def read_filters(form: DirectoryForm) -> Filters:
    """The filters that could be understood; the form's errors say what was left out."""
    form.is_valid()
    clean = form.cleaned_data
    known = {item.name: clean[item.name] for item in fields(Filters) if clean.get(item.name)}
    if text := known.get("q"):
        known["q"] = " ".join(text.split())
    return Filters(**known)
