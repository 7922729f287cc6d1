"""Forms of alias accounts: which address for which workspaces, then name and password (S6)."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.utils.translation import gettext as _, gettext_lazy

from accounts.addresses import LOCAL_LENGTH, NAME_LENGTH
from accounts.models.user import User
from config.web.values.text_fields import LineField
from workspaces.forms.console.changes import ChangeForm
from workspaces.models import Workspace
from workspaces.operations.sign_in.aliases import proposed


class AliasForm(ChangeForm):
    """The workspaces an alias account is for, and the part of its address after the plus."""

    workspaces = forms.MultipleChoiceField(
        label=gettext_lazy("For which workspaces?"), widget=forms.CheckboxSelectMultiple
    )
    plus = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LOCAL_LENGTH,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, data: Any = None, *, user: User, others: list[Workspace]) -> None:
        first = others[0] if others else None
        super().__init__(
            data,
            initial={
                "workspaces": [first.slug] if first else [],
                "plus": proposed(user.email, first) if first else "",
            },
        )
        field: Any = self.fields["workspaces"]
        field.choices = [(workspace.slug, workspace.name) for workspace in others]
        self.others = others

    @property
    def chosen(self) -> list[Workspace]:
        slugs = self.cleaned_data["workspaces"]
        return [workspace for workspace in self.others if workspace.slug in slugs]


class AliasProofForm(ChangeForm):
    """Name and password of the account that is about to be made; its address is fixed."""

    name = LineField(
        label=gettext_lazy("Your name"),
        most=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "data-strength": "strength"}
        ),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password again"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, email: str, name: str) -> None:
        super().__init__(data, initial={"name": name})
        self.email = email
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Hold the password to the site's rules. Raises nothing: errors stand at the fields."""
        cleaned = super().clean()
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        if first:
            try:
                validate_password(first, User(email=self.email, name=cleaned.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned
