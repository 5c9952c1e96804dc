"""What jobs share: one at a time on a row, and none queued twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.common.jobs import alone, queued
from essaim.dialogues.tasks import read_figures

LOCK = 20261123


def elsewhere(pk: int) -> bool:
    """Whether another worker would be alone at it."""

    def ask() -> bool:
        try:
            with alone(LOCK, pk) as mine:
                return mine
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as workers:
        return workers.submit(ask).result(timeout=20)


@pytest.mark.django_db(transaction=True)
def test_one_job_is_alone_until_it_ends_well_or_not() -> None:
    with alone(LOCK, 7) as mine:
        assert mine and not elsewhere(7) and elsewhere(8)
        assert not elsewhere(7)  # the one that was refused did not let go of it
    assert elsewhere(7)
    with pytest.raises(ZeroDivisionError), alone(LOCK, 7):
        1 / 0  # noqa: B018
    assert elsewhere(7)


@pytest.mark.django_db
def test_only_jobs_that_wait_are_queued() -> None:
    for pk in (3, 4):
        read_figures.defer(pk=pk)
    ProcrastinateJob.objects.filter(args__pk=4).delete()
    assert queued("dialogues.read_figures") == {3} and queued("dialogues.other") == set()
