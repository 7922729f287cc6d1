"""What our pages stand beside: Django's own lists of the same rows.

Two admin sites, open to whoever is signed in, so that the same session
asks for everything: one lists plain columns, one the columns of our members page, with what
they need prefetched.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.web.lists.listing import ROWS
from tests.bench.worlds.world import SLUG
from workspaces.models import Grant, Member


class OpenSite(admin.AdminSite):
    """Lets everybody who is signed in look."""

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active


class PlainList(admin.ModelAdmin):
    list_display: Any = ("name", "address", "owner", "last_active_at")
    list_per_page = ROWS
    list_select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True

    has_delete_permission = has_view_permission = has_change_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Member.objects.filter(workspace__slug=SLUG)

    def name(self, member: Member) -> str:
        return member.user.get_full_name()

    def address(self, member: Member) -> str:
        return member.user.email


class FullList(PlainList):
    """The columns of our members page, as an admin would write them."""

    list_display = ("name", "address", "highest", "groups", "last_active_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        grants = ("label_set__label", "listed")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                *(f"grants__{name}" for name in grants),
                *(f"joined_groups__group__grants__{name}" for name in grants),
            )
        )

    def highest(self, member: Member) -> str:
        held = [*member.grants.all()]
        held += [g for row in member.joined_groups.all() for g in row.group.grants.all()]
        if not held:
            return "Minimal access"
        best = max(held, key=lambda grant: (grant.role.endswith("admin"), grant.scope))
        return f"{best.role} {_on_what(best)} +{len(held) - 1}"

    def groups(self, member: Member) -> str:
        return ", ".join(row.group.name for row in member.joined_groups.all())


def _on_what(grant: Grant) -> str:
    labels = " ".join(str(row.label) for row in grant.label_set.all())
    return labels or f"{len(grant.listed.all())} named"


plain, full = OpenSite(name="plain"), OpenSite(name="full")
plain.register(Member, PlainList)
full.register(Member, FullList)
