"""Making, naming and closing a workspace."""

import re
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses import clean_name
from workspaces.forms.changes import ChangeForm, CreateForm, DrawnWith
from workspaces.models.workspace import RESERVED_SLUGS, Workspace
from workspaces.operations.workspaces import general

SEEN = "workspaces.forms.seen"
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
RELABELLING = (
    ("", gettext_lazy("The default")),
    ("true", gettext_lazy("Owners only")),
    ("false", gettext_lazy("Whoever may label the source or space")),
)


class NameField(forms.CharField):
    """A name people read: no line breaks, nothing invisible (F6)."""

    def clean(self, value: Any) -> str:
        try:
            return clean_name(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class NewWorkspaceForm(CreateForm):
    """Name and address. Without an address the name suggests one."""

    name = NameField(label=gettext_lazy("Name"), max_length=150)
    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=63,
        required=False,
        help_text=gettext_lazy(
            "Made of a-z, 0-9 and -. It stays when the name changes. Left empty, it is made of "
            "the name."
        ),
        widget=forms.TextInput(attrs={"data-slug-of": "id_name", "autocapitalize": "none"}),
    )

    def clean_slug(self) -> str:
        typed: str = self.cleaned_data["slug"].strip()
        slug = typed or slugify(self.cleaned_data.get("name", ""))[:63].strip("-")
        if not SLUG.fullmatch(slug):
            raise forms.ValidationError(_("An address is made of a-z, 0-9 and -, up to 63."))
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(
                _("The address {slug} is reserved for pages of Gatehouse.").format(slug=slug)
            )
        return slug


class GeneralForm(ChangeForm):
    """What owners decide about the workspace. Carries what it was drawn with (I8)."""

    name = NameField(label=gettext_lazy("Name"), max_length=150)
    relabel_reserved = forms.TypedChoiceField(
        label=gettext_lazy("Relabelling that widens anyone's access"),
        choices=RELABELLING,
        required=False,
        coerce=lambda value: value == "true",
        empty_value=None,
    )
    token_max_days = forms.IntegerField(
        label=gettext_lazy("Longest life of a token, in days"),
        help_text=gettext_lazy("Empty: tokens may live for ever."),
        min_value=1,
        max_value=3650,
        required=False,
    )
    seen = DrawnWith(salt=SEEN)

    data: Any

    def __init__(self, data: Any, *, workspace: Workspace) -> None:
        now = general(workspace)
        reserved = {None: "", True: "true", False: "false"}[workspace.relabel_reserved]
        super().__init__(data, initial=now | {"relabel_reserved": reserved, "seen": signed(now)})

    def look_again(self, workspace: Workspace) -> None:
        """Take what stands there now as seen: to send the form again is to redo it on top."""
        self.data = {**self.data.dict(), "seen": signed(general(workspace))}


def signed(values: dict[str, Any]) -> str:
    return DrawnWith(salt=SEEN).signed(values)


class CloseForm(ChangeForm):
    """Asks to type the name of what is about to be closed."""

    name = forms.CharField(max_length=150)

    def __init__(self, data: Any, *, workspace: Workspace) -> None:
        super().__init__(data)
        self.wanted = workspace.name
        self.fields["name"].label = _("Type its name to close it: {name}").format(
            name=workspace.name
        )
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"]
        if typed != self.wanted.strip():
            raise forms.ValidationError(_("That is not its name."))
        return typed
