"""Secrets in the settings of things lay in clear: they are sealed, and opened on the way back."""

from django.db import migrations

from workspaces.operations.resources.sealed_settings import opened, sealed_as_found

CHUNK = 500


def _change(apps, change):
    things = apps.get_model('workspaces', 'Resource').objects.order_by('pk')
    batch = []
    for thing in things.exclude(details={}).only('details').iterator(CHUNK):
        kept = thing.details.get('settings')
        if kept and (new := change(kept)) != kept:
            thing.details = {**thing.details, 'settings': new}
            batch.append(thing)
        if len(batch) == CHUNK:
            things.bulk_update(batch, ('details',))
            batch = []
    things.bulk_update(batch, ('details',))


def seal(apps, schema_editor):
    _change(apps, sealed_as_found)


def open_again(apps, schema_editor):
    _change(apps, opened)


class Migration(migrations.Migration):
    dependencies = [
        ('workspaces', '0013_held'),
    ]

    operations = [migrations.RunPython(seal, open_again)]
