"""Reads addresses out of what people paste: mail headers, columns, tables, lists of any kind.

Everybody who is there is found. What was meant for an address and is none is kept as it
was typed, so that it gets a verdict and does not vanish; names, comments and headings are
not told of. Nothing is put together that did not stand together: of `a nn@x.org` no
`nn@x.org` is made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.addresses import sought

# What parts addresses: commas may also stand in a name, the others may not.
SOFT, HARD = ",\u3001\u060c\uff0c\uff64", ";\uff1b"
TOKEN = re.compile(
    rf"""
      "(?P<quoted>(?:[^"\\]|\\.)*)"
    | \u201c(?P<curled>[^\u201d]*)\u201d
    | [<\uff1c](?P<angle>[^<>\uff1c\uff1e]*)[>\uff1e]
    | (?:(?<=\s)|^)[(\[](?P<bracket>[^()\[\]]*)[)\]]
    | (?P<soft>[{SOFT}])
    | (?P<hard>[{HARD}])
    | (?P<text>[^"\u201c<\uff1c(\[{SOFT}{HARD}]+|.)
    """,
    re.VERBOSE,
)
FOLDED = re.compile(rf"[ \t]*\n[ \t]*(?=[<\uff1c])|(?<=[{SOFT}])[ \t]*\n[ \t]+(?=\S)")
BULLET = re.compile(r"^\s*(?:[\u2022\u00b7\u2013*-]|\d{1,4}[.)])\s+")
LABEL = re.compile(
    r"^\s*(?!(?i:mailto):)[^:@<>()\[\]\"]{1,40}:\s*"
)  # `To:`, `Cc:`, the name of a mail group
SCHEME = re.compile(r"^mailto:", re.IGNORECASE)
ALMOST = re.compile(r"^\S+\.[a-z]{2,}$")  # an address whose @ was forgotten
# What stands around an address in mails: quotes, and marks that chat and contacts put there unseen.
UNSEEN = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u2060\u2066\u2067\u2068\u2069"
QUOTES = f" \t'\"\u201c\u201d\u2018\u2019\u201e{UNSEEN}"
# No-break blanks, and the mark a text file may begin with.
BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u3000": " ", "\ufeff": ""})


def addresses_in(text: str) -> list[str]:
    """Return what may be addresses in a text that was typed or pasted, each mailbox once.

    A line with tabs is a row of a table: its cells with an @ count, the others are other
    columns, and a first row without any is the headings.
    """
    found: dict[str, str] = {}
    lines = FOLDED.sub(" ", "\n".join(text.translate(BLANKS).splitlines())).split("\n")
    for number, line in enumerate(lines):
        parts = _cells(line, first=number == 0) if "\t" in line.strip() else _items(line)
        for part in parts:
            found.setdefault(sought(part) or part, part)
    return list(found.values())


def _cells(line: str, *, first: bool) -> Iterator[str]:
    cells = [cell.strip(QUOTES) for cell in line.split("\t")]
    with_at = [cell for cell in cells if "@" in cell]
    for cell in with_at:
        yield from _items(cell)
    if not with_at and not first:
        yield " ".join(cell for cell in cells if cell)


@dataclass(slots=True)
class _Reading:
    """What was read of a line since the last address: pieces between commas, the last one
    still growing. They are the beginning of a name if an address in brackets follows."""

    pieces: list[str] = field(default_factory=list)
    last: str = ""
    after_address: bool = False

    def comma(self) -> None:
        if not self._is_behind():
            self.pieces.append(self.last)
        self.last, self.after_address = "", False

    def address(self, inside: str) -> Iterator[str]:
        """Give out an address in brackets, and whatever else before it is no name."""
        for piece in self.pieces:
            yield from _plain(piece) if "@" in piece or ALMOST.match(_bare(piece)) else ()
        for word in self.last.split():
            if sought(_bare(word)) not in ("", sought(inside)):
                yield _bare(word)
        yield from _plain(inside)
        self.pieces, self.last, self.after_address = [], "", True

    def end(self) -> Iterator[str]:
        self.comma()
        for piece in self.pieces:
            yield from _plain(piece)
        self.pieces = []

    def _is_behind(self) -> bool:
        """Whether the last piece is only what stands behind an address in brackets."""
        return self.after_address and "@" not in self.last


def _items(line: str) -> Iterator[str]:
    reading = _Reading()
    for token in TOKEN.finditer(LABEL.sub("", BULLET.sub("", line))):
        kind, value = token.lastgroup, token[token.lastgroup or 0]
        if (kind == "angle" and value.strip()) or (kind == "bracket" and "@" in value):
            yield from reading.address(value)
        elif kind == "soft":
            reading.comma()
        elif kind == "hard":
            yield from reading.end()
        elif kind not in ("angle", "bracket"):
            reading.last += value
    yield from reading.end()


def _plain(piece: str) -> Iterator[str]:
    """Give out a piece without brackets: one thing, unless it is addresses side by side."""
    text = _bare(LABEL.sub("", BULLET.sub("", piece)))
    words = text.split()
    if "@" in text and any(char in text for char in SOFT + HARD):  # a quoted cell of a list
        yield from _items(text)
    elif len(words) > 1 and all("@" in word for word in words):
        yield from map(_bare, words)
    elif text:
        yield text


def _bare(text: str) -> str:
    """Return a text without what programs put around an address."""
    bare = text.strip(QUOTES)
    if SCHEME.match(bare):
        bare = SCHEME.sub("", bare).partition("?")[0]
    return bare.strip(f"{QUOTES}<>")
