"""Being told at once is a choice, dated; nobody keeps it who had it without having chosen."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q


def take_back_what_was_not_chosen(apps: Any, schema_editor: Any) -> None:
    """It was so by default or by a ticked box: no date says that anyone accepted it.

    Who had nothing but that is asked as who never chose, for which there must be no row.
    """
    # As the owner, who migrates: the application's connection would wait for this one for ever.
    rows = apps.get_model("following", "MailSettings").objects.using(
        schema_editor.connection.alias
    )
    rows.filter(digest="never").delete()
    rows.filter(waits_by_mail=True).update(waits_by_mail=False)


class Migration(migrations.Migration):
    dependencies = [("following", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="mailsettings",
            name="waits_by_mail",
            field=models.BooleanField(
                default=False, verbose_name="prévenir tout de suite de ce qui m’attend"
            ),
        ),
        migrations.AddField(
            model_name="mailsettings",
            name="waits_accepted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(take_back_what_was_not_chosen, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="mailsettings",
            constraint=models.CheckConstraint(
                condition=Q(waits_by_mail=False) | Q(waits_accepted_at__isnull=False),
                name="mail_settings_at_once_was_accepted",
                violation_error_message="Un message ne part qu’à qui l’a accepté.",
            ),
        ),
    ]
