"""How documents say who is in a group and manages it, and to whom it is offered (W1, W4, W6)."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone

from config.web.values.text import same_key
from workspaces.catalogue import MANAGED
from workspaces.models import Manager, Workspace
from workspaces.models.group import DESCRIPTION_LENGTH
from workspaces.operations.documents.content import Content, GroupContent
from workspaces.operations.documents.eligible import EligibleReader, grave_group, keys_of, named
from workspaces.operations.documents.fields import Fields, printable
from workspaces.operations.groups.offers import offers_of
from workspaces.spans import ALWAYS, Span
from workspaces.terms import (
    EVERYBODY,
    GROUP,
    OFFER_LONGEST,
    OFFER_USUAL,
    SHORTEST,
    Offered,
    WrittenTerms,
)

NAME = 150
KEYS = ("description", "members", "grants", "managers", "offer")
CHUNK = 2000  # rows in memory


class GroupReader:
    """Reads groups; `grants` reads those of what is found at a place."""

    def __init__(
        self,
        fields: Fields,
        eligible: EligibleReader,
        content: Content,
        grants: Callable[..., list[WrittenTerms]],
    ) -> None:
        self.fields, self.eligible, self.content = fields, eligible, content
        self.grants = grants
        self.audience: list[tuple[str, str, str]] = []  # key of the name, as typed, the place

    def read(self, value: Any, place: str) -> None:
        found = self.fields.object_of(value, place, required=("name",), optional=KEYS)
        name = self.fields.line(found, "name", place, limit=NAME)
        key = same_key(name)
        if key in self.content.groups:
            self.fields.faults.add(f"{place}.name", f"The group {name} is there twice.")
        grants = self.grants(found, place, holder="group")
        self.content.groups[key] = GroupContent(
            name,
            self.fields.prose(found, "description", place, limit=DESCRIPTION_LENGTH),
            self._inside(found, place, grants),
            grants,
            self._managers(found, place, grants),
            self._offer(found, place, key),
        )

    def check(self) -> None:
        """Note to which groups something is offered that are not in the document."""
        for key, text, place in self.audience:
            if key not in self.content.groups:
                words = f"There is no group {printable(text)} in this document."
                self.fields.faults.add(place, words)

    def _inside(
        self, found: dict[str, Any], place: str, grants: list[WrittenTerms]
    ) -> dict[str, Span]:
        """Return who is in a group that has these grants, and when."""
        proof = grave_group(grants)
        members: dict[str, Span] = {}
        for index, value in enumerate(self.fields.typed(found, "members", place, list, [])):
            text, spot, span = self._place(value, f"{place}.members[{index}]", proof=proof)
            if text is None:
                continue
            email = self._member(text, spot)
            if members.setdefault(email, span) != span:
                self.fields.faults.add(spot, f"{email} is there twice.")
        return members

    def _member(self, text: str, place: str) -> str:
        email = self.fields.address(text, place)
        if email and email not in self.content.members:
            self.fields.faults.add(place, f"{email} is no member in this document.")
        return email

    def _place(self, value: Any, place: str, *, proof: bool) -> tuple[str | None, str, Span]:
        """Return the address that a member of a group is named by, where it stands, and when
        they are in it."""
        if isinstance(value, str):
            return value, place, ALWAYS
        if not isinstance(value, dict):
            words = "A member of a group is an address or an object."
            self.fields.faults.add(place, words)
            return None, place, ALWAYS
        found = self.fields.object_of(
            value, place, required=("email",), optional=("starts", "expires", "eligible")
        )
        email = self.fields.typed(found, "email", place, str)
        span = self.fields.span(found, place)
        eligible = self.eligible.read(found, place, proof=proof)
        return email, f"{place}.email", replace(span, eligible=eligible) if eligible else span

    def _managers(
        self, found: dict[str, Any], place: str, grants: list[WrittenTerms]
    ) -> frozenset[str]:
        """Return who manages a group; one with ownership or personal data has none (W6)."""
        texts = self.fields.strings(found, "managers", place)
        if texts and not managed(grants):
            words = "A group that holds ownership or personal data has no managers (W6)."
            self.fields.faults.add(f"{place}.managers", words)
        return frozenset(self._member(text, spot) for text, spot in texts)

    def _offer(self, found: dict[str, Any], place: str, key: str) -> Offered | None:
        if "offer" not in found:
            return None
        place = f"{place}.offer"
        offer = self.fields.object_of(
            found["offer"], place, required=("to",), optional=("longest_minutes", "approvers")
        )
        longest = self.fields.typed(offer, "longest_minutes", place, int, OFFER_USUAL)
        if not SHORTEST <= longest <= OFFER_LONGEST:
            words = f"This must be {SHORTEST} to {OFFER_LONGEST}."
            self.fields.faults.add(f"{place}.longest_minutes", words)
        return Offered(self._to(offer, place, key), longest, self.eligible.approvers(offer, place))

    def _to(self, offer: dict[str, Any], place: str, own: str) -> frozenset[str] | None:
        """Return the keys of the groups it is offered to, None for everybody.

        The list is empty where those groups have gone: then it is offered to nobody.
        """
        if offer.get("to") == EVERYBODY:
            return None
        if not isinstance(offer.get("to", []), list):
            words = f"This must be “{EVERYBODY}”, or a list of “{GROUP}<name>”."
            self.fields.faults.add(f"{place}.to", words)
            return frozenset()
        keys = set()
        for text, spot in self.fields.strings(offer, "to", place):
            key = same_key(text.removeprefix(GROUP))
            if not text.startswith(GROUP):
                self.fields.faults.add(spot, f"This must be “{GROUP}<name>”.")
            elif key == own:
                self.fields.faults.add(spot, "Whoever is in it need not ask for it.")
            else:
                self.audience.append((key, text, spot))
                keys.add(key)
        return frozenset(keys)


def managed(grants: list[WrittenTerms]) -> bool:
    """Whether a group with these grants may have managers, as far as the document says (W6).

    A grant that has ended counts for nothing.
    """
    now = timezone.now()
    return all(grant.role in MANAGED or grant.ended_by(now) for grant in grants)


def offer_json(offer: Offered, groups: Mapping[str, GroupContent]) -> dict[str, Any]:
    """Write what is offered, groups by their names."""
    written = offer.as_json()
    if offer.to is not None:
        written["to"] = sorted(named(name, groups) for name in written["to"])
    if offer.approvers:
        written["approvers"] = sorted(named(name, groups) for name in written["approvers"])
    return written


def stored_managers(workspace: Workspace) -> dict[int, frozenset[str]]:
    """Return the addresses of who manages each group, by its id; 1 statement."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Manager.objects.filter(workspace=workspace)
    for group, email in rows.values_list("group_id", "member__user__email").iterator(CHUNK):
        found[group].add(email)
    return {group: frozenset(emails) for group, emails in found.items()}


def stored_offers(workspace: Workspace) -> dict[int, Offered]:
    """Return what is offered by the ids of groups; 3 statements."""
    return {
        offer.group_id: Offered(
            None if offer.everybody else frozenset(r.group.name_key for r in offer.audience.all()),
            offer.longest_minutes,
            keys_of(offer.approvers.all()),
        )
        for offer in offers_of(workspace).iterator(CHUNK)
    }
