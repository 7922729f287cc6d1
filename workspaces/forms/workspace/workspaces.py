"""Finding, making, naming and closing a workspace; names in its decision API."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.filters import TextFilters
from config.web.values.text_columns import holding
from config.web.values.text_fields import LineField
from workspaces.forms.console.changes import ChangeForm, CreateForm, DrawnWith
from workspaces.models import NameKind, Workspace
from workspaces.models.decision_name import WORD_LENGTH
from workspaces.models.workspace import RESERVED_SLUGS
from workspaces.operations.workspace.workspaces import general
from workspaces.slugs import WORKSPACE

SEEN = "workspaces.forms.seen"
RELABELLING = (
    ("", gettext_lazy("The default")),
    ("true", gettext_lazy("Owners only")),
    ("false", gettext_lazy("Whoever may label the source or space")),
)
MEANS_LENGTH = 320  # an address is the longest


class WorkspaceFilters(TextFilters):
    """One's workspaces are searched; `all` shows the list where one is all there is."""

    LIST = TextFilters.LIST | {"all"}

    def rows_of(self, rows: Any) -> Any:
        if text := self.asked.get("q"):
            return rows.filter(holding(text, "workspace__search_key"))
        return rows


class NewWorkspaceForm(CreateForm):
    """Name and address. Without an address the name suggests one."""

    name = LineField(label=gettext_lazy("Name"), most=150)
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
        if not WORKSPACE.fullmatch(slug):
            raise forms.ValidationError(_("An address is made of a-z, 0-9 and -, up to 63."))
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(
                _("The address {slug} is reserved for pages of Gatehouse.").format(slug=slug)
            )
        return slug


class GeneralForm(ChangeForm):
    """What owners decide about the workspace. Carries what it was drawn with (XI8)."""

    name = LineField(label=gettext_lazy("Name"), most=150)
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

    name = LineField(most=150)

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


class DecisionNameForm(ChangeForm):
    """A word and what it stands for; the operation says whether either is one."""

    kind = forms.ChoiceField(label=gettext_lazy("What it names"), choices=NameKind.choices)
    word = forms.CharField(
        label=gettext_lazy("Word of the gateway"),
        max_length=WORD_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    means = forms.CharField(
        label=gettext_lazy("What it stands for here"),
        max_length=MEANS_LENGTH,
        help_text=gettext_lazy("A type, an action, the address of a member, or source/web."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
