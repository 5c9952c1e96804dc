from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    name = "essaim.following"
    verbose_name = _("Suivi et notifications")

    def ready(self) -> None:
        from essaim.following.choice import register_choice
        from essaim.following.keeping import register_keeping
        from essaim.following.kinds import register_kinds
        from essaim.following.memberships import register_memberships
        from essaim.following.merging import register_merging
        from essaim.following.panels import register_panels

        register_kinds()
        register_panels()
        register_keeping()
        register_choice()
        register_merging()
        register_memberships()
