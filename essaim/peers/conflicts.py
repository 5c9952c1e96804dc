"""Who must not read what, and why: rules on what is known, then what either side declared.

Nothing here is stored but declarations: a person who joins the holder's organisation after being
invited is in conflict from that day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from essaim.contributions.models import Proposal
from essaim.initiatives.models import CoEditor, Initiative, InitiativeEvent  # type: ignore[attr-defined]
from essaim.people.models import Membership, Organisation

from .models import Conflict, Declaration, Item

# Acts of a card's history that make who did them one of its authors.
WRITING = ["create", "save_section", "restore_revision"]

RULES = {
    "organisation": _("appartient à l’organisation qui le porte"),
    "siren": _("appartient à la même administration (même SIREN)"),
    "team": _("en répond : auteur, porteur ou coéditeur"),
    "contributor": _("a contribué à la fiche"),
    "coauthor": _("écrit une autre fiche avec qui le porte"),
    "declared_link": _("lien déclaré avec l’organisation qui le porte"),
    "declared": _("conflit déclaré"),
}


@dataclass(frozen=True)
class Reason:
    rule: str  # a key of RULES
    detail: str = ""  # words of who declared it: for managers
    side: str = ""  # who declared it (a value of Conflict.Side); empty: a rule

    @property
    def label(self) -> Any:
        return RULES[self.rule]


Found = dict[tuple[int, int], list[Reason]]  # (item, person) → why


def conflicts_between(items: Sequence[Item], people: Collection[int]) -> Found:
    """Every pair of these items and accounts that must not be, with its reasons. A constant
    number of queries, whatever the numbers of both."""
    pks = [item.pk for item in items]
    named: dict[int, set[int]] = defaultdict(set)
    answering = Item.people.through.objects.filter(item__in=pks)
    for item, person in answering.values_list("item", "user"):
        named[item].add(person)
    cards = {item.pk: item.initiative_id for item in items if item.initiative_id}
    declared = [(row.item_id, row) for row in Conflict.objects.filter(item__in=pks)]
    return _found(carriers(items), named, cards, declared, set(people))


def conflicts_of(item: Item, people: Collection[int]) -> dict[int, list[Reason]]:
    """The same for one item: person → why."""
    return {person: why for (_item, person), why in conflicts_between([item], people).items()}


def conflicts_with_cards(cards: Sequence[Initiative], people: Collection[int]) -> Found:
    """The same for cards, read in a round or not: (card, person) → why. What was declared of a
    card in any round holds."""
    pks = [card.pk for card in cards]
    behind = {card.pk: {card.holder_id} for card in cards if card.holder_id}
    declared = [
        (row.item.initiative_id or 0, row)
        for row in Conflict.objects.filter(item__initiative__in=pks).select_related("item")
    ]
    return _found(behind, {}, {pk: pk for pk in pks}, declared, set(people))


Triples = Iterator[tuple[int, int, Reason]]
# By item or card: the organisations behind it, those named on it, its card, what was declared.
Behind = Mapping[int, set[int]]
Named = Mapping[int, set[int]]
Cards = Mapping[int, int]


def _found(
    behind: Behind, named: Named, cards: Cards, declared: list[tuple[int, Conflict]],
    people: set[int],
) -> Found:  # fmt: skip
    found: Found = defaultdict(list)
    for triples in (
        _by_organisation(behind, people),
        _by_team(named, cards, people),
        _by_declaration(declared, people),
    ):
        for subject, person, reason in triples:
            if person in people and reason not in found[subject, person]:
                found[subject, person].append(reason)
    return {pair: why for pair, why in found.items() if why}


def carriers(items: Sequence[Item]) -> dict[int, set[int]]:
    """Organisations behind each item: named on it, and the holder of its card."""
    pks = [item.pk for item in items]
    found: dict[int, set[int]] = defaultdict(set)
    through = Item.organisations.through.objects.filter(item__in=pks)
    for item, organisation in through.values_list("item", "organisation"):
        found[item].add(organisation)
    holders = Item.objects.filter(pk__in=pks, initiative__holder__isnull=False)
    for item, organisation in holders.values_list("pk", "initiative__holder"):
        found[item].add(organisation)
    return found


def _by_organisation(behind: Behind, people: Collection[int]) -> Triples:
    organisations = set().union(*behind.values()) if behind else set()
    members: dict[int, set[int]] = defaultdict(set)  # by organisation
    services: dict[str, set[int]] = defaultdict(set)  # by SIREN: another establishment of it
    for person, organisation, siren in Membership.objects.filter(user__in=people).values_list(
        "user", "organisation", "organisation__siren"
    ):
        members[organisation].add(person)
        if siren:
            services[siren].add(person)
    sirens = dict(
        Organisation.objects.filter(pk__in=organisations)
        .exclude(siren="")
        .values_list("pk", "siren")
    )
    linked: dict[int, list[tuple[int, str]]] = defaultdict(list)
    declarations = Declaration.objects.filter(user__in=people, organisation__in=organisations)
    for declaration in declarations:
        words = " – ".join(
            part for part in (str(declaration.get_kind_display()), declaration.reason) if part
        )
        linked[declaration.organisation_id].append((declaration.user_id, words))
    for item, names in behind.items():
        for organisation in sorted(names):
            for person in members.get(organisation, ()):
                yield item, person, Reason("organisation")
            for person in services.get(sirens.get(organisation, ""), ()):
                if person not in members.get(organisation, ()):
                    yield item, person, Reason("siren")
            for person, words in linked.get(organisation, ()):
                yield item, person, Reason("declared_link", words, Conflict.Side.READER)


def _by_team(named: Named, card_of: Cards, people: Collection[int]) -> Triples:
    """Who answers for it, who wrote in its card, who writes other cards with them."""
    teams: dict[int, set[int]] = defaultdict(set)
    for item, persons in named.items():
        teams[item] |= persons
    of_card: dict[int, list[int]] = defaultdict(list)
    for item, card in card_of.items():
        of_card[card].append(item)
    cards = list(of_card)
    written = Initiative.objects.filter(pk__in=cards, author__isnull=False)
    editors = CoEditor.objects.filter(card__in=cards)
    for card, person in (
        *written.values_list("pk", "author"),
        *editors.values_list("card", "user"),
    ):
        for item in of_card[card]:
            teams[item].add(person or 0)
    for item, team in teams.items():
        for person in team:
            yield item, person, Reason("team")
    for card, person in _contributors(cards):
        for item in of_card[card]:
            if person not in teams[item]:
                yield item, person, Reason("contributor")
    together = _coauthors(people, set().union(*teams.values()) if teams else set())
    for item, team in teams.items():
        for person in set().union(*(together.get(each, set()) for each in team)) - team:
            yield item, person, Reason("coauthor")


def _contributors(cards: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Whose proposals were taken, and who saved a section of the card."""
    taken = Proposal.objects.filter(
        card__in=cards, state__in=Proposal.TAKEN, author__isnull=False
    ).order_by()
    yield from taken.values_list("card", "author").distinct()
    events = InitiativeEvent.objects.filter(
        pgh_obj__in=cards, pgh_context__action__in=WRITING, pgh_context__user__isnull=False
    )
    for card, person in events.order_by().values_list("pgh_obj", "pgh_context__user").distinct():
        if isinstance(person, int):
            yield card, person


