"""`manage.py outbox_send`: send the mail that waits, once or for good."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from accounts import outbox


class Command(BaseCommand):
    help = "Send the mail that is due. With --loop, go on and look again every so many seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", type=_seconds, metavar="SECONDS")

    def handle(self, *args: Any, loop: float | None, **options: Any) -> None:
        if loop is not None:
            outbox.keep_sending(loop)
        sent = failed = 0
        while (round_ := outbox.send_due()) != (0, 0):
            sent, failed = sent + round_[0], failed + round_[1]
        self.stdout.write(f"{sent} sent, {failed} failed and will be tried again.")


def _seconds(text: str) -> float:
    """Read a pause. Raises ArgumentTypeError for what is none."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= 3600:  # noqa: PLR2004 from a second to an hour
        raise ArgumentTypeError("between 1 and 3600 seconds")
    return seconds
