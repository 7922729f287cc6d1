"""The last calls of a directory, kept for an owner who looks why it does not work."""

from workspaces.models import DirectoryCall, Workspace

KEPT = 20
PATH_LENGTH = DETAIL_LENGTH = 300


def note(
    workspace: Workspace,
    *,
    method: str,
    path: str,
    status: int,
    detail: str = "",
    address: str | None = None,
) -> None:
    """Keep a call that was answered, and drop all but the last 20; 2 statements.

    `path` comes with its query. Written outside the change's transaction, so that what was
    refused stands here as well. No header and no body is kept, so no secret is.
    """
    DirectoryCall.objects.create(
        workspace=workspace,
        method=method[:16],
        path=path[:PATH_LENGTH],
        status=status,
        detail=detail[:DETAIL_LENGTH],
        address=address,
    )
    calls = workspace.directory_calls
    newest = calls.newest_first().values("pk")[:KEPT]
    calls.exclude(pk__in=newest).delete()
