"""The site's settings for the suite: what it makes lies apart from a site that was tried here.

Processes that tests start inherit the place.
"""

import os
from pathlib import Path

os.environ["STATE_DIR"] = str(Path(__file__).resolve().parent.parent / ".gatehouse" / "tests")

from config.settings import *  # noqa: F403

# Nothing outside is asked: nobody listens there, and nobody waits long for it.
DNS_RESOLVERS = [("127.0.0.1", 1)]
OUTSIDE_SECONDS = 0.2

# A test database is thrown away: no commit waits until the disk has it.
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":  # noqa: F405
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"  # noqa: F405
