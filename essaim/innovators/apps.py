from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.utils.translation import gettext_lazy as _


class InnovatorsConfig(AppConfig):
    name = "essaim.innovators"
    verbose_name = _("Parcours de l’innovateur")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.innovators import following, waiting
        from essaim.innovators.demonstration import load_files
        from essaim.innovators.keeping import register_keeping
        from essaim.innovators.signals import forget_person_before_delete
        from essaim.people.models import User

        pre_delete.connect(
            forget_person_before_delete, sender=User, dispatch_uid="innovators.forget"
        )
        waiting.register()
        following.register()
        register_keeping()
        load_demonstration.connect(load_files, dispatch_uid="innovators.demonstration")

        from essaim.people import audit

        # Dates and states would tell who gave up: only the innovator and the case officer know.
        ends = "tells how a file ended"
        names = ("InnovationFile", "Budget", "BudgetLine", "Milestone", "PropertyRights")
        audit.register(
            "innovators",
            dict.fromkeys(names, ends) | {"StatusCard": "the person decides what is public"},
        )
