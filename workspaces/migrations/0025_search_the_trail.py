import config.web.values.text_columns
from config.web.values.text import search_key
from django.db import migrations

BATCH = 1000


def make_keys(apps, schema_editor):
    """Make the keys of what the trail names, which no digest covers."""
    events = apps.get_model('workspaces', 'Event').objects
    mentions = apps.get_model('workspaces', 'Mention').objects
    for rows, names in (
        (events, {'actor_key': 'actor_name', 'target_key': 'target_name'}),
        (mentions, {'search_key': 'name'}),
    ):
        last = 0
        while some := list(rows.filter(pk__gt=last).order_by('pk').only(*names.values())[:BATCH]):
            for row in some:
                for key, name in names.items():
                    setattr(row, key, search_key(getattr(row, name)))
            rows.bulk_update(some, list(names), batch_size=BATCH // 4)
            last = some[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0024_slugs'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='actor_key',
            field=config.web.values.text_columns.SearchColumn(db_default='', default='', editable=False, max_length=301, of=('actor_name',)),
        ),
        migrations.AddField(
            model_name='event',
            name='target_key',
            field=config.web.values.text_columns.SearchColumn(db_default='', default='', editable=False, max_length=301, of=('target_name',)),
        ),
        migrations.AddField(
            model_name='mention',
            name='search_key',
            field=config.web.values.text_columns.SearchColumn(db_default='', default='', editable=False, max_length=301, of=('name',)),
        ),
        migrations.RunPython(make_keys, migrations.RunPython.noop),
    ]
