import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('people', '0002_organisations_and_joining'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('terms', 'conditions d’utilisation'), ('mail', 'courriels d’information')], max_length=10, verbose_name='objet')),
                ('version', models.CharField(max_length=20, verbose_name='version')),
                ('text', models.TextField(verbose_name='texte en français')),
                ('text_en', models.TextField(blank=True, verbose_name='texte en anglais')),
                ('published_at', models.DateTimeField(blank=True, help_text='Vide : brouillon. Une version publiée ne change plus.', null=True, verbose_name='en vigueur depuis')),
            ],
            options={
                'verbose_name': 'texte à accepter',
                'verbose_name_plural': 'textes à accepter',
                'ordering': ['kind', '-published_at'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'version'), name='consent_text_version_once', violation_error_message='Cette version existe déjà.'), models.CheckConstraint(condition=models.Q(('kind__in', ['terms', 'mail'])), name='consent_text_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to=settings.AUTH_USER_MODEL)),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='people.consenttext')),
            ],
            options={
                'verbose_name': 'consentement',
                'verbose_name_plural': 'consentements',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('user', 'text'), name='consent_given_once')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='declined_siren',
            field=models.CharField(blank=True, editable=False, max_length=9),
        ),
        migrations.AddField(
            model_name='user',
            name='deleted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='supprimé le'),
        ),
        migrations.AddField(
            model_name='user',
            name='inactivity_warned_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('deleted_at__isnull', True), models.Q(('email__endswith', '@compte-supprime.invalid'), ('is_active', False), ('is_manager', False), ('is_staff', False), ('is_superuser', False)), _connector='OR'), name='user_deleted_is_empty', violation_error_message='Un compte supprimé ne se rouvre pas.'),
        ),
    ]
