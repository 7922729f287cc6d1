"""What a label looks like (L1). Plain Python, used by forms, imports and APIs alike."""

import re
from typing import NamedTuple

PART = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}", re.ASCII)
BLANKS = " \t"


class LabelName(NamedTuple):
    """A label's two parts as typed. Compare with `folded`, never directly."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}:{self.value}"

    @property
    def folded(self) -> "LabelName":
        """The form in which two spellings of one label are equal (L1)."""
        return LabelName(self.key.lower(), self.value.lower())


def parse_label(text: str) -> LabelName:
    """Read `key:value`, trimming blanks around each part.

    Raises ValueError with a sentence that says what is wrong (L1).
    """
    key, colon, value = text.partition(":")
    if not colon:
        raise ValueError("A label is written key:value, with a colon between the two.")
    name = LabelName(key.strip(BLANKS), value.strip(BLANKS))
    for part, what in ((name.key, "key"), (name.value, "value")):
        if not part:
            raise ValueError(f"The {what} of a label may not be empty.")
        if not PART.fullmatch(part):
            raise ValueError(
                f"The {what} of a label begins with a letter a-z and goes on with letters, "
                f"digits, - or _, at most 63 characters in all."
            )
    return name
