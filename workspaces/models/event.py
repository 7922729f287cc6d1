"""The audit trail: one event per change, chained by keyed hashes (A1, A2).

Whom and what an event concerned, by lasting id, stands in rows beside it: its mentions.
"""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.db import connection, models

from accounts.models.account_event import SealedError
from config.web.values.text import search_key
from config.web.values.text_columns import SearchColumn, holding
from workspaces.events import LOOKS
from workspaces.models.closed import ClosedModel, ClosedQuerySet, require_lock
from workspaces.models.member import Member

if TYPE_CHECKING:
    from workspaces.models.resource import Resource

BARE, MENTIONING = 1, 2
AT_ONCE = 20_000  # mentions in a statement
# However many rows, few parameters: SQLite stops at 32,766 of them.
INSERT = {
    "sqlite": """
        INSERT INTO workspaces_mention (workspace_id, number, kind, ident, name, search_key)
        SELECT %s, %s, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(%s)
    """,
    "postgresql": """
        INSERT INTO workspaces_mention (workspace_id, number, kind, ident, name, search_key)
        SELECT %s, %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
    """,
}


def _params(workspace: int, number: int, rows: Sequence[tuple[str, ...]]) -> list[Any]:
    if connection.vendor == "sqlite":
        return [workspace, number, json.dumps(rows)]
    return [workspace, number, *(list(column) for column in zip(*rows, strict=True))]


class MentionQuerySet(ClosedQuerySet["Mention"]):
    """Mentions are only ever added, with their event (A2)."""

    def update(self, **values: Any) -> NoReturn:
        raise SealedError("What an event mentions is never changed.")

    def delete(self) -> NoReturn:
        raise SealedError("What an event mentions is never deleted.")

    def purge_up_to(self, workspace_id: int, number: int) -> int:
        """Drop what the oldest events mention, with them (A3). Return how many rows."""
        require_lock(self.model, workspace_id)
        gone = self.model.objects.filter(workspace_id=workspace_id, number__lte=number)
        return gone._raw_delete(gone.db)

    def insert(
        self, workspace: models.Model, number: int, rows: Sequence[tuple[str, str, str]]
    ) -> None:
        """Add what an event mentions, as (kind, id, name); 1 statement for 20,000."""
        require_lock(self.model, workspace.pk)
        for start in range(0, len(rows), AT_ONCE):
            some = [(*row, search_key(row[2])) for row in rows[start : start + AT_ONCE]]
            with connection.cursor() as cursor:
                cursor.execute(INSERT[connection.vendor], _params(workspace.pk, number, some))

    def numbers_of(self, idents: "Iterable[str] | models.QuerySet[Any]") -> models.QuerySet[Any]:
        """Return the numbers of the events that mention one of these ids."""
        return self.filter(ident__in=idents).values("number")

    def known_as(self, text: str) -> models.QuerySet[Any]:
        """Return the ids of whatever was ever called so (N3), under whatever name since."""
        return self.filter(holding(text, "search_key")).values("ident")


