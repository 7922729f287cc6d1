"""Every change of a workspace's connections: made, tested, switched, taken out (P6)."""

from typing import Any

from django.utils import timezone

from config.web.values.public_ids import public_id
from workspaces import models
from workspaces.change import Actor, audit, lock_workspace, require_proof, reread, target
from workspaces.errors import Conflict, Refused
from workspaces.operations.sso import requiring, sessions, trust as trusts
from workspaces.operations.sso.trust import Trust

MOST = 10  # connections of one workspace
UNTESTED = "Test the connection first."
SHUT = "Only its connections let people in. Require them no more, or have another one active."


def add(
    workspace: models.Workspace,
    name: str,
    kind: models.ConnectionKind,
    trust: Trust | None,
    *,
    by: Actor,
    ident: str = "",
    unasked: bool = False,
    makes_members: bool = True,
) -> models.SsoConnection:
    """Write a draft; one event. Where an earlier send of the same form did, that one (XI7).

    Without a `trust` it waits for what the provider says of itself, which often comes only
    once the provider knows our addresses. Raises Refused for a name taken, or one too many.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        require_proof(by)
        if ident and (made := locked.sso_connections.filter(public_id=ident).first()):
            return made
        if locked.sso_connections.count() >= MOST:
            raise Refused("P6", f"A workspace has at most {MOST} connections.", field="name")
        connection = models.SsoConnection(
            workspace=locked,
            public_id=ident or public_id(),
            name=name,
            kind=kind,
            unasked=unasked,
            makes_members=makes_members,
            wanted=trusts.kept(trust) if trust else None,
        )
        _require_own_name(locked, connection)
        connection.save(force_insert=True)
        audit.record(
            locked, "connection.added", by=by, target=target(connection), after=_told(connection)
        )
        return connection


def change(
    connection: models.SsoConnection,
    *,
    by: Actor,
    name: str,
    unasked: bool,
    makes_members: bool,
) -> models.SsoConnection:
    """Change what is not trusted of a provider, but decided here; one event, none for nothing."""
    with lock_workspace(connection.workspace_id, by=by) as workspace:
        require_proof(by)
        found = reread(workspace.sso_connections.all(), connection)
        before = _told(found)
        found.name, found.unasked, found.makes_members = name, unasked, makes_members
        _require_own_name(workspace, found)
        found.save(update_fields=["name", "name_key", "unasked", "makes_members"])
        after = _told(found)
        if after != before:
            audit.record(
                workspace, "connection.changed", by=by, target=target(found),
                before=before, after=after,
            )  # fmt: skip
        return found


def trust(connection: models.SsoConnection, wanted: Trust, *, by: Actor) -> models.SsoConnection:
    """Write down what of the provider is to be trusted from its test on; one event (P6).

    What is in force stays in force until then.
    """
    with lock_workspace(connection.workspace_id, by=by) as workspace:
        require_proof(by)
        found = reread(workspace.sso_connections.all(), connection)
        if trusts.same(found.kind, found.latest, wanted):
            return found
        before = _told(found)
        in_force = trusts.same(found.kind, found.trusted, wanted)
        found.wanted = None if in_force else trusts.kept(wanted)
        found.save(update_fields=["wanted"])
        audit.record(
            workspace, "connection.changed", by=by, target=target(found),
            before=before, after=_told(found),
        )  # fmt: skip
        return found


def pass_test(connection: models.SsoConnection, *, by: Actor) -> models.SsoConnection:
    """Put in force what was tested: `connection` is as it was when its test began.

    Raises Conflict where somebody changed it meanwhile: then something else was tested.
    """
    with lock_workspace(connection.workspace_id, by=by) as workspace:
        require_proof(by)
        found = reread(workspace.sso_connections.all(), connection)
        if (found.wanted, found.trusted) != (connection.wanted, connection.trusted):
            raise Conflict("P6", "It was changed while it was tested. Test it again.")
        _put_in_force(found)
        audit.record(workspace, "connection.tested", by=by, target=target(found))
        return found


def _put_in_force(connection: models.SsoConnection) -> None:
    if connection.wanted is not None:
        connection.trusted, connection.wanted = connection.wanted, None
        connection.told_days = None
    connection.tested_at = timezone.now()
    connection.save(update_fields=["trusted", "wanted", "told_days", "tested_at"])


def switch(
    connection: models.SsoConnection,
    state: models.ConnectionState,
    *,
    by: Actor,
    untested: bool = False,
) -> models.SsoConnection:
    """Let people in by it, or no more; sessions that it alone opened end. One event.

    `untested` is an operator's word instead of a test. Raises Conflict for a draft that was not
    tested, and for the last active one where the workspace is entered by nothing else (P5).
    """
    with lock_workspace(connection.workspace_id, by=by) as workspace:
        require_proof(by)
        found = reread(workspace.sso_connections.all(), connection)
        before = found.state
        if state == models.ConnectionState.ACTIVE:
            if untested:
                _put_in_force(found)
            if found.trusted is None:
                raise Conflict("P6", UNTESTED)
        if before == state:
            return found
        found.state = state
        found.save(update_fields=["state"])
        if state != models.ConnectionState.ACTIVE:
            _require_another(workspace)
            sessions.end(models.VouchedSession.objects.filter(binding__connection=found))
        audit.record(
            workspace, "connection.switched", by=by, target=target(found),
            before={"state": before}, after={"state": state},
        )  # fmt: skip
        return found


def take_out(connection: models.SsoConnection, *, by: Actor) -> models.SsoConnection:
    """Delete a connection with its bindings and the sessions that it alone opened; one event."""
    with lock_workspace(connection.workspace_id, by=by) as workspace:
        require_proof(by)
        found = reread(workspace.sso_connections.all(), connection)
        before = _told(found) | {"people": found.bindings.count()}
        gone = target(found)
        sessions.end(models.VouchedSession.objects.filter(binding__connection=found))
        models.SsoConnection.objects.filter(pk=found.pk).delete()
        _require_another(workspace)
        audit.record(workspace, "connection.taken_out", by=by, target=gone, before=before)
        return found


def release(binding: models.SsoBinding, *, by: Actor) -> models.SsoBinding:
    """Forget a provider's id of somebody, so that another may be bound at their next sign-in.

    Sessions that were opened by it alone end; one event (P3).
    """
    with lock_workspace(binding.workspace_id, by=by) as workspace:
        require_proof(by)
        found = reread(workspace.sso_bindings.select_related("connection", "user"), binding)
        sessions.end(models.VouchedSession.objects.filter(binding=found))
        models.SsoBinding.objects.filter(pk=found.pk).delete()
        member = workspace.members.select_related("user").filter(user=found.user_id).first()
        audit.record(
            workspace,
            "binding.released",
            by=by,
            target=target(member) if member else target(found.connection),
            concerned=[target(found.connection)],
            before={"id": found.subject, "connection": found.connection.name},
        )
        return found


def of_address(email: str) -> models.SsoConnectionQuerySet:
    """Return the active connections one signs in by with an address in its one form (P8).

    Nobody is looked up: the domain alone decides.
    """
    holders = models.Domain.objects.proved().of_address(email).values("workspace")
    return models.SsoConnection.objects.active().filter(workspace__in=holders).by_name()


def shut_out_by(connection: models.SsoConnection) -> models.MemberQuerySet:
    """Return whom taking it out or off shuts out: who, where it is required, has no other way."""
    workspace = connection.workspace
    others = workspace.sso_connections.active().exclude(pk=connection.pk)
    members = requiring.moved(workspace)
    return members if workspace.sso_required and not others.exists() else members.none()


def _require_another(workspace: models.Workspace) -> None:
    """Raise Conflict where nothing is left by which a workspace is entered (P5)."""
    if workspace.sso_required and not workspace.sso_connections.active().exists():
        raise Conflict("P5", SHUT)


def _require_own_name(workspace: models.Workspace, connection: models.SsoConnection) -> None:
    connection.fit()
    others = workspace.sso_connections.exclude(pk=connection.pk)
    if others.filter(name_key=connection.name_key).exists():
        raise Refused("N2", f"There is a connection {connection.name} already.", field="name")


def _told(connection: models.SsoConnection) -> dict[str, Any]:
    """Return what the trail keeps of it: never a secret, nor the keys themselves."""
    values = connection.latest or {}
    return {
        "name": connection.name,
        "kind": connection.kind,
        "unasked": connection.unasked,
        "makes_members": connection.makes_members,
        "issuer": values.get("issuer", ""),
        "sign_in_url": values.get("sign_in_url", ""),
        "client": values.get("client_id", ""),
        "certificates_end": [f"{end:%Y-%m-%d}" for end in trusts.certificate_ends(values)],
    }
