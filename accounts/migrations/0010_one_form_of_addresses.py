from accounts.addresses import in_letters, sought
from config.web.values.text import search_key
from django.db import migrations


def give_one_form(apps, schema_editor):
    """Write addresses that end with the dot of the root as the same mailbox is written else.

    Where somebody has that one already, both stay as they are: `integrity_check` names the
    other, and an operator decides whose account it is.
    """
    users = apps.get_model('accounts', 'User').objects
    addresses = apps.get_model('account', 'EmailAddress').objects
    for user in users.filter(email__endswith='.').only('name', 'email'):
        form = sought(user.email)
        if form and not users.filter(email=form).exists():
            search = search_key(user.name, form, in_letters(form))
            users.filter(pk=user.pk).update(email=form, search_key=search)
            if not addresses.filter(email=form).exists():
                addresses.filter(user=user.pk, email__endswith='.').update(email=form)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_name_keys'),
        ('account', '0009_emailaddress_unique_primary_email'),
    ]

    operations = [
        migrations.RunPython(give_one_form, migrations.RunPython.noop),
    ]
