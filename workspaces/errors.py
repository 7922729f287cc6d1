"""How an operation says no. Forms show these beside the field, APIs map them to a status."""

from django.core.exceptions import ValidationError


class Refused(ValidationError):
    """What was asked for may not happen (422); `field` names the input it is about, if one."""

    def __init__(self, rule: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message, code=rule)
        self.rule = rule
        self.field = field


class Conflict(Refused):
    """It clashes with the present state: the last owner, a label in use, a stale page (409)."""


class Denied(Refused):
    """The actor lost the right meanwhile, between opening the form and writing (403, XC4)."""


class Unproved(Denied):
    """The actor has the right, and must first prove afresh who they are (S8)."""


class SecondFactorNeeded(Exception):
    """The workspace requires a second factor, and the member has none; they are led to set-up."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class ProviderNeeded(Exception):
    """The workspace is entered by its providers, and this session was opened otherwise (P5)."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class OwnCredentialsNeeded(Exception):
    """A connection opened the session, and what was asked for lies beyond its workspace (P2)."""


class Spent(Refused):
    """It was good once and is no longer: used, ended, withdrawn (410)."""


class TooOften(Refused):
    """It may happen, but not again so soon (429); `wait` is in seconds."""

    def __init__(self, rule: str, message: str, *, wait: int, field: str | None = None) -> None:
        super().__init__(rule, message, field=field)
        self.wait = wait
