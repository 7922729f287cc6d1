"""Faults of a document: every one is named with its file and place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place, such as `groups[3].grants[0].scope.labels[1]`."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.message) if part)


class Faults(Exception):
    """A document that cannot be loaded; nothing of it was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Collector:
    """Gathers the faults of one file while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def add(self, place: str, message: str) -> None:
        self.faults.append(Fault(self.file, place, message))

    def raise_any(self) -> None:
        """Raise Faults when there are any."""
        if self.faults:
            raise Faults(self.faults)
