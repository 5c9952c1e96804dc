from django.db import migrations, models

# Of partners that had left already, the day is in their history.
KNOWN = """
UPDATE calls_partner SET left_at = (
    SELECT max(pgh_created_at) FROM calls_partnerevent
    WHERE pgh_obj_id = calls_partner.id AND state = 'left'
) WHERE state = 'left'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0004_partners_asked_by_mail'),
    ]

    operations = [
        migrations.AddField(
            model_name='partner',
            name='left_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='completion',
            name='answer',
            field=models.TextField(blank=True, max_length=3000, verbose_name='réponse du candidat'),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
