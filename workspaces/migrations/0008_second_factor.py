from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0007_token_rotation'),
    ]

    operations = [
        migrations.AddField(
            model_name='workspace',
            name='mfa_required_from',
            field=models.DateTimeField(null=True),
        ),
    ]