def _coauthors(people: Collection[int], teams: Collection[int]) -> dict[int, set[int]]:
    """person → those who write a card with them, as authors or co-editors."""
    everyone = {*people, *teams}
    writers: dict[int, set[int]] = defaultdict(set)
    rows = CoEditor.objects.filter(Q(user__in=everyone) | Q(card__author__in=everyone))
    for card, person, author in rows.values_list("card", "user", "card__author"):
        writers[card] |= {person, author} - {None}
    together: dict[int, set[int]] = defaultdict(set)
    for group in writers.values():
        for person in group:
            together[person] |= group - {person}
    return together


def _by_declaration(declared: list[tuple[int, Conflict]], people: Collection[int]) -> Triples:
    organisations = {row.organisation_id for _of, row in declared if row.organisation_id}
    members: dict[int, set[int]] = defaultdict(set)
    if organisations:
        for person, organisation in Membership.objects.filter(
            user__in=people, organisation__in=organisations
        ).values_list("user", "organisation"):
            members[organisation].add(person)
    emails = {row.email for _of, row in declared if row.email}
    owners: dict[str, int] = {}
    if emails:
        owners = dict(
            EmailAddress.objects.annotate(lower=Lower("email"))
            .filter(lower__in=emails, verified=True, user__in=people)
            .values_list("lower", "user")
        )
    for subject, row in declared:
        reason = Reason("declared", f"{row.get_kind_display()} – {row.reason}", row.side)
        named = {row.person_id} if row.person_id else members.get(row.organisation_id or 0, set())
        if row.email in owners:
            named = {owners[row.email]}
        for person in named:
            yield subject, person, reason
