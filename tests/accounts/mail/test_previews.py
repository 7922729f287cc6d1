"""Mail is sent by a command or a thread, and can be looked at in development (XJ7)."""

import smtplib
import threading

import pytest
from django.core import mail as sent
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings

from accounts import outbox
from accounts.models.mail import Mail

HTML = '<!doctype html><html lang="en"><title>t</title><p>Hello <b>Bo</b></p></html>'


class Down(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("mail is away")


def waiting(**fields):
    return Mail.objects.create(
        to="bo@example.org",
        subject="Hello",
        text="Hello <Bo> http://127.0.0.1:8000/x",
        html=HTML,
        next_try_at="2026-01-01T00:00:00Z",
        **fields,
    )


def test_the_command_sends_all_that_is_due(db, capsys):
    for _ in range(150):
        waiting()
    call_command("outbox_send")
    assert len(sent.outbox) == 150
    assert capsys.readouterr().out == "150 sent, 0 failed and will be tried again.\n"


@pytest.mark.parametrize("pause", ["0", "-1", "x", "99999"])
def test_a_pause_that_makes_no_sense_is_refused(db, pause):
    with pytest.raises(CommandError, match="seconds"):
        call_command("outbox_send", "--loop", pause)


def test_a_server_that_is_away_is_counted_and_the_mail_stays_XJ7(db, capsys):
    waiting()
    with override_settings(EMAIL_BACKEND=f"{__name__}.Down"):
        call_command("outbox_send")
    assert "0 sent, 1 failed" in capsys.readouterr().out
    assert [mail.last_error for mail in Mail.objects.held_up()] == ["mail is away"]


def test_a_mail_that_somebody_waits_for_waits_too_while_the_server_is_away_XJ7(db):
    message = EmailMultiAlternatives("Code", "123", "gate@example.org", ["bo@example.org"])
    message.attach_alternative("<p>123</p>", "text/html")
    with override_settings(EMAIL_BACKEND=f"{__name__}.Down"):
        outbox.send_or_queue(message)
    mail = Mail.objects.get()
    assert (mail.to, mail.text, mail.html, mail.tries) == ("bo@example.org", "123", "<p>123</p>", 1)
    assert mail.last_error == "mail is away"
    Mail.objects.update(next_try_at="2026-01-01T00:00:00Z")
    assert outbox.send_due() == (1, 0)


def test_a_password_reset_stands_while_mail_is_down_XJ7(client, world):
    with override_settings(EMAIL_BACKEND=f"{__name__}.Down"):
        answer = client.post("/accounts/password/reset/", {"email": "bo@example.org"})
    assert answer.status_code == 302
    assert Mail.objects.get().to == "bo@example.org"


def test_a_mail_in_the_hands_of_one_sender_is_left_by_another(db):
    mail = waiting()
    Mail.objects.due().filter(pk=mail.pk).update(next_try_at="2199-01-01T00:00:00Z")
    assert outbox.send_due() == (0, 0)
    assert not sent.outbox


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once():
    for _ in range(20):
        waiting()
    start = threading.Barrier(2)

    def send():
        start.wait()
        outbox.send_due()
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent.outbox) == 20
    assert not Mail.objects.filter(sent_at__isnull=True).exists()


def test_mail_that_left_a_month_ago_is_forgotten(db):
    waiting(sent_at="2026-01-02T00:00:00Z")
    waiting()
    assert outbox.forget_sent() == 1
    assert Mail.objects.count() == 1


def test_mail_can_be_looked_at_as_text_and_as_html(client, db):
    mail = waiting()
    listed = client.get("/mail/").content.decode()
    assert "Hello" in listed
    assert f'href="/mail/{mail.pk}"' in listed
    text = client.get(f"/mail/{mail.pk}").content.decode()
    assert "Hello &lt;Bo&gt;" in text
    assert 'href="http://127.0.0.1:8000/x"' in text
    drawn = client.get(f"/mail/{mail.pk}/html")
    assert drawn.content.decode() == HTML
    assert "default-src 'none'" in drawn["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/mail/", "/mail/1", "/mail/1/html"])
def test_in_production_there_are_no_previews(client, db, settings, path):
    settings.PRODUCTION = True
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/mail/", "/mail/1", "/mail/1/html"])
def test_previews_are_looked_at_only(client, db, path):
    assert client.post(path).status_code == 405
