"""What the models can't say: the cards of a theme, an audience or a place, read from an index alone."""

from django.db import migrations

LINKS = [("themes", "theme"), ("audiences", "audience"), ("territories", "territory")]


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0003_coeditors_and_interest")]
    operations = [
        migrations.RunSQL(
            f"CREATE INDEX card_by_{one} ON initiatives_initiative_{many} ({one}_id, initiative_id)",
            f"DROP INDEX card_by_{one}",
        )
        for many, one in LINKS
    ]
