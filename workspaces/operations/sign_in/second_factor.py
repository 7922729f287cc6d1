"""Who of a workspace has a second factor, and whether the workspace asks for one by now."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.sign_in.second_factor import second_factor_of


def with_second_factor(members: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate members with `has_factor`, and `factor_due` by the database's clock (XG11)."""
    annotated: QuerySet[Any] = members.annotate(
        has_factor=second_factor_of("user"),
        factor_due=Q(workspace__mfa_required_from__lte=Now()),
    )
    return annotated


def without_second_factor() -> Q:
    """Return the condition for members who have none."""
    return Q(~second_factor_of("user"))
