"""What is measured in a process of its own; each job returns how many rows it went over."""

from itertools import islice
from pathlib import Path

from django.test import Client
from django.urls import reverse

from tests.bench.worlds.load import BENCH
from tests.bench.worlds.world import SLUG
from workspaces.models import Workspace
from workspaces.operations.documents import document_parts, load_documents

LINES = 1_000_000


def import_document(file: str) -> int:
    """Import a file and return the number of rows written; none where nothing changes."""
    written: list[int] = []
    texts = ((name, Path(name).read_bytes()) for name in (file,))
    load_documents(texts, by=BENCH, progress=written.append)
    return sum(written)


def export_document() -> int:
    """Write the workspace as a document; return how many lines it has."""
    return sum(part.count("\n") for part in document_parts(Workspace.objects.get(slug=SLUG)))


def people_and_rights(most: str = str(LINES)) -> int:
    """Take people and what they reach out as CSV, up to a million lines or so many."""
    workspace = Workspace.objects.get(slug=SLUG)
    owner = workspace.members.owners().first()
    client = Client()
    client.force_login(owner.user, backend="accounts.backends.SignInBackend")
    answer = client.post(
        reverse("workspaces:matrix_csv", args=[SLUG]), {"matching": "on"}, HTTP_HOST="localhost"
    )
    assert answer.status_code == 200, answer.status_code
    lines = (part.count(b"\n") for part in answer.streaming_content)
    seen = 0
    while seen < int(most) and (more := sum(islice(lines, 50))):
        seen += more
    return seen


JOBS = {
    "import": import_document,
    "export": export_document,
    "csv": people_and_rights,
}
