from django.db import migrations, models


def proved_at_sign_in(apps, schema_editor):
    apps.get_model('accounts', 'SignIn').objects.update(proved_at=models.F('signed_in_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sign_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='signin',
            name='proved_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(proved_at_sign_in, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='signin',
            name='proved_at',
            field=models.DateTimeField(editable=False),
        ),
    ]
