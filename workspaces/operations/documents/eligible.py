"""How documents say that something is eligible, and by whose leave it is taken up (W2, W3, W5)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch

from config.web.values.text import same_key
from workspaces.catalogue import ROLES
from workspaces.models import Approver, Eligibility, Workspace
from workspaces.operations.documents.content import GroupContent
from workspaces.operations.documents.fields import Fields, printable
from workspaces.terms import GROUP, LONGEST, SHORTEST, USUAL, Eligible, WrittenTerms

CHUNK = 2000  # rows in memory
KEYS = ("longest_minutes", "proof", "approvers", "break_glass")


class EligibleReader:
    """Reads `eligible`; whom it names is asked for once the whole document is known."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.named: list[tuple[str, str, str]] = []  # as it compares, as typed, and the place

    def read(self, found: dict[str, Any], place: str, *, proof: bool) -> Eligible | None:
        """Read how it is taken up; None for what is standing.

        `proof` is whether it asks for a proof of identity where the document does not say. An
        empty list of approvers is not the same as none: an owner has to agree then.
        """
        if "eligible" not in found:
            return None
        place = f"{place}.eligible"
        how = self.fields.object_of(found["eligible"], place, required=(), optional=KEYS)
        longest = self.fields.typed(how, "longest_minutes", place, int, USUAL)
        if not SHORTEST <= longest <= LONGEST:
            words = f"This must be {SHORTEST} to {LONGEST}."
            self.fields.faults.add(f"{place}.longest_minutes", words)
        glass = bool(self.fields.typed(how, "break_glass", place, bool))
        if glass and "approvers" in how:
            words = "Who breaks glass asks nobody: name no approvers."
            self.fields.faults.add(f"{place}.break_glass", words)
        return Eligible(
            self.fields.typed(how, "proof", place, bool, proof),
            longest,
            self.approvers(how, place) if "approvers" in how else None,
            glass,
        )

    def approvers(self, how: dict[str, Any], place: str) -> frozenset[str]:
        """Read who may agree, groups by what makes two names the same (N2)."""
        names = set()
        for text, spot in self.fields.strings(how, "approvers", place):
            if text.startswith(GROUP):
                name = GROUP + same_key(text.removeprefix(GROUP))
            else:
                name = self.fields.address(text, spot)
            if name:
                self.named.append((name, text, spot))
                names.add(name)
        return frozenset(names)

    def check(self, members: Collection[str], groups: Collection[str]) -> None:
        """Note which approvers are neither a member nor a group of the document."""
        for name, text, place in self.named:
            group = name.removeprefix(GROUP)
            if name not in members and (group == name or group not in groups):
                words = f"{printable(text)} is neither a member nor a group in this document."
                self.fields.faults.add(place, words)


def grave_grant(role: object) -> bool:
    """Whether taking up a grant of this role asks for a proof unless one says otherwise (W2)."""
    found = ROLES.get(role) if isinstance(role, str) else None
    return found is None or found.grave


def grave_group(grants: Collection[WrittenTerms]) -> bool:
    """The same of a membership: what its group gives decides."""
    return any(grave_grant(grant.role) for grant in grants)


def as_written(eligible: Eligible, groups: Mapping[str, GroupContent]) -> dict[str, Any]:
    """Write how something is taken up, groups by their names."""
    written = eligible.as_json()
    if "approvers" in written:
        written["approvers"] = sorted(named(name, groups) for name in written["approvers"])
    return written


def named(approver: str, groups: Mapping[str, GroupContent]) -> str:
    """Return an approver as documents write one: a group by its name."""
    key = approver.removeprefix(GROUP)
    return GROUP + groups[key].name if key != approver else approver


def stored_eligible(workspace: Workspace, what: str) -> dict[int, Eligible]:
    """Return how eligible grants, or memberships, are taken up, by their ids; 2 statements."""
    rows = Eligibility.objects.filter(workspace=workspace, **{f"{what}__isnull": False})
    approvers = Approver.objects.named()
    found = rows.prefetch_related(Prefetch("approvers", approvers)).order_by("pk")
    return {getattr(row, f"{what}_id"): _by_keys(row) for row in found.iterator(CHUNK)}


def _by_keys(row: Eligibility) -> Eligible:
    """Return what it says, approving groups by the keys of their names (N2)."""
    return replace(row.said, approvers=keys_of(row.approvers.all()) if row.asks else None)


def keys_of(approvers: Iterable[Approver]) -> frozenset[str]:
    """Return approvers by address, groups by the keys of their names (N2)."""
    names = (GROUP + one.group.name_key if one.group else one.said for one in approvers)
    return frozenset(names)
