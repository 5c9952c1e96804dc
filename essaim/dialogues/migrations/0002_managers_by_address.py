from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialogues", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="manager",
            name="dialogue_manager_one_of_two",
        ),
        migrations.AddField(
            model_name="manager",
            name="email",
            field=models.EmailField(blank=True, default="", max_length=254, verbose_name="adresse"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="manager",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email", ""), _negated=True),
                fields=("dialogue", "email"),
                name="dialogue_manager_address_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="manager",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("email", ""), ("organisation__isnull", False), ("user__isnull", True)
                    ),
                    models.Q(
                        ("email", ""), ("organisation__isnull", True), ("user__isnull", False)
                    ),
                    models.Q(
                        ("organisation__isnull", True),
                        ("user__isnull", True),
                        models.Q(("email", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="dialogue_manager_one_of_three",
            ),
        ),
    ]
