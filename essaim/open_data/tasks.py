"""Work that others wait for, and that of the night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.open_data.actions import dumps, tokens, webhooks


@app.task(name="open_data.tell", retry=3)
def tell(events: list[int]) -> None:
    webhooks.tell(events)


@app.task(name="open_data.deliver")
def deliver(delivery: int) -> None:
    webhooks.deliver(delivery)


@app.periodic(cron="*/10 * * * *")
@app.task(name="open_data.resume", queueing_lock="open_data.resume")
def resume(timestamp: int) -> None:
    webhooks.resume_deliveries()


@app.periodic(cron="30 2 * * *")
@app.task(name="open_data.make_dumps", queueing_lock="open_data.make_dumps")
def make_dumps(timestamp: int) -> None:
    dumps.make_all()


@app.periodic(cron="50 5 * * *")
@app.task(name="open_data.warn_of_tokens", queueing_lock="open_data.warn_of_tokens")
def warn_of_tokens(timestamp: int) -> None:
    tokens.warn_of_ending()
