"""The site as quickstart serves it: as in production, and a thread that sends mail."""

from config.wsgi import application

# isort: split
# The apps are loaded now, so their models may be imported.
from accounts import outbox

__all__ = ["application"]

EVERY = 2.0  # seconds

outbox.send_in_background(EVERY)
