from django.db import migrations, models

STATES = [
    ("proposed", "proposé"),
    ("asked", "sollicité"),
    ("taken", "a pris en charge"),
    ("declined", "ce n’est pas pour lui"),
    ("silent", "n’a pas répondu dans le délai"),
    ("released", "remplacé"),
    ("absent", "n’était plus disponible"),
    ("ended", "a fini"),
]


class Migration(migrations.Migration):
    """A sponsor who was absent is told from one whom somebody replaced."""

    dependencies = [("sponsorship", "0003_what_follows_advice")]

    operations = [
        migrations.RemoveConstraint(model_name="proposal", name="sponsor_proposal_state_known"),
        migrations.AlterField(
            model_name="proposal",
            name="state",
            field=models.CharField(choices=STATES, default="proposed", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(state__in=[code for code, _label in STATES]),
                name="sponsor_proposal_state_known",
            ),
        ),
    ]
