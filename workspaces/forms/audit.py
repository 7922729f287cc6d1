"""Filters of the audit trail, as the address carries them."""

from datetime import UTC, datetime, time, timedelta

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workspaces.models.event import Event, EventQuerySet
from workspaces.models.workspace import Workspace

WITHIN = (("1", _("24 hours")), ("7", _("7 days")), ("30", _("30 days")))


def visible(workspace: Workspace) -> EventQuerySet:
    """Return the events owners may see: those of the last days, to the second (A3, K5)."""
    since = timezone.now() - timedelta(days=settings.AUDIT_VISIBLE_DAYS)
    return Event.objects.filter(workspace=workspace, at__gte=since)


class AuditFilters(forms.Form):
    """A value that makes no sense narrows nothing. Days are days in UTC.

    `target` is part of a name; `about` is one thing exactly, as `type/id`, for links.
    """

    actor = forms.CharField(required=False, max_length=254)
    action = forms.CharField(required=False, max_length=64)
    target = forms.CharField(required=False, max_length=254)
    about = forms.RegexField(r"^[a-z_]{1,16}/[^\s/]{1,130}$", required=False)
    within = forms.ChoiceField(required=False, choices=WITHIN)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    TIMES = ("within", "since", "until")

    def narrow(self, workspace: Workspace) -> EventQuerySet:
        """Return the workspace's visible events that fit every filter that is set (A3)."""
        self.is_valid()
        asked = self.asked
        events = visible(workspace)
        if "actor" in asked:
            events = events.filter(actor_name__icontains=asked["actor"])
        if "action" in asked:
            events = events.filter(action=asked["action"])
        if "target" in asked:
            events = events.filter(target_name__icontains=asked["target"])
        if "about" in asked:
            type_, _slash, ident = asked["about"].partition("/")
            events = events.filter(target_type=type_, target_id=ident)
        return self._in_time(events).newest_first()

    def _in_time(self, events: EventQuerySet) -> EventQuerySet:
        said = self.cleaned_data
        if said.get("within"):
            events = events.filter(at__gte=timezone.now() - timedelta(days=int(said["within"])))
        if said.get("since"):
            events = events.filter(at__gte=datetime.combine(said["since"], time.min, UTC))
        if said.get("until"):
            events = events.filter(at__lte=datetime.combine(said["until"], time.max, UTC))
        return events

    @property
    def asked(self) -> dict[str, str]:
        """The filters that are set and make sense, as text."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}
