"""How strong a new password is, by zxcvbn, which knows what people choose."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

LEAST = 2  # of 0–4: holds where tries are limited, as they are here
READ = 72  # characters; zxcvbn is slow on long input, and that much is never weak


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
