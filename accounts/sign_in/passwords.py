"""What a new password has to be: not quick to guess, and not known from breaches.

How quick it is to guess says zxcvbn, which knows what people choose. A service that does not
learn the password knows the breaches: it is asked for the first five digits of the password's
SHA-1 and answers with all it knows that begin so (k-anonymity). It is asked where the site's
settings name it, and when it does not answer it holds nobody up."""

import time
from typing import Any

import httpx
import structlog
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pwned_passwords_django.api import PwnedPasswords
from pwned_passwords_django.exceptions import PwnedPasswordsError
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

log = structlog.get_logger("gatehouse")
LEAST = 2  # of 0–4: holds where tries are limited, as they are here
READ = 72  # characters; zxcvbn is slow on long input, and that much is never weak
PATIENCE = 1.5  # seconds, for all of an answer
LONGEST = 200_000  # bytes; an answer has some 900 lines of 40


class StrengthValidator:
    """Refuses what is quick to guess, and says what to do instead."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError with zxcvbn's advice for a password that is too weak."""
        found = zxcvbn(password[:READ], user_inputs=_known_of(user), max_length=READ)
        if found["score"] >= LEAST:
            return
        advice = [found["feedback"]["warning"], *found["feedback"]["suggestions"]]
        words = " ".join(_(text) for text in advice if text)
        raise ValidationError(
            _("This is quick to guess. {advice}").format(advice=words).strip(), code="weak"
        )

    def get_help_text(self) -> str:
        return _("Three or four uncommon words make a good one.")


def _known_of(user: Any) -> list[str]:
    """Return what others know of the user, whole and in words: no part of a strong password."""
    texts = [getattr(user, "email", ""), getattr(user, "name", ""), "gatehouse"]
    words = [word for text in texts for word in text.replace("@", " ").replace(".", " ").split()]
    return [text for text in (*texts, *words) if text]


class BoundedClient(httpx.Client):
    """Asks for a page, and no longer than a person waits for the next one."""

    def get(self, url: Any, **options: Any) -> httpx.Response:
        """Raises ReadTimeout also for an answer that comes in drops, or without end."""
        ends, body = time.monotonic() + PATIENCE, b""
        with self.stream("GET", url, **options) as answer:
            for part in answer.iter_bytes():
                body += part
                if time.monotonic() > ends or len(body) > LONGEST:
                    raise httpx.ReadTimeout("too long an answer", request=answer.request)
            return httpx.Response(answer.status_code, content=body, request=answer.request)


class BreachedPasswordValidator:
    """Refuses what stands in a list that a service keeps; `url` ends before the digits."""

    def __init__(self, url: str) -> None:
        self.service = PwnedPasswords(client=BoundedClient())
        self.service.api_endpoint = f"{url.rstrip('/')}/"
        self.service.request_timeout = httpx.Timeout(PATIENCE)

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for a password that others have lost."""
        try:
            known = self.service.check_password(password)
        except PwnedPasswordsError as error:
            log.warning("breached_passwords_unanswered", why=error.code)
            return
        if known:
            raise ValidationError(
                _("This password is known from a data breach elsewhere. Choose another one."),
                code="breached",
            )

    def get_help_text(self) -> str:
        return _("It must not be known from a data breach.")
