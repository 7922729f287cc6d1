"""How an operation says no. Forms show these beside the field, APIs map them to a status."""

from django.core.exceptions import ValidationError


class Refused(ValidationError):
    """What was asked for may not happen (422, or 403 where the rule says so)."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message, code=rule)
        self.rule = rule


class Conflict(Refused):
    """It clashes with the present state: the last owner, a label in use, a stale page (409)."""
