"""Sessions as rows: written by one statement, and never brought back by it."""

import pytest
from django.contrib.sessions.backends.base import UpdateError

from accounts.sign_in.session_store import SessionStore


@pytest.fixture
def session(db):
    store = SessionStore()
    store["said"] = "hello"
    store.save()
    return store


def test_a_session_is_written_by_one_statement(session, django_assert_num_queries):
    session["said"] = "again"
    with django_assert_num_queries(1):
        session.save()
    assert SessionStore(session.session_key)["said"] == "again"


def test_a_session_that_ended_meanwhile_is_not_written_again_S7(session):
    SessionStore().delete(session.session_key)
    with pytest.raises(UpdateError):
        session.save()
    assert not SessionStore().exists(session.session_key)
