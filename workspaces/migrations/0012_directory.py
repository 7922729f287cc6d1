import django.db.models.deletion
import django.utils.timezone
import config.web.values.public_ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0011_public_api'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DirectoryCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('method', models.CharField(max_length=16)),
                ('path', models.CharField(max_length=300)),
                ('status', models.PositiveSmallIntegerField()),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('address', models.GenericIPAddressField(null=True)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='directory_calls', to='workspaces.workspace')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['workspace', 'id'], name='directory_call_newest')],
            },
        ),
        migrations.CreateModel(
            name='DirectoryGroup',
            fields=[
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='directory', serialize=False, to='workspaces.group')),
                ('external_id', models.CharField(blank=True, max_length=255)),
                ('opened_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('synced_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('opened_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='directory_groups', to='workspaces.workspace')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['workspace', 'external_id'], name='directory_group_ids')],
            },
        ),
        migrations.CreateModel(
            name='DirectoryPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=config.web.values.public_ids.public_id, editable=False, max_length=22, unique=True)),
                ('external_id', models.CharField(blank=True, max_length=255)),
                ('sent_name', models.CharField(blank=True, max_length=150)),
                ('shown', models.BooleanField(default=True)),
                ('pushed', models.BooleanField(default=False)),
                ('met', models.BooleanField(default=False)),
                ('may_return', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('invite', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='directory_people', to='workspaces.invite')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='directory_records', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='directory_people', to='workspaces.workspace')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['workspace', 'external_id'], name='directory_person_ids')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'user'), name='directory_person_once')],
            },
        ),
    ]
