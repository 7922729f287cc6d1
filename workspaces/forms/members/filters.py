"""Filters of the members list and of what one of them sees, as the address carries them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from config.web.lists.filters import UNKNOWN, Filters, Flag, SearchField, TextFilters
from labels.models import LabelQuerySet
from workspaces.access.who import holding, with_broad_access, with_everything
from workspaces.catalogue import OWNER, ROLES, ResourceType
from workspaces.models import GroupMember, GroupQuerySet, MemberQuerySet, Workspace
from workspaces.models.sso.binding import bound_person
from workspaces.operations.sign_in.second_factor import without_second_factor

IDLE = timedelta(days=90)
SOON = timedelta(days=14)
STATUSES = (("owner", _("Owner")), ("member", _("Member")), ("minimal", _("Minimal access")))
EVERY = (
    (ResourceType.SOURCE, _("Edits every source")),
    (ResourceType.DESTINATION, _("Edits every destination")),
    (ResourceType.WAREHOUSE, _("Edits every warehouse")),
    (ResourceType.SPACE, _("Edits every space")),
    (ResourceType.TRACKING_PLAN, _("Edits every tracking plan")),
    (ResourceType.FUNCTION, _("Edits every function")),
)


class MemberFilters(Filters):
    """What the members list is narrowed by; a group or label that is not there is a fault."""

    PANEL = frozenset({"tab", "grants", "groups"})

    q = SearchField(label=_("Name or email"))
    role = forms.ChoiceField(
        required=False,
        label=_("Role"),
        choices=[(role.slug, role.name) for role in ROLES.values()],
    )
    group = forms.CharField(required=False, label=_("Group"), max_length=150)
    label = forms.CharField(required=False, label=_("Label"), max_length=127)
    status = forms.ChoiceField(required=False, label=_("Status"), choices=STATUSES)
    broad = Flag(label=_("Broad access"), icon="infinity")
    idle = Flag(label=_("Idle 90 d"), icon="moon")
    no_mfa = Flag(label=_("No MFA"), icon="shield-off")
    no_sso = Flag(label=_("Not by SSO"), icon="log-in")
    ends = Flag(label=_("Ends soon"), icon="timer")
    every = forms.ChoiceField(required=False, choices=EVERY)  # links of the overview set it

    def __init__(self, data: Mapping[str, Any], *, workspace: Workspace) -> None:
        super().__init__(data)
        self.workspace = workspace

    @property
    def flags(self) -> list[tuple[forms.BoundField, bool]]:
        """The filters that are merely on or off, and whether they are on."""
        flags = [name for name, field in self.fields.items() if isinstance(field, Flag)]
        return [(self[name], name in self.asked) for name in flags]

    def nameable(self, name: str) -> GroupQuerySet | LabelQuerySet | None:
        if name == "label":
            return self.workspace.labels.by_name()
        return self.workspace.groups.by_name() if name == "group" else None

    def clean_group(self) -> str:
        return self._known("group")

    def clean_label(self) -> str:
        return self._known("label")

    def _known(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        rows = self.nameable(name)
        if text and rows is not None and not rows.called(text).exists():
            raise forms.ValidationError(gettext("There is nothing of that name."), code=UNKNOWN)
        return text

    def members(self) -> MemberQuerySet:
        """Return the workspace's members that fit every filter that is set."""
        return self.narrow(self.workspace.members.all())

    def rows_of(self, rows: MemberQuerySet) -> MemberQuerySet:
        if "q" in self.asked:
            rows = rows.matching(self.asked["q"])
        if "group" in self.asked:
            rows = rows.in_any(self.workspace.groups.called(self.asked["group"]))
        return rows.filter(*self._conditions(self.workspace, self.asked))

    def _conditions(self, workspace: Workspace, asked: Mapping[str, Any]) -> list[Q]:
        live = workspace.grants.active()
        conditions = []
        if role := asked.get("role"):
            own = Q(owner=True) if role == OWNER else Q()
            conditions.append(own | holding(live.filter(role=role)))
        if label := asked.get("label"):
            conditions.append(
                holding(live.filter(label_set__label__in=workspace.labels.called(label)))
            )
        if status := asked.get("status"):
            conditions.append(
                Q(owner=False) & ~holding(live)
                if status == "minimal"
                else Q(owner=status == "owner")
            )
        if "broad" in asked:
            conditions.append(with_broad_access(workspace))
        if every := asked.get("every"):
            conditions.append(with_everything(workspace, every))
        if "idle" in asked:
            # Who joined since has not been away so long, seen or not.
            since = timezone.now() - IDLE
            never = Q(last_active_at__isnull=True, joined_at__lt=since)
            conditions.append(never | Q(last_active_at__lt=since))
        if "ends" in asked:
            soon = Q(expires_at__lte=timezone.now() + SOON)
            places = GroupMember.objects.active().filter(soon, workspace=workspace)
            ending = Q(pk__in=places.values("member"))
            conditions.append(holding(live.filter(soon)) | ending)
        if "no_mfa" in asked:
            conditions.append(without_second_factor())
        if "no_sso" in asked:
            conditions.append(~Q(bound_person()))
        return conditions


class SeenFilters(TextFilters):
    """What somebody sees of one type is searched; the type is in the address beside it."""

    LIST = TextFilters.LIST | {"type"}

    q = SearchField(label=_("Name or slug"))
