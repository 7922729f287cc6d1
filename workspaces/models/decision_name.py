"""What the words of a workspace's gateways stand for in the decision API."""

from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.web.values.public_ids import public_id
from config.web.values.text import KEY_LENGTH
from workspaces.catalogue import WORKSPACE
from workspaces.models.closed import ClosedModel, ClosedQuerySet
from workspaces.models.member import Member

WORD_LENGTH = 200


class NameKind(models.TextChoices):
    TYPE = "type", _("Type")
    ACTION = "action", _("Action")
    SUBJECT = "subject", _("Person")
    RESOURCE = "resource", _("Resource")


class DecisionNameQuerySet(ClosedQuerySet["DecisionName"]):
    def with_meanings(self) -> "DecisionNameQuerySet":
        """Bring along what each stands for; adds `here`, whether that person is a member."""
        members = Member.objects.filter(
            workspace=models.OuterRef("workspace"), user=models.OuterRef("user")
        )
        rows = self.select_related("user", "resource", "workspace")
        return rows.annotate(here=models.Exists(members))

    def of_words(self, keys: Collection[str]) -> "DecisionNameQuerySet":
        """The names among these keys (N2), of whatever kind."""
        return self.filter(word_key__in=keys)

    def by_word(self) -> "DecisionNameQuerySet":
        """Order kind by kind, words from A to Z; the first of several for one thing is its name."""
        return self.order_by("kind", "word_key")


class DecisionName(ClosedModel):
    """A word and what it stands for: `meaning` for types and actions, else a row of ours.

    Whoever leaves the workspace and whatever is deleted leaves the word behind, which then
    stands for nothing: it shall not come to mean something else of the same name.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="decision_names", db_index=False
    )
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=NameKind.choices)
    word = models.CharField(max_length=WORD_LENGTH)
    word_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    meaning = models.CharField(max_length=32, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    resource = models.ForeignKey(
        "workspaces.Resource", models.SET_NULL, null=True, related_name="+"
    )

    objects: ClassVar[DecisionNameQuerySet] = DecisionNameQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "kind", "word_key"), name="decision_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.word

    @property
    def means(self) -> str:
        """What it stands for, as the document writes it; empty where that is here no more.

        Of a row read by `with_meanings`.
        """
        if self.kind == NameKind.SUBJECT:
            return self.user.email if self.user is not None and self.here else ""  # type: ignore[attr-defined]
        if self.kind == NameKind.RESOURCE and self.meaning == WORKSPACE:
            return f"{WORKSPACE}/{self.workspace.slug}"
        if self.kind == NameKind.RESOURCE:
            return self.resource.ref if self.resource is not None else ""
        return self.meaning
