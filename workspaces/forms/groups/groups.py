"""Forms about groups: making one in steps, what they are called, who is in them, their end."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.filters import SearchField, TextFilters
from config.web.values.text_fields import LineField, TextField
from workspaces.forms.console.changes import ChangeForm, CreateForm, ReviewedForm
from workspaces.forms.console.names import GroupsField, PeopleField
from workspaces.forms.grants.policy import PolicyForm
from workspaces.forms.taking_up.eligible import HOW, PlaceForm
from workspaces.models import GrantTerms, Group, Member, Workspace
from workspaces.models.group import DESCRIPTION_LENGTH
from workspaces.operations.grants import grants
from workspaces.operations.groups import groups
from workspaces.spans import ALWAYS, Span

NAME, ACCESS, MEMBERS, REVIEW = STEPS = ("name", "access", "members", "review")
MAKE = "make"


class GroupFilters(TextFilters):
    """The list of groups is searched; a panel beside it has tabs and pages."""

    PANEL = frozenset({"tab", "grants", "people"})

    q = SearchField(label=gettext_lazy("Name or description"))


class NameField(LineField):
    """A group's name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=150, label=gettext_lazy("Name"), **options)


def description_field() -> TextField:
    return TextField(
        most=DESCRIPTION_LENGTH,
        required=False,
        label=gettext_lazy("Description"),
        help_text=gettext_lazy("Who belongs in it, and what it is for."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GroupForm(ChangeForm):
    """What a group is called; the name of one that the directory pushes is locked."""

    name = NameField()
    description = description_field()

    def __init__(self, data: Any = None, *, pushed: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        if pushed:
            self.fields["name"].disabled = True
            self.fields["name"].help_text = _("The directory names this group.")


class NewGroupForm(CreateForm):
    """What a new group is called; one form makes one group (XI7)."""

    name = NameField()
    description = description_field()


class PeopleForm(ReviewedForm):
    """People who are in a group, or shall be."""

    people = forms.Field()  # a field of names; it needs the workspace
    field_order = ("people", "to", "starts", "ends", "reason")

    def __init__(self, data: Any = None, *, workspace: Workspace, **options: Any) -> None:
        self.workspace = workspace
        super().__init__(data, **options)
        self.fields["people"] = PeopleField(
            workspace,
            label=_("People"),
            placeholder=_("Name or email"),
            url=workspace.url("pick_members"),
        )

    @property
    def members(self) -> list[Member]:
        """The members of a valid form, or of the names that one not sent begins with."""
        if self.is_bound:
            return self.cleaned_data.get("people") or []
        names: Any = self.fields["people"]
        try:
            return list(names.clean(self.initial.get("people")))
        except forms.ValidationError:
            return []


class PlacesForm(PlaceForm, PeopleForm):
    """People, from when until when they have their places in a group, and whether standing."""


class DatesForm(PlacesForm):
    """The same of places there are; each stays standing or eligible unless one says otherwise."""

    APART = ("keeps", *HOW)

    keeps = forms.BooleanField(required=False, initial=True)


class MoveForm(PeopleForm):
    """People of a group, and the one other group they go to."""

    to = forms.Field()  # a field of names; it needs the workspace

    def __init__(self, data: Any = None, *, group: Group, **options: Any) -> None:
        super().__init__(data, workspace=group.workspace, **options)
        self.group = group
        self.fields["to"] = GroupsField(
            group.workspace,
            label=_("To which group"),
            placeholder=_("Name of a group"),
            url=group.workspace.url("pick_groups"),
        )

    def clean_to(self) -> Group:
        groups: list[Group] = self.cleaned_data["to"]
        if len(groups) != 1:
            raise forms.ValidationError(_("Name one group."))
        if groups[0] == self.group:
            raise forms.ValidationError(_("They are in this group already."))
        return groups[0]

    @property
    def to_group(self) -> Group | None:
        """The other group, once it is named."""
        return self.cleaned_data.get("to") if self.is_bound else None


class GroupDeletionForm(ReviewedForm):
    """Deleting a group asks to type its name (U7)."""

    name = LineField(most=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ("name", "reason")

    def __init__(self, data: Any = None, *, group: Group) -> None:
        super().__init__(data)
        self.group = group
        self.fields["name"].label = _("Type {name} to delete it").format(name=group.name)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self.group.name:
            raise forms.ValidationError(_("This is not its name."))
        return name


class FirstMembersForm(PlaceForm):
    """Who is in the new group, from when until when, and how; nobody is fine too."""

    people = forms.Field()  # a field of names; it needs the workspace
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        self.workspace = workspace
        super().__init__(data, initial={"proof": True})
        self.fields["people"] = PeopleField(
            workspace,
            label=_("People"),
            required=False,
            placeholder=_("Name or email"),
            url=workspace.url("pick_members"),
        )


class GroupDraft:
    """All steps of a new group, as far as they were filled in."""

    def __init__(self, data: QueryDict | None, *, workspace: Workspace) -> None:
        self.workspace = workspace
        self.data = data or QueryDict()
        self.named = NewGroupForm(data)
        self.policy = PolicyForm(data if "grants-count" in self.data else None, workspace=workspace)
        self.first = FirstMembersForm(data, workspace=workspace)

    @property
    def step(self) -> str:
        """The step to show; a form sent without a word about it stays where it is."""
        to = self.data.get("to") or self.data.get("at", NAME)
        if to == MAKE:
            return REVIEW
        return to if to in STEPS else NAME

    @property
    def is_done(self) -> bool:
        """Whether it shall be made. Whoever has not seen the review is shown it first."""
        return self.data.get("to") == MAKE and bool(self.data.get("seen"))

    def first_faulty(self, before: str) -> str | None:
        """Return the first step before the one named that is not right, or None."""
        checks = {NAME: self._name_fits, ACCESS: self._policy_fits, MEMBERS: self.first.is_valid}
        for step in STEPS[: STEPS.index(before)]:
            if step in checks and not checks[step]():
                return step
        return None

    def _name_fits(self) -> bool:
        if self.named.is_valid():
            with self.named.refusals():
                groups.require_free_name(self.workspace, self.named.cleaned_data["name"])
        return not self.named.errors

    def _policy_fits(self) -> bool:
        if not self.policy.is_bound:
            return True
        if self.policy.is_valid():
            with self.policy.refusals():
                for new in self.policy.proposed:
                    grants.require_valid(self.workspace, Group(workspace=self.workspace), new)
        return not self.policy.errors

    @property
    def grants(self) -> tuple[GrantTerms, ...]:
        """The grants as they stand; none while something about them is not complete."""
        complete = self.policy.checked and self.policy.is_valid()
        return self.policy.proposed if complete else ()

    @property
    def members(self) -> Sequence[Member]:
        """The people as they stand."""
        return self.first.cleaned_data.get("people") or () if self.first.is_valid() else ()

    @property
    def span(self) -> Span:
        """From when until when the people are in it, as it stands."""
        return self.first.span if self.first.is_valid() else ALWAYS

    def carried(self, at: str) -> Iterator[tuple[str, str]]:
        """Yield the input of the steps that are not drawn, to go along unseen."""
        for key, values in self.data.lists():
            if _step_of(key) not in {None, at}:
                yield from ((key, str(value)) for value in values)


def _step_of(key: str) -> str | None:
    """Return the step whose field this is; None for what no step knows (XB1)."""
    if key in {"name", "description"}:
        return NAME
    if key in {"people", "starts", "ends", *HOW}:
        return MEMBERS
    return ACCESS if key == "owner" or key.startswith("grants-") else None
