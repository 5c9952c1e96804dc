from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0002_arrivals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='arrival',
            name='kind',
            field=models.CharField(choices=[('scheme', 'dispositif'), ('pool', 'groupement de financeurs'), ('call', 'appel')], max_length=20),
        ),
    ]
