"""Worlds for tests, described by workspace documents."""

import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.utils import timezone

from accounts.models.sign_in import SignIn
from accounts.models.user import User
from labels.models import Label
from labels.syntax import parse_label
from tests.loaded import once
from workspaces.change import Actor, lock_workspace
from workspaces.models import ActorKind, Grant, GrantTerms, Group, Member, Resource, Workspace
from workspaces.operations.documents import load_document
from workspaces.operations.grants import policies
from workspaces.operations.grants.grants import Holder
from workspaces.operations.grants.policies import Proposal

SYSTEM = Actor.system("tests")

ACME: dict[str, Any] = {
    "format": "gatehouse/workspace@1",
    "workspace": {"slug": "acme", "name": "Acme", "hipaa_eligible": False, "plan": "business"},
    "labels": ["environment:prod", "environment:dev", "product:car", "product:truck"],
    "resources": [
        {
            "type": "source",
            "slug": "a",
            "name": "Source A",
            "labels": ["environment:prod", "product:car"],
        },
        {
            "type": "source",
            "slug": "b",
            "name": "Source B",
            "labels": ["environment:prod", "product:truck"],
        },
        {
            "type": "source",
            "slug": "c",
            "name": "Source C",
            "labels": ["environment:dev", "product:car"],
        },
        {"type": "destination", "slug": "ads", "name": "Ads", "source": "source/a"},
        {"type": "warehouse", "slug": "bq", "name": "BigQuery", "connected": ["source/a"]},
        {"type": "space", "slug": "eu", "name": "Europe", "labels": ["environment:prod"]},
        {"type": "tracking_plan", "slug": "web", "name": "Web plan"},
        {"type": "function", "slug": "clean", "name": "Clean up"},
    ],
    "members": [
        {"email": "ada@example.org", "name": "Ada Lovelace", "owner": True},
        {"email": "bo@example.org", "name": "Bo Diddley"},
        {
            "email": "cy@example.org",
            "name": "Cy Twombly",
            "grants": [
                {"role": "source-read-only", "scope": {"resources": ["source/a"]}},
            ],
        },
        {"email": "dee@example.org", "name": "Dee Dee Bridgewater"},
    ],
    "groups": [
        {
            "name": "growth",
            "description": "Growth team",
            "members": ["bo@example.org"],
            "grants": [
                {"role": "source-admin", "scope": {"labels": ["environment:prod"]}},
                {"role": "warehouse-read-only", "scope": {"all": True}},
            ],
        }
    ],
}
OTHER: dict[str, Any] = {
    "format": "gatehouse/workspace@1",
    "workspace": {"slug": "other", "name": "Quixotry Ltd"},
    "labels": ["environment:prod"],
    "resources": [
        {"type": "source", "slug": "a", "name": "Quixotry web", "labels": ["environment:prod"]}
    ],
    "members": [
        {"email": "olga@example.net", "name": "Olga Quixote", "owner": True},
        {"email": "bo@example.org", "name": "Bo Diddley"},
    ],
    "groups": [{"name": "quixotic", "members": ["olga@example.net"], "grants": []}],
}


def acme(**changes: Any) -> dict[str, Any]:
    """Return a copy of the small document, some sections replaced."""
    return {**copy.deepcopy(ACME), **changes}


def give_grants(holder: Holder, new: Iterable[GrantTerms], *, by: Actor = SYSTEM) -> list[Grant]:
    """Give grants beside those there are, and return their rows.

    What nobody could give today, since it ended before, is given without start and end, and gets
    them afterwards.
    """
    new = tuple(new)
    before = set(holder.grants.values_list("pk", flat=True))
    givable = (replace(terms, starts=None, ends=None) if _old(terms) else terms for terms in new)
    proposal = Proposal((*policies.as_proposed(holder), *givable))
    policies.change(holder, proposal, by=by, action="policy.extended")
    rows = list(holder.grants.exclude(pk__in=before).order_by("pk"))
    with lock_workspace(holder.workspace_id, by=by):
        for row, terms in zip(rows, new, strict=True):
            if _old(terms):
                row.starts_at, row.expires_at = terms.starts, terms.ends
                row.save(update_fields=["starts_at", "expires_at"])
    return rows


def _old(terms: GrantTerms) -> bool:
    return terms.ended_by(timezone.now())


def take_grants(holder: Holder, gone: Iterable[Grant], *, by: Actor = SYSTEM) -> None:
    """Take some grants away from their holder."""
    kept = holder.grants.exclude(pk__in=[grant.pk for grant in gone]).understood()
    policies.change(holder, Proposal(kept.terms()), by=by)


@dataclass(frozen=True)
class World:
    """One workspace, with short ways to what is in it."""

    workspace: Workspace
    domain: str = "example.org"

    def user(self, name: str) -> User:
        return User.objects.get(email=name if "@" in name else f"{name}@{self.domain}")

    def member(self, name: str) -> Member:
        return self.workspace.members.select_related("user").get(user=self.user(name))

    def group(self, name: str) -> Group:
        return self.workspace.groups.get(name__iexact=name)

    def resource(self, ref: str) -> Resource:
        type_, _, slug = ref.partition("/")
        return self.workspace.resources.get(type=type_, slug=slug)

    def label(self, text: str) -> Label:
        return self.workspace.labels.named(parse_label(text)).get()

    def actor(self, name: str) -> Actor:
        user = self.user(name)
        return Actor(ActorKind.USER, user.email, user)


def build(document: dict[str, Any] | None = None) -> World:
    """Load a document (by default the small one) and return its world."""
    document = document or acme()
    once(json.dumps(document, sort_keys=True), lambda: load_document(document, by=SYSTEM))
    return World(Workspace.objects.get(slug=document["workspace"]["slug"]))


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table of ours, to see that nothing changed (NC).

    When somebody was last active is left out – of members, and sessions as a whole: coming
    to a locked door is activity too.
    """
    return {
        model._meta.label: [
            {field: value for field, value in row.items() if field != "last_active_at"}
            for row in model._base_manager.order_by("pk").values()
        ]
        for app in ("accounts", "labels", "workspaces")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model is not SignIn
    }
