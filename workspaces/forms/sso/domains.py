"""The form by which an owner lists a domain."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workspaces.forms.console.changes import CreateForm

TYPED_LENGTH = 1000  # characters; the operation says what is a domain


class DomainForm(CreateForm):
    """One domain; the operation says whether it is one."""

    name = forms.CharField(
        label=_("Domain"),
        max_length=TYPED_LENGTH,
        help_text=_("What stands behind the @ in your people's addresses, such as example.org."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
