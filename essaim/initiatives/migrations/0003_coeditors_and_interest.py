import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0002_refusals_and_reasons'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='fact',
            name='kind',
            field=models.CharField(choices=[('evaluation_concluded', 'évaluation conclue'), ('readiness', 'diagnostic de changement d’échelle'), ('strategy_chosen', 'stratégie choisie'), ('replication', 'reprise'), ('pool_open', 'groupement de financeurs ouvert'), ('laureate', 'lauréat d’un appel'), ('interest', 'intérêt pour une reprise')], max_length=30, verbose_name='nature'),
        ),
        migrations.AlterField(
            model_name='factevent',
            name='kind',
            field=models.CharField(choices=[('evaluation_concluded', 'évaluation conclue'), ('readiness', 'diagnostic de changement d’échelle'), ('strategy_chosen', 'stratégie choisie'), ('replication', 'reprise'), ('pool_open', 'groupement de financeurs ouvert'), ('laureate', 'lauréat d’un appel'), ('interest', 'intérêt pour une reprise')], max_length=30, verbose_name='nature'),
        ),
        migrations.CreateModel(
            name='CoEditor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(auto_now_add=True, verbose_name='depuis')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='nommé par')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coeditors', to='initiatives.initiative')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coedited', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
            ],
            options={
                'verbose_name': 'coéditeur',
                'verbose_name_plural': 'coéditeurs',
                'ordering': ['since', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('card', 'user'), name='coeditor_once', violation_error_message='Cette personne coédite déjà la fiche.')],
            },
        ),
        migrations.CreateModel(
            name='CoEditorEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('since', models.DateTimeField(auto_now_add=True, verbose_name='depuis')),
                ('by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='nommé par')),
                ('card', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='initiatives.initiative')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='initiatives.coeditor')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CoEditorInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse e-mail')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invité par')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coeditor_invitations', to='initiatives.initiative')),
            ],
            options={
                'verbose_name': 'invitation à coéditer',
                'verbose_name_plural': 'invitations à coéditer',
                'ordering': ['at', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('card'), django.db.models.functions.text.Lower('email'), name='coeditor_invitation_once', violation_error_message='Cette adresse est déjà invitée.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='coeditor',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "initiatives_coeditorevent" ("by_id", "card_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "user_id") VALUES (NEW."by_id", NEW."card_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."since", NEW."user_id"); RETURN NULL;', hash='c75eb1d939a4568fa496db57267e79defde38e8f', operation='INSERT', pgid='pgtrigger_insert_insert_ed2f9', table='initiatives_coeditor', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='coeditor',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "initiatives_coeditorevent" ("by_id", "card_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "user_id") VALUES (NEW."by_id", NEW."card_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."since", NEW."user_id"); RETURN NULL;', hash='a1a0b05c4e4306dee415a5b96c82978a2446b53a', operation='UPDATE', pgid='pgtrigger_update_update_46a59', table='initiatives_coeditor', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='coeditor',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "initiatives_coeditorevent" ("by_id", "card_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "user_id") VALUES (OLD."by_id", OLD."card_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."since", OLD."user_id"); RETURN NULL;', hash='75ad5fc29fd7e0f8c2b9217ad8743bc9a8085b74', operation='DELETE', pgid='pgtrigger_delete_delete_410b4', table='initiatives_coeditor', when='AFTER')),
        ),
    ]
