"""Whether a standby may be asked: whether it has what was acknowledged until now (R4).

A change is acknowledged when its commit has returned, and the next question has to see it. So a
standby is not asked because of what is configured, nor for a while because it was good a moment
ago: between two looks a primary can be told to wait for others, somebody can pause the replay,
and a standby that was cut off does not know what it misses. What is asked is the primary, once for
each request that reads:

1. *How far are you?* The place up to which its log is on its disk: every change that was
   acknowledged before lies before that place. With it come the timeline, which grows with every
   promotion, and the identity of the cluster.
2. The standby: *Have you replayed as far?* Waited for is a moment, since what is being written by
   others just now lies before the place too. It has to be in recovery, of the same cluster, and
   streaming on the same timeline: a primary of before that comes back may be further than the new
   one, by changes that nobody was promised. Its clock has to go like the primary's, since each
   compares starts and ends with its own (R6).

The log only grows and replay only goes forward, so what the standby answers afterwards, on the
same connection, knows all that was acknowledged before the request began. That holds whatever is
configured; `synchronous_commit = remote_apply` and `synchronous_standby_names` are what make the
answer to the second question a yes, and keep what was acknowledged when the primary dies. So where
the primary's session does not commit that way, no standby is asked either.

What is not known is not trusted: whatever fails, is missing or does not fit leads to the primary,
and the standby is left alone for a while, at least `REST` and `SHARE` times as long as it took to
find out. A standby may show a change that the primary has not acknowledged yet, never the reverse.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections

from config.databases.hot import hot_cursor

SKEW = 0.1  # seconds by which clocks may differ
PATIENCE, STEP = 0.05, 0.002  # seconds that a standby may be behind, and between two looks
REST, LONGEST_REST, SHARE = 1.0, 60.0, 20  # seconds; times what was waited for in vain
APPLIED = "remote_apply"
NO_STANDBY = "it is no standby"

PLACE = """
    SELECT pg_current_wal_flush_lsn()::text, pg_walfile_name(pg_current_wal_flush_lsn()),
           system_identifier, current_setting('synchronous_commit'),
           extract(epoch FROM clock_timestamp())::float8
    FROM pg_control_system()
"""
REACHED = """
    SELECT pg_backend_pid(), pg_is_in_recovery(), system_identifier,
           (SELECT received_tli FROM pg_stat_wal_receiver WHERE status = 'streaming'),
           pg_last_wal_replay_lsn() >= %s::pg_lsn,
           extract(epoch FROM clock_timestamp())::float8
    FROM pg_control_system()
"""
log = structlog.get_logger("gatehouse.databases")

_resting_until: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """How far the primary's log was, on which timeline of which cluster, and what commits await.

    `clock` is what its clock said, in seconds, and `asked` what this process's did before that.
    """

    lsn: str
    timeline: int
    system: int
    commits: str
    clock: float
    asked: float


class Told(NamedTuple):
    """What a standby tells of itself: the columns of `REACHED`."""

    pid: int
    recovers: bool
    system: int
    timeline: int | None
    reached: bool
    clock: float


def standby_for_reading() -> str | None:
    """Return the alias of a standby that has all that was acknowledged before this call.

    None where there is none, or none that is known to have it: then the primary is asked. Costs
    1 statement at the primary and 1 at the standby; while all of them rest, nothing. Raises
    OperationalError where the primary does not answer, as it would where it were asked itself.
    """
    awake = [alias for alias in settings.STANDBYS if _resting_until.get(alias, 0) < _now()]
    if not awake:
        return None
    place = place_of_primary()
    for alias in random.sample(awake, len(awake)):
        began = _now()
        why = why_not(alias, place)
        if not why:
            return alias
        let_rest(alias, why, took=_now() - began)
    return None


def let_rest(alias: str, why: str, *, took: float = 0.0) -> None:
    """Ask a standby nothing for a while, after so many seconds that it took to find out."""
    rest = min(max(REST, SHARE * took), LONGEST_REST)
    _resting_until[alias] = _now() + rest
    log.warning("the primary is asked instead", standby=alias, why=why, seconds=round(rest, 1))


def _now() -> float:
    return time.monotonic()


def place_of_primary() -> Place:
    """Ask the primary how far it is; what was acknowledged before this call lies before that."""
    asked = _now()
    lsn, segment, system, commits, clock = _ask(DEFAULT_DB_ALIAS, PLACE)
    return Place(lsn, int(segment[:8], 16), system, commits, clock, asked)


def why_not(alias: str, place: Place) -> str:
    """Return why a standby may not be asked; nothing where it may."""
    if place.commits != APPLIED:
        return f"synchronous_commit is {place.commits}, not {APPLIED}"
    try:
        return _why_behind(alias, place)
    except Error as error:
        return str(error)


def _why_behind(alias: str, place: Place) -> str:
    """Wait a moment for a standby to reach a place; return why it may not be asked all the same."""
    until = _now() + PATIENCE
    while True:
        told = Told(*_ask(alias, REACHED, [place.lsn]))
        unfit = _unfit(alias, place, told)
        if unfit or told.reached:
            return unfit
        if _now() > until:
            return "it lags"
        time.sleep(STEP)


def _unfit(alias: str, place: Place, told: Told) -> str:
    """Return why what a standby told is of no use, however far it is."""
    since = _now() - place.asked
    reasons = (
        (
            told.pid != connections[alias].connection.info.backend_pid,
            "a pooler stands before it, which may lead to another one next time",
        ),
        (not told.recovers, NO_STANDBY),
        (told.system != place.system, "it belongs to another cluster"),
        (
            told.timeline != place.timeline,
            "it does not stream from the primary, or pg_read_all_stats was not granted",
        ),
        (
            not -SKEW <= told.clock - place.clock <= since + SKEW,
            f"its clock differs from the primary's, {told.clock:.3f} from {place.clock:.3f}",
        ),
    )
    return next((why for so, why in reasons if so), "")


def _ask(alias: str, text: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
    """Return the one row of a statement, which also tells whether a kept connection lives.

    One that does not is made anew, once; so it costs no look of its own.
    """
    database = connections[alias]
    kept = database.connection is not None
    database.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _row(alias, text, params)
    except (OperationalError, InterfaceError):
        if not kept:
            raise
        database.close()
        return _row(alias, text, params)


def _row(alias: str, text: str, params: Sequence[Any]) -> tuple[Any, ...]:
    database = connections[alias]
    database.ensure_connection()
    with database.wrap_database_errors:
        hot = hot_cursor(database)
        return next(hot.execute(text, params or None, prepare=True))
