"""Filters of the audit trail, as the address carries them."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.utils import timezone

from workspaces.models.event import Event, EventQuerySet
from workspaces.models.workspace import Workspace


def visible(workspace: Workspace) -> EventQuerySet:
    """Return the events owners may see: those of the last days, to the second (A3, K5)."""
    since = timezone.now() - timedelta(days=settings.AUDIT_VISIBLE_DAYS)
    return Event.objects.filter(workspace=workspace, at__gte=since)


class AuditFilters(forms.Form):
    """A value that makes no sense narrows nothing."""

    actor = forms.CharField(required=False, max_length=254)
    action = forms.CharField(required=False, max_length=64)
    target = forms.CharField(required=False, max_length=254)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    def narrow(self, workspace: Workspace) -> EventQuerySet:
        """Return the workspace's visible events that fit every filter that is set (A3)."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        events = visible(workspace)
        if "actor" in asked:
            events = events.filter(actor_name__icontains=asked["actor"])
        if "action" in asked:
            events = events.filter(action=asked["action"])
        if "target" in asked:
            events = events.filter(target_name__icontains=asked["target"])
        if "since" in asked:
            events = events.filter(at__date__gte=asked["since"])
        if "until" in asked:
            events = events.filter(at__date__lte=asked["until"])
        return events.newest_first()
