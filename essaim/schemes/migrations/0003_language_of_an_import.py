from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schemes", "0002_review_of_proposed_schemes")]

    operations = [
        migrations.AddField(
            model_name="schemeimport",
            name="language",
            field=models.CharField(default="fr", max_length=10, verbose_name="langue"),
        ),
    ]
