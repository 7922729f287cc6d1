"""What a provider says about a person, and that an answer of one is not believed (P7)."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Vouched:
    """A person, as an answer of a provider that passed every check names them (P7).

    `issuer` and `subject` are the provider's own id of them, which is bound to an account (P3);
    `address` is in its one form. `said` is all that came, for the owner who tests (P6).
    `answer_id` is good once until `answer_ends`, for all nodes; an answer that cannot come
    twice (a code is spent at the provider) has none. `session_id` is what a logout of the
    provider names. `authenticated_at` is when the person last proved who they are there (P9).
    """

    issuer: str
    subject: str
    address: str
    name: str = ""
    session_id: str = ""
    answer_id: str = ""
    answer_ends: datetime | None = None
    authenticated_at: datetime | None = None
    said: dict[str, list[str]] = field(default_factory=dict)


class Unvouched(Exception):
    """An answer that is not believed: nothing comes of it (P7).

    `sentence` is for the person, `raw` for owners and the security log: what exactly was wrong.
    """

    def __init__(self, sentence: str, raw: str) -> None:
        super().__init__(raw)
        self.sentence, self.raw = sentence, raw
