"""Queues mail in the transaction of the change it tells of, and sends what is due (XJ7)."""

import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import close_old_connections, models
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from accounts.models import Mail

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
CLAIM = timedelta(minutes=2)  # longer than a mail server may take to answer
KEPT = timedelta(days=30)
log = structlog.get_logger("gatehouse.outbox")


def queue(
    to: str,
    template: str,
    context: dict[str, Any],
    *,
    about: str = "",
    not_before: datetime | None = None,
) -> Mail:
    """Write a mail to be sent after the transaction in hand has ended well.

    `template` names a folder of `emails/`: `subject.txt`, `body.txt` and `body.html`.
    Links in the context are whole ones, see `absolute`. It waits for `not_before`, and until
    then can be withdrawn by what it is about.
    """
    when = not_before or timezone.now()
    return Mail.objects.create(to=to, about=about, next_try_at=when, **_drawn(template, context))


def withdraw(about: Iterable[str]) -> None:
    """Drop mail that waits for its time about what is there no more; 1 statement."""
    Mail.objects.waiting_for_its_time().filter(about__in=list(about)).delete()


def queue_alike(addresses: Iterable[str], template: str, context: dict[str, Any]) -> None:
    """Write the same mail for each of many people, drawn once; 1 statement."""
    drawn = _drawn(template, context)
    Mail.objects.bulk_create(Mail(to=address, **drawn) for address in addresses)


def queue_each(template: str, mails: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Write one mail for each address and context; 1 statement."""
    Mail.objects.bulk_create(Mail(to=to, **_drawn(template, context)) for to, context in mails)


def _drawn(template: str, context: dict[str, Any]) -> dict[str, str]:
    drawn = {**context, "site": settings.SITE_URL}
    subject = " ".join(_plain(f"emails/{template}/subject.txt", drawn).split())[:200]
    drawn["subject"] = subject
    return {
        "subject": subject,
        "text": _plain(f"emails/{template}/body.txt", drawn),
        "html": render_to_string(f"emails/{template}/body.html", drawn),
    }


def _plain(name: str, context: dict[str, Any]) -> str:
    """Draw a text that is read as text: an ampersand stays one."""
    template: Any = get_template(name)
    text: str = template.template.render(Context(context, autoescape=False))
    return text


def absolute(path: str) -> str:
    """Return the whole address of a path, at the configured host whatever was asked (XF5)."""
    return f"{settings.SITE_URL}{path}"


def queue_message(message: EmailMultiAlternatives) -> None:
    """Write a mail that was drawn elsewhere, to be sent with what is due."""
    _keep(message)


def send_or_queue(message: EmailMultiAlternatives) -> None:
    """Send a mail somebody waits for; while the mail server is away it goes to the queue (XJ7).

    In development a mail that was sent is kept as well, for the previews.
    """
    try:
        message.send()
    except OSError as error:
        _keep(
            message,
            tries=1,
            next_try_at=timezone.now() + FIRST_WAIT,
            last_error=str(error)[:500],
        )
    else:
        if not settings.PRODUCTION:
            _keep(message, tries=1, sent_at=timezone.now())


def _keep(message: EmailMultiAlternatives, **fields: Any) -> None:
    html = next((str(content) for content, _kind in message.alternatives), "")
    for address in message.to:
        Mail.objects.create(
            to=address,
            subject=str(message.subject)[:200],
            text=str(message.body),
            html=html,
            **fields,
        )


def send_due(limit: int = 100) -> tuple[int, int]:
    """Send up to `limit` mails that are due; return how many left and how many failed.

    A failed one waits twice as long each time, up to six hours, and is never given up.
    Each is claimed first and sent outside a transaction, so that two senders share the
    work and a slow mail server holds up no writer. A sender that dies while sending
    leaves its mail to be sent once more.
    """
    sent = failed = 0
    for pk in list(Mail.objects.due().values_list("pk", flat=True)[:limit]):
        mine = Mail.objects.due().order_by().filter(pk=pk)
        if not mine.update(next_try_at=timezone.now() + CLAIM, tries=models.F("tries") + 1):
            continue  # another sender was quicker
        if _send(Mail.objects.get(pk=pk)):
            sent += 1
        else:
            failed += 1
    return sent, failed


def _send(mail: Mail) -> bool:
    message = EmailMultiAlternatives(
        mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to]
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except OSError as error:  # smtplib's errors among them: the server is away or refuses
        wait = min(FIRST_WAIT * 2 ** min(mail.tries - 1, 10), LONGEST_WAIT)
        mail.next_try_at = timezone.now() + wait
        mail.last_error = str(error)[:500]
    else:
        mail.sent_at = timezone.now()
        mail.last_error = ""
        if settings.PRODUCTION:
            mail.text = mail.html = ""  # a link or code that went out is kept nowhere (XE10)
    mail.save(update_fields=["next_try_at", "last_error", "sent_at", "text", "html"])
    return mail.sent_at is not None


def forget_sent() -> int:
    """Drop mail that left long ago; return how many."""
    dropped, _ = Mail.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()
    return dropped


def keep_sending(every: float) -> None:
    """Send what is due, wait `every` seconds, and so on until the process ends.

    What goes wrong is written to the log and the next round begins anew: one mail that
    cannot be drawn into a message, or a database that rests, must not stop all others.
    """
    while True:
        try:
            close_old_connections()
            while send_due() != (0, 0):
                pass
        except Exception:
            log.exception("outbox")
        time.sleep(every)


def send_in_background(every: float) -> threading.Thread:
    """Start a thread that keeps sending, for a server without a process of its own for it."""
    thread = threading.Thread(target=keep_sending, args=(every,), name="outbox", daemon=True)
    thread.start()
    return thread
