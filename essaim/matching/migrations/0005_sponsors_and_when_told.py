import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("matching", "0004_what_was_told"),
    ]

    operations = [
        migrations.AlterField(
            model_name="arrival",
            name="kind",
            field=models.CharField(
                choices=[
                    ("scheme", "dispositif"),
                    ("pool", "groupement de financeurs"),
                    ("call", "appel"),
                    ("sponsor", "parrain"),
                ],
                max_length=20,
            ),
        ),
        # First without a value, so that what was told long ago is not said to be new today.
        migrations.AddField(
            model_name="announced",
            name="at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="announced",
            name="at",
            field=models.DateTimeField(default=django.utils.timezone.now, null=True),
        ),
    ]
