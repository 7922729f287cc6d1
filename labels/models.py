"""Labels of a workspace and the sources and spaces that carry them (L1–L5)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from config.web.values.public_ids import public_id
from config.web.values.text_columns import SortColumn, TextColumn, holding
from labels.syntax import LabelName, parse_label
from workspaces.models.closed import ClosedModel, ClosedQuerySet


class LabelQuerySet(ClosedQuerySet["Label"]):
    def named(self, name: LabelName) -> "LabelQuerySet":
        """Labels equal to the name without regard to case (L1)."""
        return self.alias(k=Lower("key"), v=Lower("value")).filter(
            k=name.folded.key, v=name.folded.value
        )

    def called(self, text: str) -> "LabelQuerySet":
        """The label written so; none where that is no label at all."""
        try:
            return self.named(parse_label(text))
        except ValueError:
            return self.none()

    def begun(self, text: str) -> "LabelQuerySet":
        """Labels whose key, or as `key:value` whose value, begins so."""
        key, colon, value = text.casefold().partition(":")
        rows = self.alias(k=Lower("key"), v=Lower("value"))
        if colon:
            return rows.filter(k=key.strip(), v__startswith=value.strip())
        return rows.filter(k__startswith=key.strip())

    def matching(self, text: str) -> "LabelQuerySet":
        """Labels whose key or value holds each of the words; `key:value` narrows by both (N3).

        Both are plain ASCII (L1), so they are their own search keys but for case.
        """
        key, colon, value = text.partition(":")
        rows = self.alias(k=Lower("key"), v=Lower("value"))
        if colon:
            return rows.filter(holding(key, "k"), holding(value, "v"))
        return rows.filter(holding(text, "k", "v"))

    def by_name(self) -> "LabelQuerySet":
        return self.order_by("sort_key", "pk")


class Label(ClosedModel):
    """`key:value`, kept as typed, compared case-insensitively; never renamed (L5)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="labels", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    key = models.CharField(max_length=63)
    value = models.CharField(max_length=63)
    sort_key = SortColumn(of=("key", "value"))
    description = TextColumn(max_length=500, blank=True)

    objects: ClassVar[LabelQuerySet] = LabelQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                "workspace", Lower("key"), Lower("value"), name="label_unique_in_workspace"
            ),
        )
        indexes = (models.Index(fields=("workspace", "sort_key", "id"), name="label_list"),)

    def __str__(self) -> str:
        return f"{self.key}:{self.value}"


class ResourceLabel(ClosedModel):
    """One label on one source or space; at most one value per key (L3)."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )
    resource = models.ForeignKey(
        "workspaces.Resource", models.CASCADE, related_name="labelled", db_index=False
    )
    label = models.ForeignKey(Label, models.PROTECT, related_name="uses", db_index=False)
    folded_key = models.CharField(max_length=63)

    objects: ClassVar[ClosedQuerySet["ResourceLabel"]] = ClosedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("resource", "folded_key"), name="one_value_per_key"),
            models.UniqueConstraint(fields=("label", "resource"), name="label_once_on_resource"),
        )
