"""What setting up calls brings to other apps, at start-up."""

from __future__ import annotations

from django.db.models.signals import post_delete

from essaim.calls.actions.setting import on_membership_ended
from essaim.common.prepare import load_demonstration
from essaim.common.waiting import register as register_waiting
from essaim.initiatives import carried
from essaim.people.models import Membership

from . import following, indexed, keeping_setting
from .demonstration import load_calls
from .models import Application, Call
from .panels import register_panels
from .waiting import waiting


def register_setting() -> None:
    following.register()
    indexed.register()
    keeping_setting.register()
    register_panels()
    register_waiting("calls", waiting)
    post_delete.connect(
        on_membership_ended, sender=Membership, dispatch_uid="calls.membership_ended"
    )
    carried.register(carried.Column(Call.initiatives.through, "initiative", once="call"))
    carried.register(carried.Column(Application, "adopts"))
    load_demonstration.connect(load_calls, dispatch_uid="calls.demonstration")
