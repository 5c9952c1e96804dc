"""From a partner's server to records, one at a time, in constant memory.

``fetching`` asks politely and keeps what came in a temporary file; each kind of source cuts it into
flat records (``feeds``, ``tables``, ``pages``, ``essaim``); ``mapping`` makes of a record one line
of the import format (docs/import-format.md). Nothing here writes to the database.
"""
