"""What the models can't say: postings read from their index alone, vectors kept in their row."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [
        migrations.RunSQL(
            [
                # Half the width, and all a weight needs.
                "ALTER TABLE search_posting ALTER frequency TYPE real, ALTER weight TYPE real",
                "ALTER TABLE search_posting DROP CONSTRAINT search_posting_pkey",
                "ALTER TABLE search_posting ADD CONSTRAINT search_posting_pkey"
                " PRIMARY KEY (lexeme, object_id) INCLUDE (weight)",
                # A vector of 1 kB beside its text would be moved away, one fetch further.
                "ALTER TABLE search_passage ALTER embedding SET STORAGE PLAIN",
            ],
            migrations.RunSQL.noop,
        ),
    ]
