from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeersConfig(AppConfig):
    name = "essaim.peers"
    verbose_name = _("Évaluation par les pairs")
