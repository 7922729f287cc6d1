import config.web.values.text_columns
from config.web.values.text import sort_key
from django.db import migrations, models

BATCH = 1000


def make_keys(apps, schema_editor):
    """Make the keys of all rows there are, some at a time."""
    rows, names = apps.get_model('labels', 'Label').objects, ('key', 'value')
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by('pk').only(*names)[:BATCH]):
        for row in some:
            row.sort_key = sort_key(*(getattr(row, name) for name in names))
        rows.bulk_update(some, ['sort_key'], batch_size=BATCH // 2)
        last = some[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('labels', '0004_clean_descriptions'),
        ('workspaces', '0035_sort_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='label',
            name='sort_key',
            field=config.web.values.text_columns.SortColumn(db_default='', default='', editable=False, max_length=602, of=('key', 'value')),
        ),
        migrations.RunPython(make_keys, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='label',
            index=models.Index(fields=['workspace', 'sort_key', 'id'], name='label_list'),
        ),
    ]
