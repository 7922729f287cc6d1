"""Names and descriptions as every door hands them over, made what is kept (N1).

The columns clean them too; an operation asks here first where it compares or records them.
"""

from config.web.values.text import clean_line, clean_text
from workspaces.errors import Refused

NAME_LENGTH = 150


def line(text: str, *, field: str = "name", most: int = NAME_LENGTH) -> str:
    """Return a name as it is kept. Raises Refused that names the field."""
    try:
        return clean_line(text, most=most)
    except ValueError as error:
        raise Refused("N1", str(error), field=field) from error


def prose(text: str, *, most: int, field: str = "description") -> str:
    """Return a description or message as it is kept. Raises Refused that names the field."""
    try:
        return clean_text(text, most=most)
    except ValueError as error:
        raise Refused("N1", str(error), field=field) from error
