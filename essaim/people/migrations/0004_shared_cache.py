from django.db import migrations

# The table that django.core.cache.backends.db expects, as `createcachetable` would make it.
CREATE = """
CREATE TABLE IF NOT EXISTS essaim_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS essaim_cache_expires ON essaim_cache (expires);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_consents_and_deleted_accounts'),
    ]

    operations = [
        migrations.RunSQL(CREATE, 'DROP TABLE IF EXISTS essaim_cache'),
    ]
