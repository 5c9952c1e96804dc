from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    name = "essaim.funding"
    verbose_name = _("Subventions d’essaimage")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.common.waiting import register
        from essaim.funding import application, merging, stopped, telling
        from essaim.funding.application_demonstration import load_application
        from essaim.funding.bench import register_bench
        from essaim.funding.demonstration import load_pools
        from essaim.funding.keeping import register_keeping
        from essaim.funding.panels import register_panels
        from essaim.funding.waiting import waiting
        from essaim.people import audit

        register("funding", waiting)
        register_panels()
        telling.register()
        stopped.register()
        merging.register()
        register_keeping()
        register_bench()
        application.register()
        load_demonstration.connect(load_pools, dispatch_uid="funding.demonstration")
        # After the pools, which it needs.
        load_demonstration.connect(load_application, dispatch_uid="funding.application")
        audit.register("funding", {"Opinion": "secret until the finding is published"})
