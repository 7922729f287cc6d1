"""The questions and changes of the bench, put to guardian as its documentation has it."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from guardian.backends import ObjectPermissionBackend
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import assign_perm, get_objects_for_user, get_users_with_perms, remove_perm

from accounts.models.user import User
from tests.bench.contestants.guardian_side.models import (
    ACTIONS,
    Thing,
    ThingGroupPermission,
    ThingUserPermission,
)

PAGE = 50


def fresh(user: User) -> User:
    """Return the user as a new request has it: with nothing known of its permissions yet."""
    return User(**{field.attname: getattr(user, field.attname) for field in User._meta.fields})


def has_perm(user: User, action: str, thing: Thing) -> bool:
    """Ask for one thing, as guardian's backend does."""
    return ObjectPermissionBackend().has_perm(user, f"guardian_side.{action}_thing", thing)


def may(user: User, action: str, thing: Thing) -> bool:
    """Ask for one thing, permissions without an object included."""
    user = fresh(user)
    everywhere = ModelBackend().has_perm(user, f"guardian_side.{action}_thing")
    return everywhere or has_perm(user, action, thing)


def rights(user: User, things: Sequence[Thing]) -> list[list[bool]]:
    """Answer every action on a page of things, fetched at once."""
    checker = ObjectPermissionChecker(user)
    checker.prefetch_perms(things)
    return [[checker.has_perm(f"{a}_thing", thing) for a in ACTIONS] for thing in things]


def rights_by_cell(user: User, things: Sequence[Thing]) -> list[list[bool]]:
    """Answer the same by one question per cell."""
    return [[has_perm(user, action, thing) for action in ACTIONS] for thing in things]


def first_page(user: User, action: str = "read") -> list[int]:
    rows = get_objects_for_user(fresh(user), f"guardian_side.{action}_thing", Thing)
    return [pk for pk, _ in rows.order_by("name", "pk").values_list("pk", "name")[:PAGE]]


def count(user: User, action: str = "read") -> int:
    return get_objects_for_user(fresh(user), f"guardian_side.{action}_thing", Thing).count()


def who(action: str, thing: Thing) -> set[int]:
    """Return the users with a permission on this very thing, themselves or by a group."""
    rows = get_users_with_perms(thing, only_with_perms_in=[f"{action}_thing"])
    return set(rows.values_list("pk", flat=True))


def everywhere(action: str) -> set[int]:
    """Return the users whose permission needs no object."""
    held = Q(user_permissions__codename=f"{action}_thing")
    held |= Q(groups__permissions__codename=f"{action}_thing")
    return set(User.objects.filter(held).values_list("pk", flat=True))


def assign(codenames: Iterable[str], holder, things) -> None:
    """Give a person or group permissions on each of many things."""
    for codename in codenames:
        assign_perm(codename, holder, things)


def remove(codenames: Iterable[str], holder, things) -> None:
    for codename in codenames:
        remove_perm(codename, holder, things)


def newest() -> tuple[int, int]:
    """Return the newest rows, to be able to take back what comes after them."""
    tables = (ThingUserPermission, ThingGroupPermission)
    return tuple(t.objects.order_by("-pk").values_list("pk", flat=True)[0] for t in tables)


def forget_since(rows: tuple[int, int]) -> None:
    for table, pk in zip((ThingUserPermission, ThingGroupPermission), rows, strict=True):
        table.objects.filter(pk__gt=pk).delete()
