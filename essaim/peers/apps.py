from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeersConfig(AppConfig):
    name = "essaim.peers"
    verbose_name = _("Évaluation par les pairs")

    def ready(self) -> None:
        from essaim.peers.assignment.bench import register_bench

        register_bench()

        from essaim.common.prepare import load_demonstration
        from essaim.peers import following, judging, merging, waiting
        from essaim.peers.demonstration import load_rounds
        from essaim.peers.keeping import register_keeping
        from essaim.peers.panels import register_panels

        load_demonstration.connect(load_rounds, dispatch_uid="peers.demonstration")
        waiting.register()
        following.register()
        merging.register()
        judging.register()
        register_panels()
        register_keeping()

        from essaim.people import audit

        # Managers who have a part in a round must not learn there who reads.
        reads = "tells who reads what"
        audit.register("peers", {"Seat": reads, "Reading": reads})
