"""Levels already stored are derived anew: a source establishes no more than it can.

Nothing was confirmed on the platform before, so that the highest is 3.
"""

from django.db import migrations

RULE = """
    UPDATE initiatives_initiative AS card SET proof_level = COALESCE((
        SELECT max(least(
            (fact.value->>'level')::int,
            CASE fact.value->>'kind'
                WHEN 'self' THEN 3 WHEN 'peer' THEN 3 WHEN 'independent' THEN 3
                WHEN 'users' THEN 2 ELSE 1
            END
        ))
        FROM initiatives_fact AS fact
        WHERE fact.initiative_id = card.id AND fact.kind = 'evaluation_concluded'
            AND fact.value->>'level' IS NOT NULL
    ), 0) WHERE card.proof_level > 1
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0007_fact_of_a_kit")]

    operations = [migrations.RunSQL(RULE, migrations.RunSQL.noop)]
