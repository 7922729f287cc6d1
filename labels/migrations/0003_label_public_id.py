import config.web.values.public_ids
from django.db import migrations, models


def give_ids(apps, schema_editor):
    labels = apps.get_model("labels", "Label").objects.filter(public_id=None)
    for pk in labels.values_list("pk", flat=True).iterator():
        labels.filter(pk=pk).update(public_id=config.web.values.public_ids.public_id())


class Migration(migrations.Migration):
    """Labels get a public id, so that a form that makes one names it before it is sent (I7)."""

    dependencies = [
        ('labels', '0002_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='label',
            name='public_id',
            field=models.CharField(null=True, editable=False, max_length=22),
        ),
        migrations.RunPython(give_ids, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='label',
            name='public_id',
            field=models.CharField(default=config.web.values.public_ids.public_id, editable=False, max_length=22, unique=True),
        ),
    ]
