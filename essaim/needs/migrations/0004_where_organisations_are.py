"""A need stated for an organisation is where it is, unless it says elsewhere."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("needs", "0003_what_others_read")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE needs_need AS need
               SET territory_id = body.territory_id
              FROM people_organisation AS body
             WHERE body.id = need.organisation_id AND need.territory_id IS NULL
               AND body.territory_id IS NOT NULL AND need.state <> 'withdrawn'
            """,
            migrations.RunSQL.noop,
        )
    ]
