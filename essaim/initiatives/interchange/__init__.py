"""Cards in and out: one JSON object (or one CSV row) is one card.

The reading, in order: ``readers`` cut a file into lines, whatever its encoding; ``csv_rows``
turns rows into objects; ``entry`` reads one object by the table of ``card_format``, mending
what is certain (``mend``) and noting what is not (``issues``); ``matching`` finds themes,
territories and holders of a whole batch; ``record`` says what a card would become and gives a
card back as an object; ``writer`` writes them out. Nothing here writes to the database:
``actions.import_cards`` does. The format is documented in docs/import-format.md.
"""
