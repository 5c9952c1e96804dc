"""Territories like the need's own that already run what is proposed."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.privacy import mask_personal
from essaim.common.typography import in_series
from essaim.territories.models import Territory

from .initiatives import shown
from .registry import Answer, Asked, Section, Source

SHOWN = 5


def find(asked: Asked) -> Section | None:
    territory = asked.question.territory
    if territory is None:
        return None
    around = asked.answers.around
    running: dict[str, list[str]] = {}
    good = [each for each in shown(asked.answers.initiatives) if each.good and not each.dismissed]
    for each in good:
        for address, _label in each.values["alive"].facts["sites"]:
            running.setdefault(address, []).append(mask_personal(each.obj.title))
    places = {place.address: place for place, _distance in around.nearest}
    answers = [_line(places[address], running[address]) for address in places if address in running]
    url = f"{territory.get_absolute_url()}/semblables"
    return Section(
        answers[:SHOWN],
        intro=_("Du plus semblable au moins semblable. On peut les appeler.") if answers else "",
        empty=around.why_not
        or _("Aucun des territoires les plus semblables n’a encore de site de ces initiatives."),
        link=(_("Voir les territoires semblables, et sur quoi ils se ressemblent"), url),
    )


def _line(place: Territory, titles: list[str]) -> Answer:
    text = _("Y fonctionne : %(titles)s.") % {"titles": in_series(titles[:3])}
    return Answer("territory", place.pk, place.label, place.get_absolute_url(), reasons=[text])


SOURCE = Source(
    "territory", gettext_lazy("Des territoires semblables qui en ont une"), find, order=20
)
