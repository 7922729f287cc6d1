"""Forms of the audit trail: its filters, as the address carries them, and taking back."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.lists.filters import Filters
from config.web.values.dates import DayField
from workspaces.catalogue import ResourceType
from workspaces.events import HEADINGS, KINDS
from workspaces.forms.console.changes import ChangeForm
from workspaces.models import Event, EventQuerySet, Workspace

WITHIN = (("1", _("24 hours")), ("7", _("7 days")), ("30", _("30 days")))


def actions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds of events by what they say, under what they are about."""
    return [
        (
            str(heading),
            [(k.name, k.title) for k in KINDS.values() if k.name.partition(".")[0] in nouns],
        )
        for heading, nouns in HEADINGS
    ]


def visible(workspace: Workspace) -> EventQuerySet:
    """Return the events owners may see: those of the last days, to the second (A3, XK5)."""
    since = timezone.now() - timedelta(days=settings.AUDIT_VISIBLE_DAYS)
    return Event.objects.filter(workspace=workspace, at__gte=since)


class AuditFilters(Filters):
    """Days are days by the reader's clock.

    `actor` and `target` are part of a name or address, of today or of any day before: who
    was renamed is still found, also by the name they have now. `actor` may be the id of one
    of several tokens of a name. `about` is one thing exactly, as `type/id`, for links.
    """

    actor = forms.CharField(required=False, label=_("Who"), max_length=254)
    action = forms.ChoiceField(required=False, label=_("What"), choices=actions)
    target = forms.CharField(required=False, label=_("About whom or what"), max_length=254)
    about = forms.RegexField(r"^[a-z_]{1,16}/[^\s/]{1,130}$", required=False)
    within = forms.ChoiceField(required=False, label=_("Time"), choices=WITHIN)
    since = DayField(required=False, label=_("from"), latest=date.max)
    until = DayField(required=False, label=_("to"), latest=date.max)

    TIMES = ("within", "since", "until")

    def __init__(self, data: Mapping[str, Any], *, workspace: Workspace) -> None:
        super().__init__(data)
        self.workspace = workspace

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return said

    def events(self) -> EventQuerySet:
        """Return the workspace's visible events that fit every filter that is set (A3)."""
        return self.narrow(visible(self.workspace)).newest_first()

    def rows_of(self, rows: EventQuerySet) -> EventQuerySet:
        asked = self.asked
        if "actor" in asked:
            rows = rows.by_whoever(self.workspace.pk, asked["actor"])
        if "action" in asked:
            rows = rows.filter(action=asked["action"])
        if "target" in asked:
            rows = rows.about_whoever(self.workspace.pk, asked["target"])
        if "about" in asked:
            type_, _slash, ident = asked["about"].partition("/")
            rows = self._about(rows, type_, ident)
        return self._in_time(rows)

    def _about(self, rows: EventQuerySet, kind: str, ident: str) -> EventQuerySet:
        """Narrow to one thing exactly: a resource also by its slug, as people know it."""
        if kind in list(ResourceType):
            things = self.workspace.resources.filter(type=kind)
            named = Q(public_id=ident) | Q(slug=ident)
            thing = things.filter(named).order_by("pk").first()
            if thing is not None:
                return rows.about_resource(thing)
        return rows.about(self.workspace.pk, kind, ident)

    def _in_time(self, events: EventQuerySet) -> EventQuerySet:
        said, here = self.asked, timezone.get_current_timezone()
        if "within" in said:
            events = events.filter(at__gte=timezone.now() - timedelta(days=int(said["within"])))
        if "since" in said:
            events = events.filter(at__gte=datetime.combine(said["since"], time.min, here))
        if "until" in said:
            events = events.filter(at__lte=datetime.combine(said["until"], time.max, here))
        return events

    @property
    def as_text(self) -> dict[str, str]:
        """The filters that are set, as the address has them."""
        return {name: str(value) for name, value in self.asked.items()}

    def word_of(self, name: str, value: Any) -> str:
        """Call what is filtered for exactly by its name; 1 statement."""
        if name == "actor":
            token = self.workspace.tokens.filter(public_id=value).first()
            return token.name if token else str(value)
        if name != "about":
            return super().word_of(name, value)
        ident = value.partition("/")[2]
        named = self.workspace.mentions.filter(ident=ident).order_by("-number").first()
        return named.name if named else ident


class UndoForm(ChangeForm):
    """`seen` is the digest of the review; the *Undo* of a toast sends neither field (XD4)."""

    reason = forms.CharField(label=_("Reason, if you like"), required=False, max_length=500)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
