from config.web.values.text import mended
from django.db import migrations


def clean(apps, schema_editor):
    """Make descriptions what the rule of text takes, so that documents can carry them."""
    labels = apps.get_model('labels', 'Label').objects
    for pk, text in labels.exclude(description='').values_list('pk', 'description'):
        kept = mended(text, most=500, lines=True)
        if kept != text:
            labels.filter(pk=pk).update(description=kept)


class Migration(migrations.Migration):

    dependencies = [
        ('labels', '0003_label_public_id'),
    ]

    operations = [
        migrations.RunPython(clean, migrations.RunPython.noop),
    ]
