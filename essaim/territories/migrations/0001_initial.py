import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('common', '0001_extensions'),
    ]

    operations = [
        migrations.CreateModel(
            name='LoadedFile',
            fields=[
                ('name', models.CharField(max_length=50, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('loaded_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'fichier de référence chargé',
                'verbose_name_plural': 'fichiers de référence chargés',
            },
        ),
        migrations.CreateModel(
            name='ZoningDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=20, verbose_name='identifiant')),
                ('name', models.CharField(max_length=100, verbose_name='nom')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='année')),
                ('inside_communes', models.BooleanField(default=False)),
                ('complete', models.BooleanField(default=False)),
                ('content', models.TextField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'zonage à confirmer',
                'verbose_name_plural': 'zonages à confirmer',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Territory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='nature')),
                ('code', models.CharField(max_length=30, verbose_name='code officiel')),
                ('name', models.CharField(max_length=150, verbose_name='nom')),
                ('label', models.CharField(max_length=180, verbose_name='libellé')),
                ('sort_name', models.CharField(max_length=150, verbose_name='nom pour le tri')),
                ('nature', models.CharField(blank=True, max_length=10, verbose_name='nature juridique')),
                ('former_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=150), blank=True, default=list, size=None, verbose_name='anciens noms')),
                ('former_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None, verbose_name='anciens codes')),
                ('search_text', models.TextField(blank=True, verbose_name='texte cherché')),
                ('postal_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, default=list, size=None, verbose_name='codes postaux')),
                ('siren', models.CharField(blank=True, max_length=9, verbose_name='SIREN')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='population')),
                ('zone_communes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, default=list, size=None)),
                ('gone_on', models.DateField(blank=True, null=True, verbose_name='n’existe plus depuis')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='predecessors', to='territories.territory', verbose_name='successeur')),
            ],
            options={
                'verbose_name': 'territoire',
                'verbose_name_plural': 'territoires',
                'ordering': ['sort_name', 'kind', 'code'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search_text'], name='territory_search_trgm', opclasses=['gin_trgm_ops']), django.contrib.postgres.indexes.GinIndex(fields=['former_codes'], name='territory_former_codes'), django.contrib.postgres.indexes.GinIndex(fields=['postal_codes'], name='territory_postal_codes'), models.Index(django.contrib.postgres.indexes.OpClass(models.F('sort_name'), name='varchar_pattern_ops'), name='territory_sort_name'), models.Index(models.OrderBy(models.F('population'), descending=True, nulls_last=True), name='territory_population'), models.Index(condition=models.Q(('siren', ''), _negated=True), fields=['siren'], name='territory_siren')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'code'), name='territory_kind_code_once'), models.CheckConstraint(condition=models.Q(('successor__isnull', True), ('gone_on__isnull', False), _connector='OR'), name='territory_successor_only_if_gone')],
            },
        ),
        migrations.CreateModel(
            name='Overlap',
            fields=[
                ('pk', models.CompositePrimaryKey('one_id', 'other_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('one', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='overlaps', to='territories.territory')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='territories.territory')),
            ],
            options={
                'verbose_name': 'recoupement',
                'verbose_name_plural': 'recoupements',
                'constraints': [models.CheckConstraint(condition=models.Q(('one', models.F('other')), _negated=True), name='overlap_between_two')],
            },
        ),
        migrations.CreateModel(
            name='Containment',
            fields=[
                ('pk', models.CompositePrimaryKey('descendant_id', 'ancestor_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('ancestor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='down', to='territories.territory')),
                ('descendant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='up', to='territories.territory')),
            ],
            options={
                'verbose_name': 'inclusion',
                'verbose_name_plural': 'inclusions',
                'indexes': [models.Index(fields=['ancestor', 'descendant'], name='containment_down')],
            },
        ),
        migrations.CreateModel(
            name='Zoning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=20, unique=True, verbose_name='identifiant')),
                ('name', models.CharField(max_length=100, verbose_name='nom')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='année')),
                ('inside_communes', models.BooleanField(default=False, verbose_name='zones plus petites que les communes')),
            ],
            options={
                'verbose_name': 'zonage',
                'verbose_name_plural': 'zonages',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__in', ['country', 'region', 'department', 'epci', 'commune', 'group']), _negated=True), name='zoning_slug_not_official', violation_error_message='Cet identifiant est celui d’une nature officielle de territoire : choisissez-en un autre.')],
            },
        ),
        migrations.CreateModel(
            name='ZoningEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, max_length=20, verbose_name='identifiant')),
                ('name', models.CharField(max_length=100, verbose_name='nom')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='année')),
                ('inside_communes', models.BooleanField(default=False, verbose_name='zones plus petites que les communes')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='territories.zoning')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zoning',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "territories_zoningevent" ("id", "inside_communes", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "source", "year") VALUES (NEW."id", NEW."inside_communes", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."slug", NEW."source", NEW."year"); RETURN NULL;', hash='36c16890aeea9545f11774cefccbd6899b7d608a', operation='INSERT', pgid='pgtrigger_insert_insert_90df3', table='territories_zoning', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zoning',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "territories_zoningevent" ("id", "inside_communes", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "source", "year") VALUES (NEW."id", NEW."inside_communes", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."slug", NEW."source", NEW."year"); RETURN NULL;', hash='a04fcf2bfe17ff8aab8bfe6b641d4e4aec666cc2', operation='UPDATE', pgid='pgtrigger_update_update_c48a8', table='territories_zoning', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zoning',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "territories_zoningevent" ("id", "inside_communes", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "source", "year") VALUES (OLD."id", OLD."inside_communes", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."slug", OLD."source", OLD."year"); RETURN NULL;', hash='ee56e74753832496f0a161b4f073ef65da99b2f3', operation='DELETE', pgid='pgtrigger_delete_delete_0eb90', table='territories_zoning', when='AFTER')),
        ),
    ]
