"""Told inside the action's transaction, so that what listens is true or undone with it."""

from django.dispatch import Signal

# Cards were created or changed (content, publication or derived fields).
# Keyword: ``initiatives``, the list of their primary keys (thousands in an import).
card_saved = Signal()

# Cards came to the public for the first time; ``card_saved`` has been sent for them already.
# Keyword: ``initiatives``, the list of their primary keys.
card_published = Signal()

# What past versions of a card said in one section is no longer read (docs/decisions/0010).
# Keywords: ``withdrawal``, ``versions`` (the first and the last), ``with_reasons``.
text_withdrawn = Signal()

# Cards are about to be deleted. Keyword: ``initiatives``, the list of their primary keys.
card_removed = Signal()

# Two cards were made one: ``other`` is archived, its address leads to ``kept``; who followed it
# follows ``kept``, and what ``carried`` names has been moved. Those above move the rest of what they
# keep of it, or refuse with a DomainError.
# Keywords: ``kept``, ``other``, ``by``, ``occasion`` (for ``following.tell_merged``).
cards_merged = Signal()
