from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeersConfig(AppConfig):
    name = "essaim.peers"
    verbose_name = _("Évaluation par les pairs")

    def ready(self) -> None:
        from essaim.peers.assignment.bench import register_bench

        register_bench()
