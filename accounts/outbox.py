"""Queues mail in the transaction of the change it tells of, and sends what is due (J7)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models.mail import Mail

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def queue(to: str, template: str, context: dict[str, Any]) -> Mail:
    """Write a mail to be sent after the transaction in hand has ended well.

    `template` names three files: `emails/<template>_subject.txt`, `.txt` and `.html`.
    Links in the context are whole ones, see `absolute`.
    """
    drawn = {**context, "site": settings.SITE_URL}
    subject = render_to_string(f"emails/{template}_subject.txt", drawn)
    return Mail.objects.create(
        to=to,
        subject=" ".join(subject.split())[:200],
        text=render_to_string(f"emails/{template}.txt", drawn),
        html=render_to_string(f"emails/{template}.html", drawn),
    )


def absolute(path: str) -> str:
    """Return the whole address of a path, at the configured host whatever was asked (F5)."""
    return f"{settings.SITE_URL}{path}"


def send_due(limit: int = 100) -> tuple[int, int]:
    """Send up to `limit` mails that are due; return how many left and how many failed.

    A failed one waits twice as long each time, up to six hours, and is never given up.
    Each mail is taken under a row lock, so that two senders share the work.
    """
    sent = failed = 0
    for pk in list(Mail.objects.due().values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            mail = Mail.objects.due().select_for_update(skip_locked=True).filter(pk=pk).first()
            if mail is None:
                continue
            if _send(mail):
                sent += 1
            else:
                failed += 1
    return sent, failed


def _send(mail: Mail) -> bool:
    message = EmailMultiAlternatives(
        mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to]
    )
    message.attach_alternative(mail.html, "text/html")
    mail.tries += 1
    try:
        message.send()
    except OSError as error:  # smtplib's errors among them: the server is away or refuses
        wait = min(FIRST_WAIT * 2 ** (mail.tries - 1), LONGEST_WAIT)
        mail.next_try_at = timezone.now() + wait
        mail.last_error = str(error)[:500]
    else:
        mail.sent_at = timezone.now()
        mail.last_error = ""
    mail.save(update_fields=["tries", "next_try_at", "last_error", "sent_at"])
    return mail.sent_at is not None
