"""One rule for text: what a name may hold, when two are the same, how one is found (N1–N3).

Nothing here knows a model. The tables are Unicode's, read through `unicodedata` (normal forms,
case, what is assigned) and `regex` (scripts, pictures, what is drawn). A code point that the
former does not know yet is refused, so that a key made today is the key made tomorrow.
"""

import re
import unicodedata
from hashlib import sha256

import regex

KEY_LENGTH = 300  # characters: two such parts fit into one entry of a PostgreSQL index
_KEPT = 230  # of a longer key, before the digest of the whole

# Drawn as nothing or as a blank, though some count as letters: U+3164, U+115F, U+034F, U+2800 …
_UNSEEN = r"\p{Default_Ignorable_Code_Point}\u2800\ufffc\U00013441\U00013442\U0001d159"
_TURNS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # these change the direction
_SEPARATORS = r"\x1c-\x1f"  # blanks to Python, and so to forms
_TAGS = r"\U000e0020-\U000e007f"
_SELECTORS = r"\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_VIRAMAS = "".join(c for c in map(chr, range(0x12000)) if unicodedata.combining(c) == 9)  # noqa: PLR2004
# Scripts in which a joiner changes how the letters beside it are drawn.
_JOINING = "".join(
    rf"\p{{Script_Extensions={name}}}"
    for name in re.findall(
        r"\w+",
        "Arab Syrc Mand Nkoo Mong Phag Mani Adlm Rohg Sogd Deva Beng Guru Gujr Orya Taml Telu Knda "
        "Mlym Sinh Mymr Khmr Tibt Java Bali Sund Cham Cakm Newa Gran Tirh Sidd Modi Limb Lepc Saur",
    )
)
_LETTER = rf"[[{_JOINING}]&&[\p{{L}}\p{{M}}\p{{Nl}}]--[{_UNSEEN}]]"
_PICTURE = r"\p{Extended_Pictographic}"
_FLAG = r"\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
# What Unicode defines variants of: pictures, signs, ideographs and their points, a few scripts.
_VARIED = (
    r"[\p{Emoji}\p{Extended_Pictographic}\p{S}\p{Han}\p{Mongolian}\p{Phags_Pa}\p{Myanmar}"
    r"\p{Manichaean}\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]"
)


def _pattern(text: str) -> "regex.Pattern[str]":
    return regex.compile(text, regex.VERSION1)


_LEADING = _pattern(rf"^[[\p{{White_Space}}{_SEPARATORS}{_UNSEEN}]--[{_TURNS}]]+")
_TRAILING = _pattern(
    rf"(?:(?!(?<=[{_VIRAMAS}])\u200d)"
    rf"[[\p{{White_Space}}{_SEPARATORS}{_UNSEEN}]--[{_TURNS}{_TAGS}{_SELECTORS}]])+$"
)
# What is unseen and yet needed where it stands.
_NEEDED = _pattern(
    rf"(?<={_LETTER})[\u200c\u200d](?={_LETTER})"
    rf"|(?<=[{_VIRAMAS}])\u200d"  # letters of Malayalam and Sinhala, also at the end of a word
    rf"|(?<={_PICTURE}[\ufe0f\p{{Emoji_Modifier}}]?|\U000e007f)\u200d(?={_PICTURE})"
    rf"|(?<={_VARIED})[{_SELECTORS}]"
    rf"|{_FLAG}"
)
_REFUSED = _pattern(
    rf"[[\p{{Cc}}\p{{Cf}}\p{{Cs}}\p{{Zl}}\p{{Zp}}{_UNSEEN}{_TURNS}]"
    r"--[\n\t\p{Prepended_Concatenation_Mark}]]"
)
_UNWANTED = _pattern(rf"({_NEEDED.pattern})|{_REFUSED.pattern}")
_BREAK = _pattern(r"\r\n|[\r\u0085\u2028\u2029]")
_DRAWN = _pattern(rf"[[\p{{L}}\p{{N}}\p{{P}}\p{{S}}\p{{Co}}]--[{_UNSEEN}]]")
_LASTING = _pattern(r"[\p{Han}\p{Extended_Pictographic}]")  # of one case and one spelling for good
_BLANKS = _pattern(r"\p{White_Space}+")
_DROPPED = _pattern(
    rf"[[\p{{Cc}}\p{{Cf}}\p{{Cs}}{_UNSEEN}{_TURNS}]--[\p{{Prepended_Concatenation_Mark}}]]+"
)
_NUMBERS = re.compile("[0-9]+")
_ACCENTS = _pattern(r"[\p{Mn}\p{Me}]+")
# Letters whose stroke or shape is no accent of Unicode's, and signs with a plain twin on keyboards.
_PLAIN = str.maketrans(
    {
        "\u0131": "i", "ȷ": "j", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t",
        "ɨ": "i", "ƀ": "b", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ŋ": "n", "æ": "ae", "œ": "oe",
        "þ": "th", "\u02bc": "'", "\u2019": "'", "\u2018": "'", "\u2010": "-", "\u2013": "-",
    }
)  # fmt: skip


