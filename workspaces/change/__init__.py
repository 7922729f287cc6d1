"""What every change needs: the workspace's lock, who makes it, its event and what that names.

Operations import it from here; `audit` stays a module of its own, so that a call reads
`audit.record`. What only reads the chain asks `change.chain`.
"""

from workspaces.change import audit, naming
from workspaces.change.actors import PROVISION, Actor, Right, token_of
from workspaces.change.audit import Target
from workspaces.change.beside import reread_beside
from workspaces.change.locks import lock_workspace, require, require_proof, reread
from workspaces.change.naming import described, named_in, target, targets

__all__ = [
    "PROVISION",
    "Actor",
    "Right",
    "Target",
    "audit",
    "described",
    "lock_workspace",
    "named_in",
    "naming",
    "require",
    "require_proof",
    "reread",
    "reread_beside",
    "target",
    "targets",
    "token_of",
]
