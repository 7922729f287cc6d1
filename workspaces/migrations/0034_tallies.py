import django.db.models.deletion
from django.db import migrations, models

from workspaces.models.tally import drop_triggers


def keep_no_more(apps, schema_editor):
    """Leave no triggers behind that write to a table which is gone.

    They are made, and the tallies with them, when `migrate` is through (`workspaces.apps`).
    """
    drop_triggers(schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('labels', '0004_clean_descriptions'),
        ('workspaces', '0033_grants_by_subject'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=16)),
                ('number', models.BigIntegerField()),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='workspaces.workspace')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'what'), name='tally_once')],
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, keep_no_more),
    ]
