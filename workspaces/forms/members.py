"""Filters of the members list, as the address carries them."""

from datetime import timedelta
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workspaces.access.holders import holding, with_broad_access, with_everything
from workspaces.access.second_factor import without_second_factor
from workspaces.catalogue import OWNER, ROLES, ResourceType
from workspaces.models.member import MemberQuerySet
from workspaces.models.workspace import Workspace

IDLE = timedelta(days=90)
SOON = timedelta(days=14)
STATUSES = (("owner", _("Owner")), ("member", _("Member")), ("minimal", _("Minimal access")))


class MemberFilters(forms.Form):
    """What the list is narrowed by. A value that makes no sense narrows nothing."""

    q = forms.CharField(required=False, max_length=200)
    role = forms.ChoiceField(
        required=False, choices=[(role.slug, role.name) for role in ROLES.values()]
    )
    group = forms.CharField(required=False, max_length=150)
    label = forms.CharField(required=False, max_length=127)
    status = forms.ChoiceField(required=False, choices=STATUSES)
    broad = forms.BooleanField(required=False, label=_("Broad access"))
    every = forms.ChoiceField(required=False, choices=[(type_, type_) for type_ in ResourceType])
    idle = forms.BooleanField(required=False, label=_("Idle 90 d"))
    ends = forms.BooleanField(required=False, label=_("Ends soon"))
    no_mfa = forms.BooleanField(required=False, label=_("No MFA"))

    def narrow(self, workspace: Workspace) -> MemberQuerySet:
        """Return the workspace's members that fit every filter that is set."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        members = workspace.members.all()
        if "q" in asked:
            members = members.matching(asked["q"])
        if "group" in asked:
            members = members.in_any(workspace.groups.called(asked["group"]))
        return members.filter(*self._conditions(workspace, asked))

    def as_query(self) -> str:
        """Return the filters that are set as a query string: what a choice by filter keeps."""
        self.is_valid()
        asked = {name: self.data[name] for name, value in self.cleaned_data.items() if value}
        return urlencode(asked)

    def _conditions(self, workspace: Workspace, asked: dict[str, str]) -> list[Q]:
        live = workspace.grants.active()
        conditions = []
        if role := asked.get("role"):
            own = Q(owner=True) if role == OWNER else Q()
            conditions.append(own | holding(live.filter(role=role)))
        if label := asked.get("label"):
            conditions.append(
                holding(live.filter(label_set__label__in=workspace.labels.written(label)))
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
            conditions.append(
                Q(last_active_at__isnull=True) | Q(last_active_at__lt=timezone.now() - IDLE)
            )
        if "ends" in asked:
            conditions.append(holding(live.filter(expires_at__lte=timezone.now() + SOON)))
        if "no_mfa" in asked:
            conditions.append(without_second_factor())
        return conditions
