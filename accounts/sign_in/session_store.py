"""Django's sessions in the database, which one statement writes.

An answer notes something in the session whenever it says what was done. Django opens a
transaction around that one row; a lone statement is whole by itself.
"""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError


class SessionStore(db.SessionStore):
    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - as Django calls it
        """Write the session; 1 statement for one that is there already.

        Raises UpdateError when it ended meanwhile: it must not come back by being written.
        """
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        row = self.create_model_instance(dict(self.items()))
        rows = self.model.objects.filter(session_key=row.session_key)
        if not rows.update(session_data=row.session_data, expire_date=row.expire_date):
            raise UpdateError
