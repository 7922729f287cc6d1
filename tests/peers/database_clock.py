"""The database's clock, held still, so that a test stands exactly on the edge of a second."""

from datetime import datetime, timedelta

import pytest
from django.db.models import DateTimeField, Value
from django.db.models.functions import Now

from accounts.models.user import User
from workspaces.operations.sign_in.session_limits import SIGN_IN

# Where the session rule asks the database what time it is.
ASKING = (
    "accounts.models.sign_in.Now",
    "accounts.sessions.Now",
    "workspaces.operations.sign_in.session_limits.Now",
)


class DatabaseClock:
    """Stands still until `go` moves it, forward or back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: datetime = User.objects.values_list(Now(), flat=True)[0]
        for name in ASKING:
            monkeypatch.setattr(name, lambda: Value(self.now, output_field=DateTimeField()))
        # The query that asks is written once; here the time stands in it, so it is made anew.
        monkeypatch.setattr(SIGN_IN, "_known", {})

    def go(self, time: timedelta) -> None:
        self.now += time
        SIGN_IN._known.clear()
