"""When grants and memberships give something: conditions that the statements share (R6, W1, W2).

In them `g` is a grant, `gm` a membership of a group, `t` a taking up.
"""


def active(alias: str) -> str:
    """Return the condition that a grant or a membership has begun, and not ended."""
    begun = f"({alias}.starts_at IS NULL OR {alias}.starts_at <= {{now}})"
    return f"({begun} AND ({alias}.expires_at IS NULL OR {alias}.expires_at > {{now}}))"


def running(alias: str) -> str:
    """Return the condition that a taking up runs."""
    return f"({alias}.starts_at <= {{now}} AND {alias}.ends_at > {{now}})"


def _standing_or_taken_up(alias: str, taken: str) -> str:
    running_one = f"SELECT 1 FROM workspaces_takeup t WHERE {taken} AND {running('t')}"
    return f"({active(alias)} AND (NOT {alias}.eligible OR EXISTS ({running_one})))"


LIVE = active("g")  # standing or eligible
STANDING = f"({LIVE} AND NOT g.eligible)"
# Of a grant of one's own, of a membership, and of a group's grant for whoever is in the group.
OWN = _standing_or_taken_up("g", "t.grant_id = g.id AND t.membership_id IS NULL")
JOINED = _standing_or_taken_up("gm", "t.membership_id = gm.id AND t.grant_id IS NULL")
THROUGH = _standing_or_taken_up("g", "t.grant_id = g.id AND t.membership_id = gm.id")
