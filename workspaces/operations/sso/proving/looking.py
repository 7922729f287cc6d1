"""Looks whether a domain carries the word of a workspace: in its DNS, or on its start page.

Nothing is written here and no lock is held: other people's servers may take their time.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser

from workspaces.models.sso.domain import DomainProof, Sight
from workspaces.operations.sso.network import name_servers
from workspaces.operations.sso.network.name_servers import Silent
from workspaces.operations.sso.proving import start_pages
from workspaces.operations.sso.proving.start_pages import Unseen

SIGN = "gatehouse-domain-verification"
# Within these a tag is text, or is not read by browsers that run scripts.
HIDING = frozenset({"title", "noscript", "template", "textarea", "svg", "math"})


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen in the two places; the page is not looked at where the record was there."""

    record: Sight
    page: Sight | None = None

    @property
    def proof(self) -> DomainProof | None:
        if self.record == Sight.SEEN:
            return DomainProof.DNS
        return DomainProof.PAGE if self.page == Sight.SEEN else None

    @property
    def told(self) -> bool:
        """Whether name servers said anything: else it may be ours that fail, not the proof."""
        return self.record != Sight.SILENT


def record_of(word: str) -> str:
    """Return the text of the TXT record that proves a domain."""
    return f"{SIGN}={word}"


def tag_of(word: str) -> str:
    """Return the meta tag that proves a domain."""
    return f'<meta name="{SIGN}" content="{word}">'


def look_at(name: str, word: str) -> Look:
    """Look for a word at a domain; takes as long as the servers asked may take."""
    record = _record(name, word)
    return Look(record) if record == Sight.SEEN else Look(record, _page(name, word))


def _record(name: str, word: str) -> Sight:
    try:
        texts = name_servers.texts_of(name)
    except Silent:
        return Sight.SILENT
    start = record_of("")
    return _sight((text.removeprefix(start) for text in texts if text.startswith(start)), word)


def _page(name: str, word: str) -> Sight:
    try:
        page = start_pages.page_of(name)
    except Unseen as error:
        return error.sight
    head = _Head()
    with suppress(AssertionError):  # by which the parser stops at what is no markup
        head.feed(page)
    return _sight(head.words, word)


def _sight(words: Iterable[str], word: str) -> Sight:
    found = {one.strip() for one in words}
    if word in found:
        return Sight.SEEN
    return Sight.OTHER if found else Sight.NOTHING


class _Head(HTMLParser):
    """Collects our words from the head of a page; what visitors may write stands in its body."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._over, self._within = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._over or self._within:
            return
        if tag == "body":
            self._over = True
        elif tag in HIDING:
            self._within = tag
        elif tag == "meta":
            given = dict(attrs)
            if (given.get("name") or "").lower() == SIGN:
                self.words.append(given.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "head" and not self._within:
            self._over = True
        if tag == self._within:
            self._within = ""
