from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harvest", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="reading_changed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
