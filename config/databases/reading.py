"""Which database a request reads from: the primary, or a standby where it only reads.

What is wrapped by `reads_only` reads from a standby that has all that was acknowledged (see
`standbys`), as long as that is safe: what is written goes to the primary, and so does every read
inside a transaction there, under a lock, and after the first write – one reads what one wrote.
Without standbys nothing of this happens.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from config.databases.standbys import let_rest, standby_for_reading

P = ParamSpec("P")
R = TypeVar("R")
# Tables that count what is done all the time: asking a standby for them would save nothing.
COUNTS = "django_cache"
LOOKS = frozenset({"GET", "HEAD"})


@dataclass(slots=True)
class Reading:
    """What is known of the request that reads: from where, and whether it wrote since."""

    alias: str | None = None
    wrote: bool = False

    @property
    def at_standby(self) -> bool:
        return self.alias not in (None, DEFAULT_DB_ALIAS)


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


def reads_only(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view read from a standby, and write the little it writes at the primary.

    The view may run twice: where the standby is lost while it reads, it begins anew at the
    primary. So it only reads, or writes what may be written twice. What it returns is whole: an
    answer that streams is read later, at the primary.
    """

    @wraps(view)
    def reading_view(*args: P.args, **kwargs: P.kwargs) -> R:
        if not settings.STANDBYS or _reading.get() is not None:
            return view(*args, **kwargs)
        reading = Reading()
        token = _reading.set(reading)
        try:
            return view(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if reading.alias is None or not reading.at_standby or reading.wrote:
                raise
            let_rest(reading.alias, str(error))
        finally:
            _reading.reset(token)
        return view(*args, **kwargs)

    return reading_view


def looks_read_only(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view read from a standby where it is asked by GET or HEAD; its first is the request."""
    reading_view = reads_only(view)

    @wraps(view)
    def chosen_view(*args: P.args, **kwargs: P.kwargs) -> R:
        looks = getattr(args[0], "method", None) in LOOKS
        return (reading_view if looks else view)(*args, **kwargs)

    return chosen_view


def database_for_reading() -> str:
    """Return the alias of the database that this request reads from just now."""
    reading = _reading.get()
    if reading is None or reading.wrote or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return DEFAULT_DB_ALIAS
    if reading.alias is None:
        reading.alias = standby_for_reading() or DEFAULT_DB_ALIAS
        structlog.contextvars.bind_contextvars(read_from=reading.alias)
    return reading.alias


def connection_for_reading() -> BaseDatabaseWrapper:
    """Return the connection for a statement that is written by hand, and reads."""
    return connections[database_for_reading()]


class PrimaryAndStandbys:
    """Django's router: what is read goes where the request reads, all else to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        if model._meta.app_label == COUNTS:
            return DEFAULT_DB_ALIAS
        return database_for_reading()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        reading = _reading.get()
        if reading is not None and model._meta.app_label != COUNTS:
            reading.wrote = True
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """Let rows that were read at different machines stand together: they are of one site."""
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        return alias == DEFAULT_DB_ALIAS
