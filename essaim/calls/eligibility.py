"""Whether an application meets the conditions of its call, each with the words that explain it.

Shown while one writes: nobody learns after the closing that a condition, known from the start,
was not met. A rule of the call says what it tests (``EligibilityRule.test``):

- ``applicant_kind``: ``value`` is a list of kinds of organisations (« person » for a person);
- ``territory``: ``value`` is a list of addresses (« departement:38 »), which hold the place;
- ``has_card``: the initiative has a published card; ``ready``: its diagnosis says « fin prêt »;
- ``answer``: the answer to ``field`` (« block.field ») is ``value``, or one of a list;
- ``at_least``, ``at_most``: that answer is a number (euros for an amount);
- ``partners``: at least ``value`` partners have signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.dossiers import blocks
from essaim.initiatives.models import Fact, Publication
from essaim.people.models import Organisation
from essaim.territories.models import Containment

from .cards import card_of
from .models import Application, EligibilityRule, Partner
from .reading import Section

Test = EligibilityRule.Test


@dataclass(frozen=True)
class Check:
    says: str
    holds: bool | None  # None: not known yet, a question is still to be answered
    why: str = ""
    is_blocking: bool = True

    @property
    def refuses(self) -> bool:
        return self.is_blocking and self.holds is False


def checks(application: Application, sections: list[Section]) -> list[Check]:
    """Those of who may apply, then the rules of the call, in its order."""
    contents = {section.block.slug: section.content for section in sections}
    kinds = {
        (section.block.slug, each.name): each.kind
        for section in sections
        for each in section.block.fields
    }
    found = _of_the_call(application)
    for rule in application.call.rules.all():
        holds, why = _TESTS[rule.test](application, rule, contents, kinds)
        found.append(Check(rule.says, holds, why, rule.is_blocking))
    return found


def _of_the_call(application: Application) -> list[Check]:
    call, organisation = application.call, application.organisation
    found = []
    if call.applicant_kinds and organisation is not None:
        names = dict(Organisation._meta.get_field("kind").flatchoices)
        allowed = ", ".join(str(names.get(kind, kind)) for kind in call.applicant_kinds)
        found.append(
            Check(
                _("Organisations admises : %(kinds)s.") % {"kinds": allowed},
                organisation.kind in call.applicant_kinds,
            )
        )
    places = list(call.territories.all())
    if places:
        holds, why = _within(application, [place.pk for place in places])
        names_ = ", ".join(place.label for place in places[:10])
        found.append(Check(_("Territoires admis : %(names)s.") % {"names": names_}, holds, why))
    return found


def _within(application: Application, ancestors: list[int]) -> tuple[bool | None, str]:
    place = application.territory
    if place is None:
        return None, _("Dites où, dans « L’essentiel ».")
    inside = Containment.objects.filter(descendant=place.pk, ancestor__in=ancestors).exists()
    return inside, "" if inside else _("%(place)s n’en fait pas partie.") % {"place": place.label}


def _applicant_kind(
    application: Application, rule: EligibilityRule, *_rest: Any
) -> tuple[bool | None, str]:
    allowed = rule.value if isinstance(rule.value, list) else [rule.value]
    kind = application.organisation.kind if application.organisation else "person"
    return kind in allowed, ""


def _territory(
    application: Application, rule: EligibilityRule, *_rest: Any
) -> tuple[bool | None, str]:
    from essaim.territories.models import Territory

    wanted = Q(pk=None)
    for address in rule.value if isinstance(rule.value, list) else [rule.value]:
        kind, _sep, code = str(address).partition(":")
        wanted |= Q(kind=kind, code=code)
    return _within(application, list(Territory.objects.filter(wanted).values_list("pk", flat=True)))


def _has_card(application: Application, *_rest: Any) -> tuple[bool | None, str]:
    card = card_of(application)
    if card is None:
        return None, _("Choisissez la fiche dans « L’essentiel ».")
    published = card.publication == Publication.PUBLISHED
    return published, "" if published else _("La fiche n’est pas encore publiée.")


def _ready(application: Application, *_rest: Any) -> tuple[bool | None, str]:
    card = card_of(application)
    if card is None:
        return None, _("Choisissez la fiche dans « L’essentiel ».")
    fact = Fact.objects.filter(initiative=card, kind=Fact.Kind.READINESS).first()
    if fact is None:
        return None, _("Le diagnostic « prêt à changer d’échelle ? » n’est pas encore fait.")
    ready = bool(fact.value.get("ready"))
    return ready, "" if ready else _("Le dernier diagnostic dit ce qui manque encore.")


def _answered(
    rule: EligibilityRule, contents: Mapping[str, Mapping[str, Any]], kinds: Mapping[Any, str]
) -> tuple[Any, str]:
    slug, _dot, name = rule.field.partition(".")
    return contents.get(slug, {}).get(name), kinds.get((slug, name), "")


def _answer(
    application: Application, rule: EligibilityRule, contents: Any, kinds: Any
) -> tuple[bool | None, str]:
    given, _kind = _answered(rule, contents, kinds)
    if given in (None, "", []):
        return None, _("Répondez d’abord à la question.")
    wanted = rule.value if isinstance(rule.value, list) else [rule.value]
    return any(each in wanted for each in (given if isinstance(given, list) else [given])), ""


def _number(value: Any, kind: str) -> Decimal | None:
    if kind == blocks.COSTS and isinstance(value, list):
        return Decimal(sum(int(line["amount_cents"]) for line in value)) / 100
    if isinstance(value, bool) or value in (None, "", []):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite():  # a text may say « NaN », which compares with nothing
        return None
    return number / 100 if kind == blocks.MONEY else number


def _compared(
    rule: EligibilityRule, contents: Any, kinds: Any
) -> tuple[Decimal | None, Decimal | None]:
    given, kind = _answered(rule, contents, kinds)
    return _number(given, kind), _number(rule.value, "")


def _at_least(
    application: Application, rule: EligibilityRule, contents: Any, kinds: Any
) -> tuple[bool | None, str]:
    given, wanted = _compared(rule, contents, kinds)
    if given is None or wanted is None:
        return None, _("Répondez d’abord à la question.")
    return given >= wanted, ""


def _at_most(
    application: Application, rule: EligibilityRule, contents: Any, kinds: Any
) -> tuple[bool | None, str]:
    given, wanted = _compared(rule, contents, kinds)
    if given is None or wanted is None:
        return None, _("Répondez d’abord à la question.")
    return given <= wanted, ""


def _partners(
    application: Application, rule: EligibilityRule, *_rest: Any
) -> tuple[bool | None, str]:
    rows = list(application.partners.all())
    signed = sum(row.state == Partner.State.SIGNED for row in rows)
    wanted = _number(rule.value, "") or Decimal(0)
    if signed >= wanted:
        return True, ""
    said = _("%(n)s ont signé.") % {"n": signed}
    invited = any(row.state == Partner.State.INVITED for row in rows)
    return (None if invited else False), said


_TESTS: dict[str, Any] = {
    Test.APPLICANT_KIND: _applicant_kind,
    Test.TERRITORY: _territory,
    Test.HAS_CARD: _has_card,
    Test.READY: _ready,
    Test.ANSWER: _answer,
    Test.AT_LEAST: _at_least,
    Test.AT_MOST: _at_most,
    Test.PARTNERS: _partners,
}
