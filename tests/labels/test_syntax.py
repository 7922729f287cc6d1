"""L1, character by character (XD7)."""

import contextlib

import pytest
from hypothesis import given, strategies as st

from labels.syntax import parse_label


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("environment:prod", "environment", "prod"),
        (" environment : prod ", "environment", "prod"),
        ("Brand:ACME-2_x", "Brand", "ACME-2_x"),
        (f"k:{'v' * 63}", "k", "v" * 63),
    ],
)
def test_a_label_is_read_as_typed_L1(text, key, value):
    assert parse_label(text) == (key, value)


@pytest.mark.parametrize(
    "text",
    [
        "environment", "environment:", ":prod", "a:b:c", "env ironment:prod", "env:pr od",
        "env:pr\tod", "1env:prod", "env:1prod", "-env:prod", "env:_prod", "env:pröd",
        "env\u200b:prod", "env:prod\u200b", "env\uff1aprod", f"k:{'v' * 64}", f"{'k' * 64}:v",
        "env:prod\n", "env:\u00a0prod", "\u0130:v", "\u212a:v", "env:\uff50rod", "",
    ],
)  # fmt: skip
def test_what_is_no_label_is_refused_L1_XD7(text):
    with pytest.raises(ValueError, match="label"):
        parse_label(text)


def test_two_spellings_are_equal_when_folded_L1():
    assert parse_label("Environment:PROD").folded == parse_label("environment:prod").folded


PART = st.from_regex(r"\A[A-Za-z][A-Za-z0-9_-]{0,62}\Z")


@given(PART, PART)
def test_what_is_written_is_read_back_L1(key, value):
    assert str(parse_label(f"{key}:{value}")) == f"{key}:{value}"


@given(st.text(max_size=80))
def test_any_text_is_a_label_or_refused_L1(text):
    with contextlib.suppress(ValueError):
        name = parse_label(text)
        assert str(name).isascii()
        assert parse_label(str(name)) == name
