import django.db.models.deletion
import django.utils.timezone
import essaim.following.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=50)),
                ('kind', models.CharField(max_length=30)),
                ('key', models.CharField(max_length=1000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('once', models.CharField(default=essaim.following.models._once, max_length=64)),
                ('extra', models.JSONField(blank=True, default=dict)),
                ('spread_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'annonce',
                'verbose_name_plural': 'annonces',
                'indexes': [models.Index(condition=models.Q(('spread_at__isnull', True)), fields=['at'], name='announcement_to_spread'), models.Index(fields=['kind', 'key'], name='announcement_of_subject')],
                'constraints': [models.UniqueConstraint(fields=('verb', 'kind', 'key', 'once'), name='announcement_once')],
            },
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.DateField()),
                ('claimed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('lines', models.PositiveIntegerField(default=0)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'résumé envoyé',
                'verbose_name_plural': 'résumés envoyés',
                'constraints': [models.UniqueConstraint(fields=('user', 'period'), name='digest_once_a_period')],
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('key', models.CharField(max_length=1000)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'suivi',
                'verbose_name_plural': 'suivis',
                'indexes': [models.Index(fields=['kind', 'key', 'user'], name='follow_of_subject')],
                'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'key'), name='follow_once', violation_error_message='Vous le suivez déjà.')],
            },
        ),
        migrations.CreateModel(
            name='MailSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(choices=[('daily', 'une fois par jour'), ('weekly', 'une fois par semaine'), ('never', 'jamais')], default='never', max_length=10, verbose_name='résumé de ce que je suis')),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('waits_by_mail', models.BooleanField(default=True, verbose_name='prévenir tout de suite de ce qui m’attend')),
                ('language', models.CharField(choices=[('fr', 'Français'), ('en', 'English')], default='fr', max_length=5, verbose_name='langue des messages')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_settings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'réglage des messages',
                'verbose_name_plural': 'réglages des messages',
                'indexes': [models.Index(condition=models.Q(('digest', 'never'), _negated=True), fields=['digest', 'user'], name='mail_settings_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('digest__in', ['daily', 'weekly', 'never'])), name='mail_settings_digest_known'), models.CheckConstraint(condition=models.Q(('digest', 'never'), ('accepted_at__isnull', False), _connector='OR'), name='mail_settings_digest_was_accepted', violation_error_message='Un résumé ne part qu’à qui l’a accepté.')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because_kind', models.CharField(blank=True, max_length=30)),
                ('because_key', models.CharField(blank=True, max_length=1000)),
                ('waits', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='following.announcement')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notification',
                'verbose_name_plural': 'notifications',
                'indexes': [models.Index(fields=['user', '-created_at', '-id'], name='notification_latest'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='notification_unread'), models.Index(condition=models.Q(('mailed_at__isnull', True), ('read_at__isnull', True)), fields=['user', 'created_at'], name='notification_unmailed'), models.Index(condition=models.Q(('mailed_at__isnull', True), ('read_at__isnull', True), ('waits', True)), fields=['created_at'], name='notification_waiting')],
                'constraints': [models.UniqueConstraint(fields=('user', 'announcement'), name='notification_once')],
            },
        ),
        migrations.CreateModel(
            name='Reach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('key', models.CharField(max_length=1000)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reaches', to='following.announcement')),
            ],
            options={
                'verbose_name': 'portée',
                'verbose_name_plural': 'portées',
                'constraints': [models.UniqueConstraint(fields=('announcement', 'kind', 'key'), name='reach_once')],
            },
        ),
    ]