class Mention(ClosedModel):
    """One person, group, token, label or thing that an event concerned; its target too.

    `ident` outlives the row it names: no other row ever has it. `name` is what it was
    called then.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.PROTECT, related_name="mentions", db_index=False
    )
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=16)
    ident = models.CharField(max_length=64)
    name = models.CharField(max_length=254)
    search_key = SearchColumn(of=("name",), db_default="")

    objects: ClassVar[MentionQuerySet] = MentionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "number", "kind", "ident"), name="mention_once_an_event"
            ),
        )
        indexes = (models.Index(fields=("workspace", "ident", "number"), name="mention_ident"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise SealedError("What an event mentions is never changed.")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise SealedError("What an event mentions is never deleted.")


class EventQuerySet(ClosedQuerySet["Event"]):
    """Events are only ever added (A2)."""

    def update(self, **values: Any) -> NoReturn:
        raise SealedError("Audit events are never changed.")

    def delete(self) -> NoReturn:
        raise SealedError("Audit events are never deleted.")

    def purge_up_to(self, workspace_id: int, number: int) -> int:
        """Drop the oldest events for good; only retention does so (A3). Return how many."""
        require_lock(self.model, workspace_id)
        Mention.objects.purge_up_to(workspace_id, number)
        gone = self.model.objects.filter(workspace_id=workspace_id, number__lte=number)
        return gone._raw_delete(gone.db)

    def changes(self) -> "EventQuerySet":
        """Events that say what was changed, not what was looked at."""
        return self.exclude(action__in=LOOKS)

    def about(self, workspace_id: int, kind: str, ident: str) -> "EventQuerySet":
        """Events that concerned this by its lasting id; older ones named their target alone.

        An empty `kind` is any, an empty `ident` everything of the kind.
        """
        told, old = Mention.objects.filter(workspace=workspace_id), models.Q(form=BARE)
        if kind:
            told, old = told.filter(kind=kind), old & models.Q(target_type=kind)
        if ident:
            told, old = told.filter(ident=ident), old & models.Q(target_id=ident)
        mine = models.Q(number__in=told.values("number")) | old
        if kind and not ident:
            mine |= models.Q(target_type=kind)
        return self.filter(mine, workspace=workspace_id)

    def about_label(self, workspace_id: int, name: str) -> "EventQuerySet":
        """Events that concerned labels called `key:value`, in any spelling (L1)."""
        told = Mention.objects.filter(workspace=workspace_id, kind="label", name__iexact=name)
        old = models.Q(form=BARE, target_type="label", target_name__iexact=name)
        return self.filter(models.Q(number__in=told.values("number")) | old, workspace=workspace_id)

    def about_whoever(self, workspace_id: int, text: str) -> "EventQuerySet":
        """Events about whatever has, or ever had, a name with this text, or an address."""
        rows = Mention.objects.filter(workspace=workspace_id)
        mine = holding(text, "target_key")
        mine |= models.Q(number__in=rows.numbers_of(rows.known_as(text)))
        mine |= models.Q(number__in=rows.numbers_of(_members_called(workspace_id, text)))
        return self.filter(mine, workspace=workspace_id)

    def by_whoever(self, workspace_id: int, text: str) -> "EventQuerySet":
        """Events by whoever has, or ever had, a name or address with this text."""
        acted = self.model.objects.filter(
            holding(text, "actor_key"), workspace=workspace_id, form__gt=BARE
        ).exclude(actor_id="")
        rows = Mention.objects.filter(workspace=workspace_id)
        mine = holding(text, "actor_key")
        mine |= models.Q(actor_id__in=acted.order_by().values("actor_id"))
        mine |= models.Q(actor_id__in=rows.known_as(text), actor_id__gt="")
        # Asked per event: whatever is in every address would be that of each member, read first.
        called = _members_called(workspace_id, text).filter(public_id=models.OuterRef("actor_id"))
        mine |= models.Q(models.Exists(called))
        return self.filter(mine, workspace=workspace_id)

    def about_resource(self, resource: "Resource") -> "EventQuerySet":
        """Events that concerned this resource, and no other that had its slug before.

        Older events name resources by slug: theirs since it was made.
        """
        told = Mention.objects.filter(workspace=resource.workspace_id, kind=resource.type)
        old = models.Q(
            form=BARE,
            target_type=resource.type,
            target_id=resource.slug,
            at__gte=resource.created_at,
        )
        mine = models.Q(number__in=told.numbers_of([resource.public_id])) | old
        return self.filter(mine, workspace=resource.workspace_id)

    def newest_first(self) -> "EventQuerySet":
        return self.order_by("-number")


def _members_called(workspace_id: int, text: str) -> models.QuerySet[Any]:
    """Return the ids of the members whose address has this text by now; it may have changed."""
    rows = Member.objects.filter(holding(text, "user__search_key"), workspace=workspace_id)
    return rows.order_by().values("public_id")


class ActorKind(models.TextChoices):
    USER = "user"
    TOKEN = "token"
    SCIM = "scim"
    SYSTEM = "system"
    SUPPORT = "support"
    CONNECTION = "connection"


class Event(ClosedModel):
    """One change. Names are kept as text, so that they outlive whom they name.

    `form` says how it was written: BARE ones name resources by slug and labels by name, and
    mention nobody; the others name everything by lasting id and have rows beside them
    (`Mention`), which their digest covers.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.PROTECT, related_name="events", db_index=False
    )
    number = models.PositiveBigIntegerField()
    form = models.PositiveSmallIntegerField(default=MENTIONING, db_default=BARE)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_id = models.CharField(max_length=64, blank=True, db_default="")
    actor_name = models.CharField(max_length=254)
    actor_key = SearchColumn(of=("actor_name",), db_default="")
    action = models.CharField(max_length=64)
    target_type = models.CharField(max_length=16)
    target_id = models.CharField(max_length=64)
    target_name = models.CharField(max_length=254)
    target_key = SearchColumn(of=("target_name",), db_default="")
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    undoes = models.PositiveBigIntegerField(null=True)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        permissions = (("view_event", "Can see the audit trail in the admin"),)
        constraints = (
            models.UniqueConstraint(fields=("workspace", "number"), name="event_number_unique"),
        )
        indexes = (
            models.Index(fields=("workspace", "at"), name="event_time"),
            models.Index(fields=("workspace", "action", "number"), name="event_action"),
            models.Index(fields=("workspace", "actor_name", "number"), name="event_actor"),
            models.Index(fields=("workspace", "target_type", "target_id"), name="event_target"),
            models.Index(
                fields=("workspace", "undoes"),
                name="event_undoes",
                condition=models.Q(undoes__isnull=False),
            ),
        )

    def mentions(self) -> set[str]:
        """Return the lasting ids of all that the event concerned; 1 statement."""
        rows = Mention.objects.filter(workspace=self.workspace_id, number=self.number)
        return set(rows.values_list("ident", flat=True))

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise SealedError("Audit events are never changed.")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise SealedError("Audit events are never deleted.")
