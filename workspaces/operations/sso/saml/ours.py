"""What we are to providers: one service provider for each connection (P6)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    """What a connection is called at its provider, and the address that takes the answers."""

    entity_id: str
    acs_url: str
