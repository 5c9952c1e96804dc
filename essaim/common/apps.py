from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "essaim.common"
    default = True

    def ready(self) -> None:
        from essaim.common import quick_migrations
        from essaim.common.database import grant_to_application_role

        quick_migrations.use()
        post_migrate.connect(grant_to_application_role, dispatch_uid="essaim.grants")


class StaticFilesConfig(DjangoStaticFilesConfig):
    """The design system ships 1,600 files; the pages use some sixty of them."""

    ignore_patterns = [
        *DjangoStaticFilesConfig.ignore_patterns,
        "*/artwork/pictograms/*",
        "*/utility/pictograms/*",
        "*/utility/icons/*",
        "*/utility/colors/*",
        "*/dist/component/*",
        "*/dist/layout/*",
        "*/dist/legacy/*",
        "*/dist/core/*",
        "*/dist/scheme/*",
        "*/dist/analytics/*",
        "*/dist/dsfr/*",
        "*.legacy*.css",
        "*.map",
        "*/icon-picker/*",
    ]
