import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0001_initial'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('territories', '0002_derived_containment'),
        ('themes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(verbose_name='raisons du refus')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('appeal', models.TextField(blank=True, verbose_name='contestation')),
                ('appealed_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'refus maintenu'), ('overturned', 'fiche publiée'), ('returned', 'renvoyée pour complément')], max_length=12, verbose_name='décision')),
                ('decision', models.TextField(blank=True, verbose_name='raisons de la décision')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='refusals', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='initiatives.initiative')),
            ],
            options={
                'verbose_name': 'refus d’une fiche',
                'verbose_name_plural': 'refus des fiches',
                'ordering': ['-at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('appealed_at__isnull', True), models.Q(('appeal', ''), _negated=True), _connector='OR'), name='refusal_appeal_has_words'), models.CheckConstraint(condition=models.Q(('decided_at__isnull', True), models.Q(('appealed_at__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='refusal_decision_is_complete')],
            },
        ),
        migrations.CreateModel(
            name='RevisionNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('text', models.CharField(max_length=500, verbose_name='motif')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revision_notes', to='initiatives.initiative')),
            ],
            options={
                'verbose_name': 'motif d’une modification',
                'verbose_name_plural': 'motifs des modifications',
                'constraints': [models.UniqueConstraint(fields=('initiative', 'version'), name='revision_note_once')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='initiative',
            name='initiative_publication_known',
        ),
        migrations.AlterField(
            model_name='initiative',
            name='publication',
            field=django_fsm.FSMField(choices=[('draft', 'brouillon'), ('submitted', 'soumise'), ('returned', 'renvoyée pour complément'), ('refused', 'refusée'), ('appealed', 'refus contesté'), ('published', 'publiée'), ('archived', 'archivée')], default='draft', max_length=50, protected=True, verbose_name='publication'),
        ),
        migrations.AlterField(
            model_name='initiativeevent',
            name='publication',
            field=django_fsm.FSMField(choices=[('draft', 'brouillon'), ('submitted', 'soumise'), ('returned', 'renvoyée pour complément'), ('refused', 'refusée'), ('appealed', 'refus contesté'), ('published', 'publiée'), ('archived', 'archivée')], default='draft', max_length=50, protected=True, verbose_name='publication'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=models.CheckConstraint(condition=models.Q(('publication__in', ['draft', 'submitted', 'returned', 'refused', 'appealed', 'published', 'archived'])), name='initiative_publication_known'),
        ),
    ]
