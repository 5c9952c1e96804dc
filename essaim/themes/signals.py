"""What this app tells the floors above, and what it asks them."""

from __future__ import annotations

from django.dispatch import Signal

# A word now names a term. Sent inside the action's transaction, by ``map_tag`` and by
# ``save_term``. Keywords:
#   vocabulary: "theme" or "audience";
#   term: the Theme or Audience;
#   words: every spelling under which cards may carry the word (list of str).
# The receiver's contract (initiatives): give ``term`` to every card whose free words
# (``tags`` for themes, ``beneficiaries`` for audiences) contain one of ``words`` exactly as
# written, keep those words on the card, in a constant number of queries, doing nothing
# to cards that already have the term; then let the cards' followers know (card_saved).
term_mapped = Signal()

# How often words are met, asked by the managers' page. Keywords: vocabulary, words (list of
# str). Each receiver returns {word: number of cards}, words never met left out, in one query.
count_words = Signal()
