from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ('workspaces', '0025_search_the_trail'),
    ]

    operations = [
        migrations.RenameField('token', 'held_at', 'suspended_at'),
        migrations.RenameField('invite', 'held_at', 'suspended_at'),
    ]
