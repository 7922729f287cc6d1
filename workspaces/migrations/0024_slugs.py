"""Slugs are told apart without regard to case, by a key in a column; old ones lead on."""

import config.web.values.text_columns
import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Lower


def fill(apps, schema_editor):
    """Slugs were of a-z, 0-9 and - until now, so that in small letters they are their own keys."""
    apps.get_model('workspaces', 'Resource').objects.update(slug_key=Lower('slug'))


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0023_one_form_of_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('type', models.CharField(max_length=16)),
                ('slug', models.CharField(max_length=63)),
                ('slug_key', config.web.values.text_columns.SameColumn(default='', editable=False, max_length=300, of=('slug',))),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RemoveConstraint(
            model_name='resource',
            name='resource_slug_unique',
        ),
        migrations.AddField(
            model_name='resource',
            name='slug_key',
            field=config.web.values.text_columns.SameColumn(default='', editable=False, max_length=300, of=('slug',)),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.UniqueConstraint(fields=('workspace', 'type', 'slug_key'), name='resource_slug_unique'),
        ),
        migrations.AddField(
            model_name='formerslug',
            name='resource',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='workspaces.resource'),
        ),
        migrations.AddField(
            model_name='formerslug',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.UniqueConstraint(fields=('slug_key', 'type', 'workspace'), name='former_slug_unique'),
        ),
    ]
