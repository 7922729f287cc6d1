"""gunicorn as quickstart runs it: as in production, and a thread that sends mail (arch. §4)."""

from typing import Any

from accounts import outbox

EVERY = 2.0  # seconds


def post_worker_init(worker: Any) -> None:
    """gunicorn calls this in each worker; they share the work."""
    outbox.send_in_background(EVERY)
