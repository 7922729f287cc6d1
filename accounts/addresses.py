"""The one normaliser for e-mail addresses, and what a display name may hold (semantics §6, F6)."""

import re
import unicodedata

import idna

LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
LOCAL_LENGTH, WHOLE_LENGTH, NAME_LENGTH = 64, 254, 150  # characters
BLANKS = " \t\r\n"
# Japanese is written in three scripts at once; nothing else is mixed.
TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
NEUTRAL = frozenset("0123456789-")


def normalise(address: str) -> str:
    """Return an address in the form in which equal addresses are equal.

    Lower case, the domain in its ASCII (xn--) form, the plus part kept: `ann+a@x.org` is
    another person than `ann@x.org` (F1). Raises ValueError with a sentence for anything
    that is no plain address; look-alikes are refused, never mapped (E4).
    """
    text = address.strip(BLANKS)
    local, at, domain = text.rpartition("@")
    if not at:
        raise ValueError("An e-mail address has the form name@domain.")
    # Lower-casing must not pull other letters (such as the Kelvin sign) into ASCII.
    if not local.isascii() or not LOCAL.fullmatch(local.lower()) or len(local) > LOCAL_LENGTH:
        raise ValueError("The part before the @ is made of plain letters, digits and . _ + -.")
    whole = f"{local.lower()}@{_domain(domain)}"
    if len(whole) > WHOLE_LENGTH:
        raise ValueError(f"An e-mail address has at most {WHOLE_LENGTH} characters.")
    return whole


def _domain(domain: str) -> str:
    try:
        ascii_form = idna.encode(domain.lower() if domain.isascii() else domain).decode()
        unicode_form = idna.decode(ascii_form)
    except (idna.IDNAError, UnicodeError):
        raise ValueError("The part after the @ is not a domain name.") from None
    labels = unicode_form.split(".")
    if len(labels) < 2 or not all(_one_script(label) for label in labels):  # noqa: PLR2004
        raise ValueError("The domain has a dot, and each of its parts is of one script.")
    return ascii_form


def _one_script(label: str) -> bool:
    scripts = {unicodedata.name(char, "?").split()[0] for char in label if char not in NEUTRAL}
    return len(scripts) <= 1 or scripts <= TOGETHER


def clean_name(name: str) -> str:
    """Return a display name without surrounding blanks.

    Raises ValueError for control, direction-changing and invisible characters and line
    breaks, which could make a name look like another one (F6).
    """
    text = name.strip(" ")
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in text):
        raise ValueError("A name has no control or invisible characters.")
    if len(text) > NAME_LENGTH:
        raise ValueError(f"A name has at most {NAME_LENGTH} characters.")
    return text
