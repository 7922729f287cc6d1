from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0035_sort_keys'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='invite',
            index=models.Index(condition=models.Q(('accepted_at__isnull', True), ('voided_at__isnull', True)), fields=['workspace', 'expires_at', 'id'], name='invite_by_end'),
        ),
    ]
