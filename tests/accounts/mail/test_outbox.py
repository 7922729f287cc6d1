"""Mail waits in the database and leaves after the change it tells of (XJ7)."""

from datetime import timedelta

from django.core import mail as sent
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from accounts import outbox
from accounts.models.mail import Mail


class Down(EmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("mail is away")


def waiting(**fields) -> Mail:
    """Return a mail that is due; a second ago, since the database counts milliseconds."""
    due = timezone.now() - timedelta(seconds=1)
    return Mail.objects.create(
        to="bo@example.org", subject="Hi", text="t", html="<p>t</p>", next_try_at=due, **fields
    )


def test_what_is_due_is_sent_once(db):
    waiting()
    assert outbox.send_due() == (1, 0)
    assert outbox.send_due() == (0, 0)
    assert [message.to for message in sent.outbox] == [["bo@example.org"]]
    assert sent.outbox[0].alternatives[0].content == "<p>t</p>"


def test_mail_of_a_change_that_failed_is_not_sent(db):
    with transaction.atomic():
        waiting()
        transaction.set_rollback(True)
    assert outbox.send_due() == (0, 0)


def test_while_the_server_is_away_mail_waits_longer_each_time_XJ7(db):
    mail = waiting()
    with override_settings(EMAIL_BACKEND=f"{__name__}.Down"):
        for wait in (1, 2, 4):
            assert outbox.send_due() == (0, 1)
            mail.refresh_from_db()
            ahead = mail.next_try_at - timezone.now()
            assert timedelta(minutes=wait - 0.1) < ahead <= timedelta(minutes=wait)
            assert outbox.send_due() == (0, 0)
            Mail.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    assert mail.last_error == "mail is away"
    assert outbox.send_due() == (1, 0)


@override_settings(SITE_URL="https://gate.example")
def test_links_in_mail_begin_with_the_configured_host_XF5():
    assert outbox.absolute("/w/acme/") == "https://gate.example/w/acme/"
