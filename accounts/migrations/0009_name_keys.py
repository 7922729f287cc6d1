import config.web.values.text_columns
from accounts.addresses import NAME_LENGTH, in_letters
from config.web.values.text import mended, same_key, search_key
from django.db import migrations, models

BATCH = 1000


def make_keys(apps, schema_editor):
    """Clean the names there are, and make the keys of every user."""
    users = apps.get_model('accounts', 'User').objects
    last = 0
    while rows := list(users.filter(pk__gt=last).order_by('pk').only('name', 'email')[:BATCH]):
        for row in rows:
            row.name = mended(row.name, most=NAME_LENGTH)
            row.name_key = same_key(row.name)
            row.search_key = search_key(row.name, row.email, in_letters(row.email))
        users.bulk_update(rows, ['name', 'name_key', 'search_key'], batch_size=BATCH // 4)
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_mail_about'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='user',
            name='user_by_name',
        ),
        migrations.AddField(
            model_name='user',
            name='name_key',
            field=config.web.values.text_columns.SameColumn(default='', editable=False, max_length=300, of=('name',)),
        ),
        migrations.AddField(
            model_name='user',
            name='search_key',
            field=config.web.values.text_columns.SearchColumn(default='', editable=False, max_length=903, of=('name', 'email', 'email_in_letters')),
        ),
        migrations.RunPython(make_keys, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['search_key'], name='user_by_name'),
        ),
    ]
