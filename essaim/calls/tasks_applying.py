"""What the worker does for applicants: receipts and invitations, by mail."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

RETRY = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=5)


@app.task(name="calls.send_receipt", queue="mail", retry=RETRY)
def send_receipt(pk: int, language: str = "") -> None:
    """Deferred with the submission, in its transaction: no receipt without it, none forgotten."""
    from essaim.calls import notifications_applying as notifications
    from essaim.calls.models import Submission

    rows = Submission.objects.select_related("application__call", "application__organisation")
    found = rows.filter(pk=pk).first()
    if found is not None:
        notifications.send_receipt(found, language)


@app.task(name="calls.send_editor_invitation", queue="mail", retry=RETRY)
def send_editor_invitation(pk: int) -> None:
    from essaim.calls import notifications_applying as notifications
    from essaim.calls.models import EditorInvitation

    rows = EditorInvitation.objects.select_related("application__call", "by")
    found = rows.filter(pk=pk).first()
    if found is not None:
        notifications.send_editor_invitation(found)


@app.task(name="calls.send_partner_invitation", queue="mail", retry=RETRY)
def send_partner_invitation(pk: int) -> None:
    from essaim.calls import notifications_applying as notifications
    from essaim.calls.models import PartnerInvitation

    rows = PartnerInvitation.objects.select_related(
        "application__call", "application__organisation", "application__person"
    )
    found = rows.filter(pk=pk).first()
    if found is not None:
        notifications.send_partner_invitation(found)
