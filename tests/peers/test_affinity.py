"""What brings a reader near an item, with the meaning of texts and without."""

from __future__ import annotations

import numpy as np
import pytest

from essaim.peers.affinity import Affinity
from essaim.peers.explain import explained
from essaim.peers.models import PeerProfile
from essaim.search import encoder
from essaim.search.models import DIMENSIONS, Passage
from tests.peers.factories import Cast, peer
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db

WEIGHTS = {"themes": 1, "text": 1, "profession": 1, "territory": 1}


class TwoMeanings:
    """« énergie » looks one way, all other texts another."""

    def encode(self, texts):
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, 0 if "énergie" in text else 1] = 1.0
        return vectors


def affinity(cast, *people):
    profiles = {p.user_id: p for p in PeerProfile.objects.all()}
    return Affinity([cast.item], [profiles.get(person.pk) for person in people])


def test_a_card_means_what_its_passages_mean():
    cast = Cast()
    meaning = [1.0] + [0.0] * (DIMENSIONS - 1)
    Passage.objects.filter(kind="initiative", object_id=cast.card.pk).delete()
    Passage.objects.create(
        kind="initiative", object_id=cast.card.pk, position=0, text="…", embedding=meaning
    )
    near, far = peer(presentation="L’énergie des foyers."), peer(presentation="La petite enfance.")
    with encoder.use(TwoMeanings()):
        found = affinity(cast, near, far)
        matrix = found.matrix(WEIGHTS)
    assert matrix[0, 0] == pytest.approx(1.0) and matrix[0, 1] == pytest.approx(0.0)
    assert found.parts(0, 0)["text"] == 1.0
    # A round is assigned with the encoder as it is in the product.
    cast.assigning()
    from essaim.peers.actions import planning

    with encoder.use(TwoMeanings()):
        assert planning.request_plan(cast.round, by=cast.manager).state == "ready"


def test_what_is_not_filled_in_is_left_out_and_said_so():
    cast = Cast()
    theme, place = ThemeFactory(), TerritoryFactory()
    cast.item.themes.add(theme)
    cast.item.territories.add(place)
    known, unknown = peer(themes=[theme], territories=[place]), peer()
    with encoder.use(None):
        found = affinity(cast, known, unknown)
        matrix = found.matrix(WEIGHTS)
        rows = [type("Row", (), {"parts": found.parts(0, column)})() for column in range(2)]
    assert matrix[0, 0] > matrix[0, 1] == 0
    first, second = (" ; ".join(why.sentences) for why in explained(rows, WEIGHTS))
    assert str(theme) in first and "textes non comparés" in first
    assert "métier non renseigné" in first
    assert "territoire non renseigné" in second


def test_practices_shared_bring_their_themes_and_weights_count():
    cast, other = Cast(), Cast()
    theme = ThemeFactory()
    cast.item.themes.add(theme)
    other.card.themes.add(theme)
    sharer, baker = peer(), peer(profession="Boulanger")
    sharer.peer_profile.practices.add(other.card)
    cast.item.professions = "boulanger, cuisinier"
    cast.item.save()
    with encoder.use(None):
        found = affinity(cast, sharer, baker)
        by_theme = found.matrix({**WEIGHTS, "profession": 0})
        by_trade = found.matrix({**WEIGHTS, "themes": 0})
    assert by_theme[0, 0] > by_theme[0, 1]
    assert by_trade[0, 1] > by_trade[0, 0]
