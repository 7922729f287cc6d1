from accounts.addresses import in_letters, sought
from config.web.values.text import search_key
from django.db import migrations
from django.db.models import Q


def give_one_form(apps, schema_editor):
    """Write the addresses of open invites, and of alias accounts asked for, in their one form.

    Two open invites that turn out to be for one mailbox stay two: the one under the other
    spelling can be accepted by nobody, and ends by itself.
    """
    invites = apps.get_model('workspaces', 'Invite').objects
    for invite in invites.filter(email__endswith='.'):
        form = sought(invite.email)
        taken = Q(email=form, accepted_at=None, voided_at=None)
        is_open = invite.accepted_at is None and invite.voided_at is None
        if form and not (is_open and invites.filter(taken, workspace=invite.workspace_id).exists()):
            search = search_key(form, in_letters(form))
            invites.filter(pk=invite.pk).update(email=form, search_key=search)
    apps.get_model('workspaces', 'AliasRequest').objects.filter(email__endswith='.').delete()


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_one_form_of_addresses'),
        ('workspaces', '0022_decision_names'),
    ]

    operations = [
        migrations.RunPython(give_one_form, migrations.RunPython.noop),
    ]
