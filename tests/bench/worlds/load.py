"""Brings a world into the database, by the import that operators use."""

import json

from django.conf import settings
from django.utils import timezone

from accounts.models.sign_in import SignIn
from tests.bench.worlds.world import SLUG, Size, document
from workspaces.change import Actor
from workspaces.models import Workspace
from workspaces.operations.documents import load_documents

BENCH = Actor.system("bench")
ROWS = 1000


def load(size: Size, *, seed: int = 1) -> Workspace:
    """Import a world of this size and return its workspace; half a minute for the largest."""
    return load_text(json.dumps(document(size, seed=seed)).encode())


def load_text(text: bytes) -> Workspace:
    """Import a world given as text."""
    load_documents([("", text)], by=BENCH)
    return Workspace.objects.get(slug=SLUG)


def sign_everybody_in(workspace: Workspace) -> int:
    """Give each member one open session; return how many there are."""
    now = timezone.now()
    times = dict.fromkeys(("signed_in_at", "last_active_at", "proved_at"), now)
    ends = now + settings.SESSION_WHOLE
    users = workspace.members.values_list("user_id", flat=True)
    rows = [SignIn(user_id=u, key=f"bench-{u:016}", ends_at=ends, **times) for u in users]
    return len(SignIn.objects.bulk_create(rows, batch_size=ROWS))
