"""What a slug is made of, and when two are the same (R13, N1, N2)."""

import re

from config.web.values.text import clean_line, same_key

LENGTH = 63
RESOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
WORKSPACE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
RESOURCE_WORDS = (
    "A slug is made of A-Z, a-z, 0-9, - and _, up to 63, and begins with a letter or a digit."
)
WORKSPACE_WORDS = "A slug is made of a-z, 0-9 and -, up to 63, and does not begin with -."


def resource_slug(text: str) -> str:
    """Return the slug of a resource as it is kept. Raises ValueError with a sentence."""
    return _fitting(text, RESOURCE, RESOURCE_WORDS)


def workspace_slug(text: str) -> str:
    """Return the slug of a workspace as it is kept. Raises ValueError with a sentence."""
    return _fitting(text, WORKSPACE, WORKSPACE_WORDS)


def _fitting(text: str, shape: re.Pattern[str], words: str) -> str:
    try:
        found = clean_line(text, most=LENGTH)
    except ValueError:
        raise ValueError(words) from None
    if not shape.fullmatch(found):
        raise ValueError(words)
    return found


def same_ref(ref: str) -> str:
    """Return what tells one `type/slug` from another: the slug without regard to case (N2)."""
    type_, _, slug = ref.partition("/")
    return f"{type_}/{same_key(slug)}"
