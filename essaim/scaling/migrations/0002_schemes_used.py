import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0001_initial"),
        ("scaling", "0001_initial"),
        ("schemes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SchemeUsed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="depuis l’année"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schemes_used",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="schemes.scheme",
                        verbose_name="dispositif",
                    ),
                ),
            ],
            options={
                "verbose_name": "dispositif qui a aidé une initiative",
                "verbose_name_plural": "dispositifs qui ont aidé des initiatives",
                "ordering": ["scheme__sort_title", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("initiative", "scheme"), name="scheme_used_once"
                    )
                ],
            },
        ),
    ]
