"""Lists as somebody narrowed and sorted them, kept under a name."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from config.web.lists.returning import LONGEST
from config.web.values.public_ids import public_id
from config.web.values.text import same_key
from config.web.values.text_columns import (
    LineColumn,
    SameColumn,
    SortColumn,
    Worded,
    WordedQuerySet,
)
from workspaces.errors import Refused

if TYPE_CHECKING:
    from accounts.models.user import User

NAME_LENGTH = 60  # characters


class SavedViewQuerySet(WordedQuerySet["SavedView"]):
    def kept_by(self, user: "User") -> "SavedViewQuerySet":
        return self.filter(user=user)

    def of_list(self, which: str) -> "SavedViewQuerySet":
        return self.filter(which=which)

    def named(self, name: str) -> "SavedViewQuerySet":
        """Those of this name (N2)."""
        return self.filter(name_key=same_key(name))

    def by_name(self) -> "SavedViewQuerySet":
        return self.order_by("sort_key", "pk")


class SavedView(Worded):
    """The filters and the sort of one list, as its address has them; a preference of one account.

    It gives nothing: whoever opens it asks for the list, which reads the query like any other.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="saved_views", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    public_id = models.CharField(max_length=22, default=public_id, unique=True, editable=False)
    which = models.CharField(max_length=16)
    name = LineColumn(max_length=NAME_LENGTH)
    name_key = SameColumn(of=("name",))
    sort_key = SortColumn(of=("name",))
    query = models.CharField(max_length=LONGEST)

    objects: ClassVar[SavedViewQuerySet] = SavedViewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "user", "which", "name_key"), name="saved_view_once"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def unclean(cls, column: str, sentence: str) -> ValidationError:
        return Refused("N1", sentence, field=column)
