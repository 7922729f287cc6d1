import django.utils.timezone
from django.db import migrations, models

import config.web.values.public_ids

BATCH = 1000


def give_ids(apps, schema_editor):
    """Give each resource there is an id of its own; a column's default would be one for all."""
    resources = apps.get_model('workspaces', 'Resource').objects
    last = 0
    while rows := list(resources.filter(pk__gt=last).order_by('pk').only('pk')[:BATCH]):
        for row in rows:
            row.public_id = config.web.values.public_ids.public_id()
        resources.bulk_update(rows, ['public_id'], batch_size=BATCH // 4)
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0010_alias_request'),
    ]

    operations = [
        migrations.AddField(
            model_name='resource',
            name='public_id',
            field=models.CharField(editable=False, max_length=22, null=True),
        ),
        migrations.AddField(
            model_name='resource',
            name='enabled',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='resource',
            name='details',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='resource',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name='resource',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.RunPython(give_ids, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='resource',
            name='public_id',
            field=models.CharField(default=config.web.values.public_ids.public_id, editable=False, max_length=22, unique=True),
        ),
        migrations.AddField(
            model_name='invite',
            name='sent_by_token',
            field=models.ForeignKey(db_index=False, null=True, on_delete=models.deletion.SET_NULL, related_name='+', to='workspaces.token'),
        ),
    ]
