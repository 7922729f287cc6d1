"""The one normaliser for e-mail addresses, and what a display name may hold (S10, XF6)."""

import re
import unicodedata
from functools import lru_cache

import idna

from config.web.values.text import clean_line

LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
LOCAL_LENGTH, WHOLE_LENGTH, NAME_LENGTH = 64, 254, 150  # characters
READ = 1000  # characters; nothing longer becomes an address, however it is written
BLANKS = " \t\r\n\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"
# What the keyboards of East Asia write between the labels of a domain (RFC 3490, 3.1).
DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))
# Japanese is written in three scripts at once, and with marks that two of them share;
# nothing else is mixed.
TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"})
NEUTRAL = frozenset("0123456789-")
SQUARE = TOGETHER | {"HANGUL", "BOPOMOFO"}  # scripts none of whose words looks Latin
LATIN_BESIDE = frozenset("ßæøœ")  # letters without marks that no other one looks like


def normalise(address: str) -> str:
    """Return an address in the form in which equal addresses are equal.

    Lower case, the domain in its ASCII (xn--) form without the dot of the root, the plus
    part kept: `ann+a@x.org` is another person than `ann@x.org` (XF1). Its own form comes out
    as it went in. Raises ValueError with a sentence for anything that is no plain address;
    look-alikes are refused, never mapped (XE4).
    """
    text = address.strip(BLANKS)
    local, at, domain = text.rpartition("@")
    if not at or len(text) > READ:
        raise ValueError("An e-mail address has the form name@domain.")
    # Lower-casing must not pull other letters (such as the Kelvin sign) into ASCII.
    if not local.isascii() or not LOCAL.fullmatch(local.lower()) or len(local) > LOCAL_LENGTH:
        raise ValueError("The part before the @ is made of plain letters, digits and . _ + -.")
    whole = f"{local.lower()}@{normal_domain(domain)}"
    if len(whole) > WHOLE_LENGTH:
        raise ValueError(f"An e-mail address has at most {WHOLE_LENGTH} characters.")
    return whole


def sought(text: str) -> str:
    """Return the address to look somebody up by: empty, as nobody's is, for what is none."""
    try:
        return normalise(text)
    except ValueError:
        return ""


@lru_cache(maxsize=1024)  # programs ask about many people of few domains
def normal_domain(domain: str) -> str:
    """Return the one form of a domain: lower case, ASCII (xn--), without the dot of the root.

    Raises ValueError with a sentence for what is none, or looks like another one (XE4).
    """
    try:
        ascii_form = idna.encode(_folded(domain)).decode()
        unicode_form = idna.decode(ascii_form)
    except (idna.IDNAError, UnicodeError):
        raise ValueError("The part after the @ is not a domain name.") from None
    labels = unicode_form.split(".")
    if len(labels) < 2 or not all(_one_script(label) for label in labels):  # noqa: PLR2004
        raise ValueError("The domain has a dot, and each of its parts is of one script.")
    return ascii_form


def _folded(domain: str) -> str:
    """Return a domain in lower case, composed, between plain dots, none of them at the end."""
    dotted = domain.translate(DOTS)
    if any(_turns_ascii(char) for char in dotted if not char.isascii()):
        raise ValueError("The part after the @ is not a domain name.")
    lower = unicodedata.normalize("NFC", unicodedata.normalize("NFC", dotted).lower())
    if lower.endswith(".."):
        raise ValueError("The part after the @ is not a domain name.")
    return lower.removesuffix(".")


def _turns_ascii(char: str) -> bool:
    """Whether composing or lower-casing makes a look-alike the plain letter (U+212A, U+0130)."""
    return any(one.isascii() for one in unicodedata.normalize("NFC", char).lower())


def _one_script(label: str) -> bool:
    found = _scripts(label)
    return len(found) <= 1 or found <= TOGETHER


def _scripts(label: str) -> set[str]:
    return {unicodedata.name(char, "?").split()[0] for char in label if char not in NEUTRAL}


def spelled(address: str) -> str:
    """Return an address as people write it: the domain in its own letters where that is safe.

    A label stands in ASCII (xn--) unless it is Latin letters with marks on them, of a script
    that no Latin word looks like, or of the script its top level is written in. Takes what
    `normalise` gave; anything else comes back as it is.
    """
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        labels = [idna.decode(label) for label in domain.split(".")]
    except (idna.IDNAError, UnicodeError):
        return address
    top = _scripts(labels[-1])
    shown = (
        label if _reads_safely(label, top) else ascii_label
        for label, ascii_label in zip(labels, domain.split("."), strict=True)
    )
    return f"{local}{at}{'.'.join(shown)}"


def in_letters(address: str) -> str:
    """Return an address as `spelled` where that is another text, for searches; else nothing."""
    written = spelled(address)
    return "" if written == address else written


def _reads_safely(label: str, top: set[str]) -> bool:
    scripts = _scripts(label)
    if scripts <= {"LATIN"}:
        bases = {unicodedata.normalize("NFD", char)[0] for char in label}
        return all(base.isascii() or base in LATIN_BESIDE for base in bases)
    return scripts <= SQUARE or scripts == top


def clean_name(name: str) -> str:
    """Return a display name as it is kept (N1); people may go without one."""
    return clean_line(name, most=NAME_LENGTH) if name.strip() else ""
