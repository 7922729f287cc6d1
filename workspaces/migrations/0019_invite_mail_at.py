"""Keeps when the mail of an invite left: so far, when it was sent."""

import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


def as_sent(apps, schema_editor):
    apps.get_model("workspaces", "Invite").objects.update(mail_at=models.F("sent_at"))


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0018_request_outcomes")]

    operations = [
        migrations.AddField(
            model_name="invite",
            name="mail_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                editable=False,
            ),
        ),
        migrations.RunPython(as_sent, migrations.RunPython.noop),
    ]
