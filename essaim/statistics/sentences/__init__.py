"""What numbers say, in words a mayor understands, and never more than they say.

Each function gives ``Sentence``s in order of reading, in the current language: what was found,
how sure it is, what it cannot show. Rules kept by the tests: an interval that holds « no
difference » is never called an effect; a change without comparison is never given a cause; groups
that were not drawn by lot are always said to perhaps have differed.
"""

from essaim.statistics.sentences.costs import of_avoided, of_cost_per_effect
from essaim.statistics.sentences.diffusion import of_forecast
from essaim.statistics.sentences.effects import Sentence, Words, of_months, of_result
from essaim.statistics.sentences.others import (
    of_agreement,
    of_allocation,
    of_plan,
    of_pooled,
    of_sites,
)

__all__ = [
    "Sentence",
    "Words",
    "of_agreement",
    "of_allocation",
    "of_avoided",
    "of_cost_per_effect",
    "of_forecast",
    "of_months",
    "of_plan",
    "of_pooled",
    "of_result",
    "of_sites",
]
