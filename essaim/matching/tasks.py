"""Jobs of matching: needs weighed, new cards compared with standing needs."""

from __future__ import annotations

from procrastinate.contrib.django import app

# One at a time, and never beside those that give cards their meaning.
LOCK = "search-index"


@app.task(name="matching.weigh", lock=LOCK, queue="search", retry=3)
def weigh(needs: list[int]) -> None:
    """Find the good answers of these needs."""
    from essaim.matching.actions import standing

    standing.weigh(needs)


@app.periodic(cron="*/15 * * * *")
@app.task(name="matching.compare", lock=LOCK, queueing_lock="matching-compare", queue="search")
def compare(timestamp: int) -> None:
    """Needs that nobody has read yet, then cards that changed, schemes and pools that arrived."""
    from essaim.matching.actions import arrivals, standing

    standing.weigh(standing.unread())
    standing.compare()
    arrivals.tell()
