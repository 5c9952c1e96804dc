"""When managers map a word, the cards that carry it gain its term."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Count, F, Func, Q, TextField

from essaim.initiatives.models import Initiative
from essaim.initiatives.signals import card_saved
from essaim.themes.models import Audience, Theme

# Column of free words, relation to the controlled list.
COLUMNS = {"theme": ("tags", "themes"), "audience": ("beneficiaries", "audiences")}


@transaction.atomic
def give_term(vocabulary: str, term: Theme | Audience, words: Sequence[str]) -> int:
    """Add the term to every card that carries one of these words, spelt so; returns how many.

    A constant number of queries. The words stay on the cards. Side effect: ``card_saved``.
    """
    column, relation = COLUMNS[vocabulary]
    cards = list(
        Initiative.objects.filter(Q(**{f"{column}__overlap": list(words)}))
        .exclude(**{relation: term})
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not cards:
        return 0
    through = getattr(Initiative, relation).through
    with pghistory.context(action="map_word"):
        through.objects.bulk_create(
            [through(**{"initiative_id": pk, f"{vocabulary}_id": term.pk}) for pk in cards],
            ignore_conflicts=True,
            batch_size=5000,
        )
        card_saved.send(sender=Initiative, initiatives=cards)
    return len(cards)


def count_cards(vocabulary: str, words: Sequence[str]) -> dict[str, int]:
    """How many cards carry each of these words, those met nowhere left out; one query."""
    column, _relation = COLUMNS[vocabulary]
    rows = (
        Initiative.objects.filter(**{f"{column}__overlap": list(words)})
        .order_by()
        .annotate(word=Func(F(column), function="unnest", output_field=TextField()))
        .values("word")
        .annotate(cards=Count("pk", distinct=True))
    )
    wanted = set(words)
    return {row["word"]: row["cards"] for row in rows if row["word"] in wanted}


def on_term_mapped(sender: Any, vocabulary: str, term: Any, words: Any, **kwargs: Any) -> None:
    give_term(vocabulary, term, list(words))


def on_count_words(sender: Any, vocabulary: str, words: Any, **kwargs: Any) -> dict[str, int]:
    return count_cards(vocabulary, list(words))
