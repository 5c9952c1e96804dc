"""Jobs of the search: meaning after words, and upkeep of the counts."""

from __future__ import annotations

from procrastinate.contrib.django import app

# One at a time: the encoder already takes a whole core.
LOCK = "search-index"
# Actions enqueue jobs and jobs call actions: these are imported when a job runs.


@app.task(name="search.embed", lock=LOCK, queue="search", retry=3)
def embed(kind: str, object_ids: list[int]) -> None:
    """Give the passages of these objects their meaning."""
    from essaim.search import actions

    actions.embed(object_ids, kind)


@app.task(name="search.reindex", lock=LOCK, queue="search", retry=3)
def reindex(kind: str, object_ids: list[int]) -> None:
    """Read objects anew, for instance after a change of synonyms."""
    from essaim.search import actions

    actions.index(kind, object_ids)
    actions.embed(object_ids, kind)


@app.task(name="search.match_searches", lock=LOCK, queue="search", retry=3)
def match_searches(cards: list[int]) -> None:
    """Tell whoever follows a search that these new cards answer."""
    from essaim.search import followed

    followed.match(cards)


@app.periodic(cron="*/10 * * * *")
@app.task(name="search.upkeep", lock=LOCK, queueing_lock="search-upkeep", queue="search")
def upkeep(timestamp: int) -> None:
    """Add up counts, follow the mean length, embed what an interrupted job left."""
    from essaim.search import actions, sources

    actions.compact_counts()
    actions.forget_changes()
    for kind in sources.names():
        actions.refresh_weights(kind)
        actions.embed(kind=kind)
