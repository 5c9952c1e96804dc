from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.utils.translation import gettext_lazy as _


class InnovatorsConfig(AppConfig):
    name = "essaim.innovators"
    verbose_name = _("Parcours de l’innovateur")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.innovators import waiting
        from essaim.innovators.demonstration import load_files
        from essaim.innovators.signals import forget_person_before_delete
        from essaim.people.models import User

        pre_delete.connect(
            forget_person_before_delete, sender=User, dispatch_uid="innovators.forget"
        )
        waiting.register()
        load_demonstration.connect(load_files, dispatch_uid="innovators.demonstration")
