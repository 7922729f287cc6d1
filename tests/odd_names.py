"""A workspace of odd names and addresses: all that the rule of text takes (N1)."""

import random
import unicodedata
from typing import Any

from config.web.values.text import clean_line, same_key

# Letters whose case or spelling databases disagree about, scripts that need joiners, pictures.
PIECES = (
    "É", "é", "E\u0301", "İ", "i", "ı", "I", "Å", "\u212b", "A\u030a", "ß", "ẞ", "SS", "Σ", "ς",
    "ﬃ", "ffi", "Ω", "\u2126", "Ǆ", "ǆ", "ŉ", "ﬅ", "\u1e9b\u0323", "ﷺ", "علی\u200cزاده", "ශ්\u200dරී",
    "क्\u200dष",
    "ന്\u200d", "한", "\u1112\u1161\u11ab", "か\u3099", "が", "日本", "葛\U000e0100",
    "①", "Ｏｐｓ", "Ops", "ops", "&", "<b>",
    "'", '"', "%", "_", "\\", "/", ":", ",", ";", "=1+1", "@x",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f", "1\ufe0f\u20e3", "𝔘𝔫𝔦", "𐐀", "𐐨",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "\u00a0", "  ", "–",
)  # fmt: skip
LOCALS = ("o'brien", "a+b", "x_y", "q{z}", "1", "under.score", "d-ash", "tilde~", "h#sh")
DOMAINS = ("x.test", "bücher.test", "münchen.test", "例え.test", "xn--bcher-kva.test", "a.b-c.test")
LINES = "Line one\n\tand two, 👨\u200d👩\u200d👧 – «é», 한국"


def odd_names(number: int, seed: int = 12) -> list[str]:
    """Return so many names no two of which are the same (N2), as they are kept."""
    chance, found = random.Random(seed), {}  # noqa: S311 - the same each time
    while len(found) < number:
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 5)))
        try:
            name = clean_line(text, most=100)
        except ValueError:
            continue
        found.setdefault(same_key(name), name)
    return list(found.values())


def odd_document(slug: str = "odd", number: int = 200) -> dict[str, Any]:
    """Return a document with so many names and addresses; each group gives one thing alone."""
    chance = random.Random(34)  # noqa: S311
    names = odd_names(number // 2)
    people = [
        {"email": f"{LOCALS[i % 9]}{i}@{DOMAINS[i % 6]}", "name": name}
        for i, name in enumerate(odd_names(number // 2, seed=56))
    ]
    things = [
        {"type": "source", "slug": f"s{i}", "name": chance.choice(names)} for i in range(len(names))
    ]
    groups = [
        {
            "name": chance.choice([name, unicodedata.normalize("NFD", name)]),
            "description": f"{LINES} {name}",
            "members": sorted(p["email"] for p in chance.sample(people, 3)),
            "grants": [{"role": "source-admin", "scope": {"resources": [f"source/s{i}"]}}],
        }
        for i, name in enumerate(names)
    ]
    return {
        "format": "gatehouse/workspace@1",
        "workspace": {"slug": slug, "name": names[0]},
        "labels": [{"label": "environment:prod", "description": LINES}],
        "resources": things,
        "members": [{"email": "ada@x.test", "name": "Ada", "owner": True}, *people],
        "groups": groups,
    }
