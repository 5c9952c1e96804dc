from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InnovatorsConfig(AppConfig):
    name = "essaim.innovators"
    verbose_name = _("Parcours de l’innovateur")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.innovators.demonstration import load_files

        load_demonstration.connect(load_files, dispatch_uid="innovators.demonstration")
