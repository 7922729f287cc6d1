import config.web.values.text_columns
from django.conf import settings
from config.web.values.text import sort_key
from django.db import migrations, models

BATCH = 1000


def make_keys(apps, schema_editor):
    """Make the keys of all rows there are, some at a time."""
    for model, names in (
        ('Group', ('name',)),
        ('Invite', ('email',)),
        ('Resource', ('name', 'slug')),
        ('Review', ('name',)),
        ('Token', ('name',)),
        ('Workspace', ('name', 'slug')),
    ):
        rows = apps.get_model('workspaces', model).objects
        last = 0
        while some := list(rows.filter(pk__gt=last).order_by('pk').only(*names)[:BATCH]):
            for row in some:
                row.sort_key = sort_key(*(getattr(row, name) for name in names))
            rows.bulk_update(some, ['sort_key'], batch_size=BATCH // 2)
            last = some[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0034_tallies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='group',
            name='group_list',
        ),
        migrations.RemoveIndex(
            model_name='token',
            name='token_list',
        ),
        migrations.AddField(
            model_name='group',
            name='sort_key',
            field=config.web.values.text_columns.SortColumn(db_default='', default='', editable=False, max_length=301, of=('name',)),
        ),
        migrations.AddField(
            model_name='invite',
            name='sort_key',
            field=config.web.values.text_columns.SortColumn(db_default='', default='', editable=False, max_length=301, of=('email',)),
        ),
        migrations.AddField(
            model_name='resource',
            name='sort_key',
            field=config.web.values.text_columns.SortColumn(db_default='', default='', editable=False, max_length=602, of=('name', 'slug')),
        ),
        migrations.AddField(
            model_name='review',
            name='sort_key',
            field=config.web.values.text_columns.SortColumn(db_default='', default='', editable=False, max_length=301, of=('name',)),
        ),
        migrations.AddField(
            model_name='token',
            name='sort_key',
            field=config.web.values.text_columns.SortColumn(db_default='', default='', editable=False, max_length=301, of=('name',)),
        ),
        migrations.AddField(
            model_name='workspace',
            name='sort_key',
            field=config.web.values.text_columns.SortColumn(db_default='', default='', editable=False, max_length=602, of=('name', 'slug')),
        ),
        migrations.RunPython(make_keys, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='group',
            index=models.Index(fields=['workspace', 'sort_key', 'id'], name='group_list'),
        ),
        migrations.AddIndex(
            model_name='invite',
            index=models.Index(condition=models.Q(('accepted_at__isnull', True), ('voided_at__isnull', True)), fields=['workspace', 'sort_key', 'id'], name='invite_list'),
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['workspace', 'type', 'sort_key', 'id'], name='resource_in_order'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['workspace', 'sort_key', 'id'], name='review_by_name'),
        ),
        migrations.AddIndex(
            model_name='token',
            index=models.Index(fields=['workspace', 'sort_key', 'id'], name='token_list'),
        ),
    ]
