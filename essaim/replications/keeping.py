"""What replications hold about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted
from essaim.replications.actions.keeping import forget_links, forget_person
from essaim.replications.models import Adaptation, AdviceTime, LeftText, Peer, Replication, Report


def register_keeping() -> None:
    personal_data.register(
        "replications",
        held_about,
        label=_("Reprises"),
        labels={
            "agreed": _("Reprises auxquelles j’ai donné un accord"),
            "reports": _("Nouvelles que j’ai données"),
            "adaptations": _("Adaptations que j’ai notées"),
            "peer": _("Sites pour lesquels on peut m’appeler"),
            "advice": _("Temps de conseil que j’ai donné"),
            "left": _("Textes gardés après mon départ d’une organisation"),
        },
    )
    retention.register(
        retention.Rule(
            "report_links",
            _("Liens personnels vers les nouvelles d’un trimestre, et textes laissés"),
            _("Ils ne servent plus une fois expirés."),
            forget_links,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="replications.account_deleted")


def held_about(user: User) -> dict[str, Any]:
    agreed = Replication.objects.filter(adopter_agreed_by=user) | Replication.objects.filter(
        holder_agreed_by=user
    )
    return {
        "agreed": agreed.order_by("pk").values(
                "initiative__title", "adopter__name", "state", "interested_on", "committed_on"
            ),
        "reports": Report.objects.filter(by=user).values(
                "replication__initiative__title", "quarter", "beneficiaries", "done",
                "difficulties", "at",
            ),
        "adaptations": Adaptation.objects.filter(by=user).values(
                "replication__initiative__title", "what", "why", "decided_by", "on"
            ),
        "peer": Peer.objects.filter(user=user).values(
                "replication__initiative__title", "topics", "contact", "since"
            ),
        "advice": AdviceTime.objects.filter(by=user).values("on", "minutes", "kind"),
        "left": LeftText.objects.filter(by=user).values("quarter", "typed", "at"),
    }  # fmt: skip


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)
