import config.web.values.text_columns
from accounts.addresses import in_letters
from config.web.values.text import mended, same_key, search_key
from django.db import migrations, models
from django.db.models.functions import Lower

BATCH = 1000
NAME = 150


def in_batches(rows, fields, change):
    """Change all rows, some at a time."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by('pk')[:BATCH]):
        for row in some:
            change(row)
        rows.bulk_update(some, fields, batch_size=BATCH // 4)
        last = some[-1].pk


def make_keys(apps, schema_editor):
    """Clean the texts there are, and make the keys beside them."""
    def rows_of(name):
        return apps.get_model('workspaces', name).objects

    in_batches(rows_of('Workspace'), ['name', 'search_key'], workspace)
    in_batches(rows_of('Resource'), ['name', 'name_key', 'search_key'], resource)
    in_batches(rows_of('Token'), ['name', 'name_key', 'search_key'], token)
    in_batches(rows_of('DirectoryPerson'), ['sent_name', 'sent_name_key'], person)
    in_batches(rows_of('Invite'), ['message', 'search_key'], invite)
    in_batches(rows_of('AccessRequest'), ['asked_for', 'message', 'answer', 'search_key'], plea)
    fields = ['name', 'description', 'name_key', 'search_key', 'description_key']
    in_batches(rows_of('Group'), fields, group_writer())


def workspace(row):
    row.name = mended(row.name, most=NAME) or row.slug
    row.search_key = search_key(row.name, row.slug)


def resource(row):
    row.name = mended(row.name, most=NAME) or row.slug
    row.name_key, row.search_key = same_key(row.name), search_key(row.name, row.slug)


def token(row):
    row.name = mended(row.name, most=NAME) or 'Unnamed'
    row.name_key, row.search_key = same_key(row.name), search_key(row.name)


def person(row):
    row.sent_name = mended(row.sent_name, most=NAME)
    row.sent_name_key = same_key(row.sent_name)


def invite(row):
    row.message = mended(row.message, most=500, lines=True)
    row.search_key = search_key(row.email, in_letters(row.email))


def plea(row):
    row.asked_for = mended(row.asked_for, most=100)
    row.message = mended(row.message, most=2000, lines=True)
    row.answer = mended(row.answer, most=500, lines=True)
    row.search_key = search_key(row.asked_for)


def group_writer():
    """Return what changes a group; of two that are called the same the later gets a number.

    Both keep their people and grants; the description of the later one says what it was called.
    """
    taken = set()

    def change(row):
        row.description = mended(row.description, most=1000, lines=True)
        name = mended(row.name, most=NAME) or 'Unnamed'
        row.name = numbered(name, lambda text: (row.workspace_id, same_key(text)) in taken)
        if row.name != name:
            told = f'It was called “{name}”, as another group already is.'
            row.description = f'{row.description}\n{told}'.strip()[-1000:]
        row.name_key, row.search_key = same_key(row.name), search_key(row.name)
        row.description_key = search_key(row.description, most=1999)
        taken.add((row.workspace_id, row.name_key))

    return change


def numbered(name, is_taken):
    """Return the name, or the first with a number behind it that is free."""
    found, number = name, 1
    while is_taken(found):
        number += 1
        found = f'{name[:NAME - 8]} ({number})'
    return found


def part_by_case(apps, schema_editor):
    """Give numbers to groups that only the database's own idea of small letters makes one."""
    groups = apps.get_model('workspaces', 'Group').objects
    taken = set()
    for row in groups.annotate(low=Lower('name')).order_by('pk'):
        if (row.workspace_id, row.low) in taken:
            row.name = numbered(row.name, lambda text: (row.workspace_id, text.lower()) in taken)
            row.save(update_fields=['name'])
        taken |= {(row.workspace_id, row.low), (row.workspace_id, row.name.lower())}


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0019_invite_mail_at'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='group',
            name='group_name_unique',
        ),
        migrations.RemoveIndex(
            model_name='resource',
            name='resource_list',
        ),
        migrations.RemoveIndex(
            model_name='token',
            name='token_list',
        ),
        migrations.AddField(
            model_name='accessrequest',
            name='search_key',
            field=config.web.values.text_columns.SearchColumn(default='', editable=False, max_length=301, of=('asked_for',)),
        ),
        migrations.AddField(
            model_name='directoryperson',
            name='sent_name_key',
            field=config.web.values.text_columns.SameColumn(default='', editable=False, max_length=300, of=('sent_name',)),
        ),
        migrations.AddField(
            model_name='group',
            name='description_key',
            field=config.web.values.text_columns.SearchColumn(default='', editable=False, max_length=2000, of=('description',)),
        ),
        migrations.AddField(
            model_name='group',
            name='name_key',
            field=config.web.values.text_columns.SameColumn(default='', editable=False, max_length=300, of=('name',)),
        ),
        migrations.AddField(
            model_name='group',
            name='search_key',
            field=config.web.values.text_columns.SearchColumn(default='', editable=False, max_length=301, of=('name',)),
        ),
        migrations.AddField(
            model_name='invite',
            name='search_key',
            field=config.web.values.text_columns.SearchColumn(default='', editable=False, max_length=602, of=('email', 'email_in_letters')),
        ),
        migrations.AddField(
            model_name='resource',
            name='name_key',
            field=config.web.values.text_columns.SameColumn(default='', editable=False, max_length=300, of=('name',)),
        ),
        migrations.AddField(
            model_name='resource',
            name='search_key',
            field=config.web.values.text_columns.SearchColumn(default='', editable=False, max_length=602, of=('name', 'slug')),
        ),
        migrations.AddField(
            model_name='token',
            name='name_key',
            field=config.web.values.text_columns.SameColumn(default='', editable=False, max_length=300, of=('name',)),
        ),
        migrations.AddField(
            model_name='token',
            name='search_key',
            field=config.web.values.text_columns.SearchColumn(default='', editable=False, max_length=301, of=('name',)),
        ),
        migrations.AddField(
            model_name='workspace',
            name='search_key',
            field=config.web.values.text_columns.SearchColumn(default='', editable=False, max_length=602, of=('name', 'slug')),
        ),
        migrations.RunPython(make_keys, part_by_case),
        migrations.AddIndex(
            model_name='group',
            index=models.Index(fields=['workspace', 'search_key', 'id'], name='group_list'),
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['workspace', 'type', 'search_key', 'id'], name='resource_list'),
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['workspace', 'name_key'], name='resource_name'),
        ),
        migrations.AddIndex(
            model_name='token',
            index=models.Index(fields=['workspace', 'search_key', 'id'], name='token_list'),
        ),
        migrations.AddConstraint(
            model_name='group',
            constraint=models.UniqueConstraint(fields=('workspace', 'name_key'), name='group_name_unique'),
        ),
    ]
