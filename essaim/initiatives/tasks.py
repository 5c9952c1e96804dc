"""What the worker does for cards: imports, and messages that must not hold a page up."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from essaim.initiatives.actions import coeditors, imports

ATTEMPTS = 3
# Someone waits in front of the page: before the indexing that imports leave behind them.
PRIORITY = 10


@app.task(
    name="initiatives.import",
    queue="imports",
    priority=PRIORITY,
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def run_import(context: procrastinate.JobContext, pk: int) -> None:
    """Check the file or import it, from where the last job stopped."""
    try:
        imports.advance(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            imports.give_up(pk)
        raise


@app.periodic(cron="* * * * *")
@app.task(
    name="initiatives.resume_imports",
    queueing_lock="initiatives.resume_imports",
    queue="imports",
    priority=PRIORITY,
)
def resume_imports(timestamp: int) -> None:
    """A worker that died leaves imports that nobody continues."""
    imports.resume_forgotten()


@app.task(name="initiatives.tell_invited_coeditor", queue="mail")
def tell_invited_coeditor(pk: int) -> None:
    """Looked up here, not in the page: who invites learns nothing of who has an account."""
    coeditors.tell_invited(pk)
