"""New cards wait as drafts: they are compared all the same, and again once published."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.harvest import tasks
from essaim.harvest.actions import duplicates
from essaim.harvest.models import Duplicate
from essaim.initiatives.actions.publication import publish_card
from essaim.initiatives.signals import card_saved
from essaim.search import actions, encoder
from tests.harvest.factories import ItemFactory
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.search.helpers import WordEncoder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def easy_meaning() -> Iterator[None]:
    with encoder.use(WordEncoder({"bicyclette": "velo", "cycle": "velo"})):
        yield


def test_a_draft_is_compared_with_the_titles_of_the_bank() -> None:
    known = InitiativeFactory(published=True, title="Ferme d’insertion de Moyembrie")
    other = InitiativeFactory(published=True, title="Cuisine mobile pour les marchés")
    card_saved.send(sender=None, initiatives=[known.pk, other.pk])
    draft = InitiativeFactory(title="La ferme d'insertion à Moyembrie")
    ItemFactory(card=draft)
    assert duplicates.propose([draft.pk]) == 1
    pair = Duplicate.objects.get()
    assert (pair.first, pair.second) == (known, draft)
    assert pair.reasons["meaning"] == 0  # nobody knows what it means


def test_publishing_compares_again_by_meaning_never_by_words() -> None:
    manager = UserFactory(manager=True)
    holder = OrganisationFactory()
    known = InitiativeFactory(
        published=True, title="Vélo", summary="Vélo.", holder=holder, description="", need=""
    )
    card_saved.send(sender=None, initiatives=[known.pk])
    actions.embed()
    draft = InitiativeFactory(
        title="Bicyclette", summary="Bicyclette.", holder=holder, description="", need=""
    )
    ItemFactory(card=draft)
    assert duplicates.propose([draft.pk]) == 0
    publish_card(draft, by=manager)
    job = ProcrastinateJob.objects.get(task_name="harvest.compare_published")
    assert job.args == {"keys": [draft.pk]}
    # Its meaning is not known before the index has read it: words alone say nothing of it.
    assert duplicates._pairs([draft.pk]) == {}
    actions.embed()
    assert [*duplicates._pairs([draft.pk])] == [(known.pk, draft.pk)]
    assert duplicates._pairs([draft.pk])[known.pk, draft.pk] > 0.9
    tasks.compare_published.func(**job.args)


def test_a_card_that_no_source_gives_is_not_compared() -> None:
    publish_card(InitiativeFactory(), by=UserFactory(manager=True))
    assert not ProcrastinateJob.objects.filter(task_name="harvest.compare_published").exists()