def clean_line(text: str, *, most: int) -> str:
    """Return a name as every door keeps it (N1); ValueError with a sentence where it is none.

    The length counts after cleaning: the normal form of some letters is longer than they are.
    """
    found = _cleaned(text, most)
    if "\n" in found or "\t" in found:
        raise ValueError("A name has no line breaks or tabs.")
    if not _DRAWN.search(found):
        raise ValueError("A name has at least one visible character.")
    return found


def clean_text(text: str, *, most: int) -> str:
    """Return a description as every door keeps it (N1): with lines and tabs, or empty.

    Every way to break a line becomes a line feed.
    """
    return _cleaned(_BREAK.sub("\n", text), most)


def mended(text: str, *, most: int, lines: bool = False) -> str:
    """Return the nearest text that the rule takes, for what was stored before there was one.

    Empty where nothing is left.
    """
    found = _BREAK.sub("\n", text) if lines else _BLANKS.sub(" ", text)
    while True:
        kept = "".join(char for char in found if char.isascii() or not _unassigned(char))
        kept = unicodedata.normalize("NFC", _UNWANTED.sub(r"\1", kept))[:most]
        kept = _TRAILING.sub("", _LEADING.sub("", kept))
        if kept == found:
            return found if lines or _DRAWN.search(found) else ""
        found = kept


def same_key(text: str) -> str:
    """Return what equals another text's exactly where the two are the same name (N2).

    Blanks count as one, as a page draws them. What its normal form blows up is cut and told
    apart by a digest, so that the index of any database holds it.
    """
    found = _seen(text)
    if len(found) <= KEY_LENGTH:
        return found
    return f"{found[:_KEPT].strip()}~{sha256(found.encode()).hexdigest()}"


def search_key(*texts: str, most: int = KEY_LENGTH) -> str:
    """Return what searches read (N3): the texts' keys, accents off.

    Each stands on a line of its own, since a line feed sorts before all that a name holds, and
    is of at most so many characters.
    """
    return "\n".join(_plain(text)[:most].strip(" ") for text in texts).rstrip("\n")


def sort_key(*texts: str, most: int = KEY_LENGTH) -> str:
    """Return what lists are sorted by (N3): search keys whose numbers sort by what they count.

    So `shop-2` stands before `shop-10`. Texts with other search keys have other sort keys, but
    where these are cut: each is of at most so many characters.
    """
    lines = (_NUMBERS.sub(_counting, search_key(text, most=most))[:most] for text in texts)
    return "\n".join(line.strip(" ") for line in lines).rstrip("\n")


def _counting(number: "re.Match[str]") -> str:
    """Write a number behind how many digits it has, and zeros before it as tabs behind it."""
    digits = number[0].lstrip("0") or "0"
    nines, rest = divmod(len(digits) - 1, 9)
    zeros = len(number[0]) - len(digits)
    return "9" * nines + str(rest) + digits + "\t" * zeros


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a search, each of which a search key is to hold somewhere (N3)."""
    return tuple(dict.fromkeys(search_key(text).split()))


def _cleaned(text: str, most: int) -> str:
    if text.isascii() and text.isprintable():
        return _within(text.strip(" "), most)
    found = unicodedata.normalize("NFC", text)
    found = _TRAILING.sub("", _LEADING.sub("", found))
    if _REFUSED.search(_NEEDED.sub("", found)):
        raise ValueError(
            "No control, direction-changing or invisible characters in names and texts."
        )
    if not found.isascii() and any(map(_unassigned, found)):
        raise ValueError("One of the characters is none that Unicode defines.")
    return _within(found, most)


def _within(text: str, most: int) -> str:
    if len(text) > most:
        raise ValueError(f"This is longer than {most} characters.")
    return text


def _unassigned(char: str) -> bool:
    return unicodedata.category(char) == "Cn" and not _LASTING.match(char)


def _seen(text: str) -> str:
    """Return the text folded again and again until it stays: one pass alone is not enough."""
    while True:
        found = _DROPPED.sub("", _BLANKS.sub(" ", text))
        found = unicodedata.normalize("NFD", found).casefold()  # in this order: U+0345 is a mark
        found = _BLANKS.sub(" ", unicodedata.normalize("NFKC", found)).strip(" ")
        if found == text:
            return found
        text = found


def _plain(text: str) -> str:
    found = _seen(text)
    while True:
        bare = _ACCENTS.sub("", unicodedata.normalize("NFD", found)).translate(_PLAIN)
        bare = _seen(bare)
        if bare == found:
            return found
        found = bare
