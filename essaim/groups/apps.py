from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "essaim.groups"
    verbose_name = _("Groupes de territoires")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.groups import following, panels, waiting
        from essaim.groups.demonstration import load_group
        from essaim.groups.keeping import register_keeping
        from essaim.people import audit

        following.register()
        waiting.register()
        panels.register_panels()
        register_keeping()
        load_demonstration.connect(load_group, dispatch_uid="groups.demonstration")
        audit.register("groups")
