"""Being told at once is a choice, dated; who chose it before keeps it."""

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Coalesce, Now
from django.db.models import F, Q


def date_what_was_chosen(apps: Any, schema_editor: Any) -> None:
    """When was not kept: the date of the digest's acceptance, else this day."""
    # As the owner, who migrates: the application's connection would wait for this one for ever.
    rows = apps.get_model("following", "MailSettings").objects.using(
        schema_editor.connection.alias
    )
    rows.filter(waits_by_mail=True).update(waits_accepted_at=Coalesce(F("accepted_at"), Now()))


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
        migrations.RunPython(date_what_was_chosen, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="mailsettings",
            constraint=models.CheckConstraint(
                condition=Q(waits_by_mail=False) | Q(waits_accepted_at__isnull=False),
                name="mail_settings_at_once_was_accepted",
                violation_error_message="Un message ne part qu’à qui l’a accepté.",
            ),
        ),
    ]
