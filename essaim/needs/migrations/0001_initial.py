import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('territories', '0001_initial'),
        ('themes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=5000, verbose_name='besoin')),
                ('visibility', models.CharField(choices=[('private', 'moi'), ('organisation', 'mon organisation'), ('members', 'les membres de la plateforme'), ('public', 'tout le monde')], default='members', max_length=12, verbose_name='visible par')),
                ('search', models.CharField(blank=True, max_length=2000)),
                ('found', models.PositiveIntegerField(blank=True, null=True, verbose_name='initiatives trouvées')),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='people.organisation', verbose_name='organisation')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='territories.territory', verbose_name='territoire')),
                ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='themes.theme', verbose_name='thème')),
            ],
            options={
                'verbose_name': 'besoin',
                'verbose_name_plural': 'besoins',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['visibility', '-created_at', '-id'], name='need_recent')],
                'constraints': [models.UniqueConstraint(fields=('author', 'submission'), name='need_submitted_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='need_says_something'), models.CheckConstraint(condition=models.Q(('visibility__in', ['private', 'organisation', 'members', 'public'])), name='need_visibility_known'), models.CheckConstraint(condition=models.Q(models.Q(('visibility', 'organisation'), _negated=True), ('organisation__isnull', False), _connector='OR'), name='need_visible_to_its_organisation', violation_error_message='Choisissez l’organisation qui pourra lire ce besoin.')],
            },
        ),
        migrations.CreateModel(
            name='NeedEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('visibility', models.CharField(choices=[('private', 'moi'), ('organisation', 'mon organisation'), ('members', 'les membres de la plateforme'), ('public', 'tout le monde')], default='members', max_length=12, verbose_name='visible par')),
                ('found', models.PositiveIntegerField(blank=True, null=True, verbose_name='initiatives trouvées')),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.organisation', verbose_name='organisation')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='needs.need')),
                ('territory', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='territories.territory', verbose_name='territoire')),
                ('theme', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='themes.theme', verbose_name='thème')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='need',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "needs_needevent" ("author_id", "created_at", "found", "id", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "submission", "territory_id", "theme_id", "updated_at", "version", "visibility") VALUES (NEW."author_id", NEW."created_at", NEW."found", NEW."id", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."submission", NEW."territory_id", NEW."theme_id", NEW."updated_at", NEW."version", NEW."visibility"); RETURN NULL;', hash='62ce43161d76d71561d749a2624868d4d829f8d3', operation='INSERT', pgid='pgtrigger_insert_insert_ae169', table='needs_need', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='need',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."found" IS DISTINCT FROM (NEW."found") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."submission" IS DISTINCT FROM (NEW."submission") OR OLD."territory_id" IS DISTINCT FROM (NEW."territory_id") OR OLD."theme_id" IS DISTINCT FROM (NEW."theme_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."visibility" IS DISTINCT FROM (NEW."visibility"))', func='INSERT INTO "needs_needevent" ("author_id", "created_at", "found", "id", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "submission", "territory_id", "theme_id", "updated_at", "version", "visibility") VALUES (NEW."author_id", NEW."created_at", NEW."found", NEW."id", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."submission", NEW."territory_id", NEW."theme_id", NEW."updated_at", NEW."version", NEW."visibility"); RETURN NULL;', hash='2fa49d6632ad9d31435d24b5396f02cbf25b8799', operation='UPDATE', pgid='pgtrigger_update_update_a52e1', table='needs_need', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='need',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "needs_needevent" ("author_id", "created_at", "found", "id", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "submission", "territory_id", "theme_id", "updated_at", "version", "visibility") VALUES (OLD."author_id", OLD."created_at", OLD."found", OLD."id", OLD."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."submission", OLD."territory_id", OLD."theme_id", OLD."updated_at", OLD."version", OLD."visibility"); RETURN NULL;', hash='51d0b010af7a21ab1d44b4d4caacb4675389caff', operation='DELETE', pgid='pgtrigger_delete_delete_faaa7', table='needs_need', when='AFTER')),
        ),
    ]
