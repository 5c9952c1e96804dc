import django.core.serializers.json
import django.db.models.deletion
import django_fsm
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('initiatives', '0003_coeditors_and_interest'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('territories', '0002_derived_containment'),
    ]

    operations = [
        migrations.CreateModel(
            name='ModerationCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('card', 'fiche'), ('question', 'question'), ('answer', 'réponse'), ('proposal', 'proposition')], max_length=10, verbose_name='contenu')),
                ('target', models.BigIntegerField(verbose_name='numéro')),
                ('state', django_fsm.FSMField(choices=[('open', 'à examiner'), ('dismissed', 'classé, contenu laissé'), ('hidden', 'contenu masqué'), ('appealed', 'recours à examiner'), ('upheld', 'masquage confirmé'), ('restored', 'contenu rétabli')], default='open', max_length=50, protected=True, verbose_name='état')),
                ('opened_at', models.DateTimeField(auto_now_add=True, verbose_name='ouvert le')),
                ('reason_code', models.CharField(blank=True, choices=[('personal', 'données personnelles, vie privée'), ('hateful', 'injure, haine, menace'), ('false', 'information fausse ou trompeuse'), ('advertising', 'publicité, contenu sans rapport'), ('rights', 'droits d’auteur ou autres droits'), ('other', 'autre raison')], max_length=12, verbose_name='motif')),
                ('reason', models.TextField(blank=True, max_length=3000, verbose_name='explication')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                ('appeal', models.TextField(blank=True, max_length=3000, verbose_name='recours')),
                ('appealed_at', models.DateTimeField(blank=True, null=True, verbose_name='recours du')),
                ('appeal_answer', models.TextField(blank=True, max_length=3000, verbose_name='réponse au recours')),
                ('appeal_decided_at', models.DateTimeField(blank=True, null=True)),
                ('appeal_decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recours décidé par')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moderation_cases', to='initiatives.initiative')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidé par')),
                ('subject_author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur du contenu')),
            ],
            options={
                'verbose_name': 'signalement',
                'verbose_name_plural': 'signalements',
                'ordering': ['opened_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'hidden', 'appealed'])), fields=('kind', 'target'), name='moderation_one_standing_case'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'dismissed', 'hidden', 'appealed', 'upheld', 'restored'])), name='moderation_state_known'), models.CheckConstraint(condition=models.Q(('state', 'open'), ('decided_at__isnull', False), _connector='OR'), name='moderation_decided_has_date'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['appealed', 'upheld', 'restored']), _negated=True), ('appealed_at__isnull', False), _connector='OR'), name='moderation_appeal_has_date'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('appeal_decided_by__isnull', True), models.Q(('decided_by', models.F('appeal_decided_by')), _negated=True), _connector='OR'), name='moderation_appeal_by_another', violation_error_message='Le recours est décidé par une autre personne.')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ModerationDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('card', 'fiche'), ('question', 'question'), ('answer', 'réponse'), ('proposal', 'proposition')], max_length=10)),
                ('target', models.BigIntegerField()),
                ('outcome', models.CharField(choices=[('dismissed', 'classé'), ('hidden', 'masqué'), ('upheld', 'masquage confirmé'), ('restored', 'rétabli')], max_length=10)),
                ('reason_code', models.CharField(blank=True, choices=[('personal', 'données personnelles, vie privée'), ('hateful', 'injure, haine, menace'), ('false', 'information fausse ou trompeuse'), ('advertising', 'publicité, contenu sans rapport'), ('rights', 'droits d’auteur ou autres droits'), ('other', 'autre raison')], max_length=12)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('card', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.initiative')),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='decisions', to='contributions.moderationcase')),
            ],
            options={
                'verbose_name': 'décision de modération',
                'verbose_name_plural': 'décisions de modération',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='écrit le')),
                ('hidden_at', models.DateTimeField(blank=True, null=True, verbose_name='masqué le')),
                ('text', models.TextField(blank=True, max_length=5000, verbose_name='texte')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='corrigé le')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                ('is_private', models.BooleanField(default=False, verbose_name='pour l’équipe du porteur seulement')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='initiatives.initiative')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.organisation', verbose_name='au nom de')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['card', '-created_at'], name='question_of_card'), models.Index(fields=['author', '-created_at'], name='question_of_author')],
                'constraints': [models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', False), models.Q(('text', ''), _negated=True), _connector='OR'), name='question_has_text', violation_error_message='Écrivez votre question.')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='écrit le')),
                ('hidden_at', models.DateTimeField(blank=True, null=True, verbose_name='masqué le')),
                ('text', models.TextField(blank=True, max_length=5000, verbose_name='texte')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='corrigé le')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                ('useful_at', models.DateTimeField(blank=True, null=True, verbose_name='jugée utile le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.organisation', verbose_name='au nom de')),
                ('useful_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='jugée utile par')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='contributions.question')),
            ],
            options={
                'verbose_name': 'réponse',
                'verbose_name_plural': 'réponses',
                'ordering': ['created_at', 'pk'],
                'indexes': [models.Index(fields=['author', '-created_at'], name='answer_of_author')],
                'constraints': [models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', False), models.Q(('text', ''), _negated=True), _connector='OR'), name='answer_has_text', violation_error_message='Écrivez votre réponse.')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='écrit le')),
                ('hidden_at', models.DateTimeField(blank=True, null=True, verbose_name='masqué le')),
                ('kind', models.CharField(choices=[('section', 'modification'), ('variant', 'nouvelle variante'), ('material', 'matériel'), ('failure', 'échec dont on a appris'), ('answer', 'réponse à une question')], default='section', max_length=10, verbose_name='nature')),
                ('section', models.SlugField(max_length=30, verbose_name='section')),
                ('base_version', models.PositiveIntegerField(verbose_name='version de départ')),
                ('seen', models.CharField(max_length=32, verbose_name='empreinte de la section')),
                ('before', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('content', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('reason', models.TextField(blank=True, max_length=5000, verbose_name='pourquoi')),
                ('state', django_fsm.FSMField(choices=[('draft', 'brouillon'), ('proposed', 'proposée'), ('accepted', 'acceptée'), ('amended', 'acceptée avec des changements'), ('declined', 'déclinée'), ('withdrawn', 'retirée')], default='draft', max_length=50, protected=True, verbose_name='état')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='envoyée le')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidée le')),
                ('decision', models.TextField(blank=True, max_length=5000, verbose_name='mot à l’auteur')),
                ('taken', models.JSONField(blank=True, encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ('answer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='proposals', to='contributions.answer', verbose_name='tirée de la réponse')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='initiatives.initiative')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidée par')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.organisation', verbose_name='au nom de')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='envoyée par')),
            ],
            options={
                'verbose_name': 'proposition',
                'verbose_name_plural': 'propositions',
                'ordering': ['-sent_at', '-pk'],
                'indexes': [models.Index(fields=['card', 'state', '-decided_at'], name='proposal_of_card'), models.Index(fields=['author', '-created_at'], name='proposal_of_author')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'proposed', 'accepted', 'amended', 'declined', 'withdrawn'])), name='proposal_state_known'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'withdrawn']), ('sent_at__isnull', False), _connector='OR'), name='proposal_sent_has_date', violation_error_message='Une proposition envoyée garde la date de son envoi.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'amended', 'declined']), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='proposal_decided_has_date', violation_error_message='Une décision garde sa date.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('decision', ''), _negated=True), _connector='OR'), name='proposal_declined_has_reason', violation_error_message='Dites à l’auteur pourquoi vous déclinez.')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ProposalEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('section', models.SlugField(db_index=False, max_length=30, verbose_name='section')),
                ('kind', models.CharField(choices=[('section', 'modification'), ('variant', 'nouvelle variante'), ('material', 'matériel'), ('failure', 'échec dont on a appris'), ('answer', 'réponse à une question')], default='section', max_length=10, verbose_name='nature')),
                ('state', django_fsm.FSMField(choices=[('draft', 'brouillon'), ('proposed', 'proposée'), ('accepted', 'acceptée'), ('amended', 'acceptée avec des changements'), ('declined', 'déclinée'), ('withdrawn', 'retirée')], default='draft', max_length=50, protected=True, verbose_name='état')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidée le')),
                ('hidden_at', models.DateTimeField(blank=True, null=True, verbose_name='masqué le')),
                ('author', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('card', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='initiatives.initiative')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidée par')),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.organisation', verbose_name='au nom de')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='id_card_section_kind_author_organisation_sent_by_state_decided_by_decided_at_hidden_at_events', to='contributions.proposal')),
                ('sent_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='envoyée par')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason_code', models.CharField(choices=[('personal', 'données personnelles, vie privée'), ('hateful', 'injure, haine, menace'), ('false', 'information fausse ou trompeuse'), ('advertising', 'publicité, contenu sans rapport'), ('rights', 'droits d’auteur ou autres droits'), ('other', 'autre raison')], max_length=12, verbose_name='motif')),
                ('text', models.TextField(blank=True, max_length=3000, verbose_name='explication')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='le')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signalé par')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='contributions.moderationcase')),
            ],
            options={
                'verbose_name': 'signalement d’une personne',
                'verbose_name_plural': 'signalements des personnes',
                'ordering': ['at', 'pk'],
                'indexes': [models.Index(fields=['by', '-at'], name='report_of_person')],
                'constraints': [models.UniqueConstraint(fields=('case', 'by'), name='report_once', violation_error_message='Vous avez déjà signalé ce contenu.')],
            },
        ),
        migrations.CreateModel(
            name='Interest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.TextField(max_length=3000, verbose_name='message')),
                ('state', django_fsm.FSMField(choices=[('interested', 'intéressé'), ('in_contact', 'en contact'), ('closed', 'retiré')], default='interested', max_length=50, protected=True, verbose_name='état')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='depuis')),
                ('contacted_at', models.DateTimeField(blank=True, null=True, verbose_name='en contact depuis')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interests', to='initiatives.initiative')),
                ('contacted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='mis en contact par')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='interests', to='people.organisation', verbose_name='au nom de')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territories.territory', verbose_name='territoire')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interests', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
            ],
            options={
                'verbose_name': 'intérêt',
                'verbose_name_plural': 'intérêts',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['interested', 'in_contact'])), fields=('card', 'user', 'organisation'), name='interest_once', nulls_distinct=False, violation_error_message='Vous avez déjà dit votre intérêt pour cette fiche.'), models.CheckConstraint(condition=models.Q(('state__in', ['interested', 'in_contact', 'closed'])), name='interest_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'in_contact'), _negated=True), ('contacted_at__isnull', False), _connector='OR'), name='interest_in_contact_has_date'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', False), _connector='OR'), name='interest_closed_has_date')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "contributions_proposalevent" ("author_id", "card_id", "decided_at", "decided_by_id", "hidden_at", "id", "kind", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section", "sent_by_id", "state") VALUES (NEW."author_id", NEW."card_id", NEW."decided_at", NEW."decided_by_id", NEW."hidden_at", NEW."id", NEW."kind", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."section", NEW."sent_by_id", NEW."state"); RETURN NULL;', hash='fd60aeb80ab41d3a178e90694fef8812a42da1a7', operation='INSERT', pgid='pgtrigger_insert_insert_6e838', table='contributions_proposal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."card_id" IS DISTINCT FROM (NEW."card_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."hidden_at" IS DISTINCT FROM (NEW."hidden_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."section" IS DISTINCT FROM (NEW."section") OR OLD."sent_by_id" IS DISTINCT FROM (NEW."sent_by_id") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "contributions_proposalevent" ("author_id", "card_id", "decided_at", "decided_by_id", "hidden_at", "id", "kind", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section", "sent_by_id", "state") VALUES (NEW."author_id", NEW."card_id", NEW."decided_at", NEW."decided_by_id", NEW."hidden_at", NEW."id", NEW."kind", NEW."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."section", NEW."sent_by_id", NEW."state"); RETURN NULL;', hash='505697290b66f5a3926e7da66931d0f3d8745d7a', operation='UPDATE', pgid='pgtrigger_update_update_4258d', table='contributions_proposal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "contributions_proposalevent" ("author_id", "card_id", "decided_at", "decided_by_id", "hidden_at", "id", "kind", "organisation_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section", "sent_by_id", "state") VALUES (OLD."author_id", OLD."card_id", OLD."decided_at", OLD."decided_by_id", OLD."hidden_at", OLD."id", OLD."kind", OLD."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."section", OLD."sent_by_id", OLD."state"); RETURN NULL;', hash='5445183cce620fe0072b98e86e321ae8e13b619e', operation='DELETE', pgid='pgtrigger_delete_delete_56803', table='contributions_proposal', when='AFTER')),
        ),
    ]
