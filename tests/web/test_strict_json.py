"""The reader of JSON that every door uses (XH8, XJ1)."""

import json

import pytest
from hypothesis import given, strategies as st

from config.web.values.strict_json import DEEPEST, LARGEST, Unreadable, loads

pytestmark = pytest.mark.any_database


def nested(levels, inner=b"1"):
    return b'{"a":' * levels + inner + b"}" * levels


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "Expecting value"),
        (b'{"a": 1,}', "property name"),
        (b"\xff", "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b"NaN", "NaN"),
        (b"-Infinity", "Infinity"),
        (b'{"x": 1e400}', "too large"),
        (b'{"x": -1e400}', "too large"),
        (b"[1" + b"0" * 400 + b".5]", "too large"),
        (b"9223372036854775808", "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too large"),
        (b'{"a": 1, "\\u0061": 2}', "twice"),
        (b'{"a": {"b": [{"c": 1, "c": 1}]}}', "twice"),
        (b'["\\u0000"]', "NUL"),
        (b'{"\\u0000": 1}', "NUL"),
        (b'["\\ud800"]', "surrogate"),
        (b'{"\\udc00": 1}', "surrogate"),
        (b'["\\ud800\\u0041"]', "surrogate"),
        (nested(DEEPEST + 1), "deep"),
        (b"[" * 1000 + b"]" * 1000, "deep"),
        (b"[" * 100_000, "deep"),
        (nested(900), "deep"),
    ],
)
def test_what_is_not_taken_XH8_XJ1(raw, words):
    with pytest.raises(Unreadable, match=words):
        loads(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (str(LARGEST).encode(), LARGEST),
        (b"1e308", 1e308),
        (b"1e-400", 0.0),
        (b'"\\u2028 \\\\u0000"', "\u2028 \\u0000"),
    ],
)
def test_what_is_taken(raw, value):
    assert loads(raw) == value


def test_as_deep_as_it_may_be():
    assert json.dumps(loads(nested(DEEPEST))) == nested(DEEPEST).decode().replace(":", ": ")


values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(values, st.booleans())
def test_what_is_taken_is_what_was_written(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    if "\\u0000" in json.dumps(value).replace("\\\\", ""):
        with pytest.raises(Unreadable):
            loads(text.encode())
    else:
        assert loads(text.encode()) == value


@given(st.binary(max_size=60))
def test_whatever_comes_is_read_or_refused(raw):
    try:
        found = loads(raw)
    except Unreadable as error:
        found = str(error)
    json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
