"""One rule for text: names, keys, searches (N1–N3)."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from config.web.values.text import (
    KEY_LENGTH,
    clean_line,
    clean_text,
    same_key,
    search_key,
    search_words,
    sort_key,
)

ODD = (
    "\u00a0\u034f\u00ad\u115f\u1160\u3164\uffa0\u2800\u200b\u200c\u200d\u2060\ufeff\u180e\ufe0f"
    "\u200e\u202e\u2066\u0301\u0307\u0345\u1e9e\u0130\u0131\u212b\u212a\u00c5\u2126\ufb03\ufdfa"
    "\U000e0061\U000e007f\U0001f3f4\U0001f468\U0001f3fd\u094d\u0930\u0915\u0627\u0644\r\n\t\x00"
    "\x1f\x85\u2028\ud800\uffff\U0001d160\u1100\u1161\u11a8\u3099\u304b\u1fb3\u03c2\u0587 aIß"
)
TEXTS = st.text(max_size=12) | st.text(alphabet=ODD, max_size=8)


@pytest.mark.parametrize(
    "name",
    [
        "\u3164",
        "\u2800",
        "\u115f",
        "\u034f",
        "\u00a0",
        "\u200b\u3164 \u2800",
        "",
        "\u0301",
        "\U0001d159",
        "\ufe0f",
        "\U000e0061",
    ],
)
def test_a_name_has_something_to_see_N1(name):
    with pytest.raises(ValueError, match=r"visible|invisible"):
        clean_line(name, most=50)


@pytest.mark.parametrize(
    "name",
    [
        "a\u200db",
        "a\u200cb",
        "a\u200bb",
        "1\u200d2",
        "Ops\u202e",
        "\u200eOps",
        "O\u2066ps",
        "O\x00ps",
        "O\x1fps",
        "O\nps",
        "O\tps",
        "O\u2028ps",
        "O\ud800ps",
        "O\uffffps",
        "O\U0001fffeps",
        "O\u0378ps",
        "O\u3164ps",
        "O\u034fps",
        "Ops\ufe0f",
        "Ops\U000e0061\U000e007f",
        "\U0001f3f4" + "\U000e0061" * 40 + "\U000e007f",
        "\u845b\U000e0100\U000e0101",
    ],
)
def test_what_hides_in_a_name_is_refused_N1(name):
    with pytest.raises(ValueError, match=r"in names|line breaks|defines"):
        clean_line(name, most=50)


@pytest.mark.parametrize(
    "name",
    [
        "علی\u200cزاده",
        "ශ්\u200dරී",
        "क्\u200dष",
        "നന്\u200d",
        "നന്\u200d നായർ",
        "\U0001f468\U0001f3fd\u200d\U0001f680 Rockets",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "\u2764\ufe0f",
        "1\ufe0f\u20e3",
        "\U0001f1e9\U0001f1ea",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "\u845b\U000e0100城",
        "\U0001fae8",
        "\U0002ebf0",
        "日本\u3000語",
        "R&D – “Ops” №5",
    ],
)
def test_scripts_and_pictures_keep_what_they_need_N1(name):
    assert clean_line(name, most=50) == name


@pytest.mark.parametrize(
    "typed", [" Ops", "Ops\u00a0", "\u3000Ops\u3164", "Ops\u034f", "\ufeffOps\u200b", "\tOps\r\n"]
)
def test_blanks_and_unseen_ends_are_cut_N1(typed):
    assert clean_line(typed, most=3) == "Ops"


def test_length_counts_after_the_normal_form_N1():
    assert clean_line("E\u0301quipe", most=6) == "Équipe"
    with pytest.raises(ValueError, match="longer than 1 "):
        clean_line("\U0001d160", most=1)  # three code points in normal form C


def test_descriptions_have_lines_and_tabs_or_nothing_N1():
    assert clean_text("one\r\ntwo\rthree\u2028\tfour\n", most=50) == "one\ntwo\nthree\n\tfour"
    assert clean_text(" \u3164\n", most=50) == ""


@given(TEXTS)
def test_what_was_cleaned_stays_as_it_is_N1(text):
    for clean in (clean_line, clean_text):
        try:
            once = clean(text, most=60)
        except ValueError:
            continue
        assert clean(once, most=60) == once
        assert unicodedata.is_normalized("NFC", once)
        once.encode()


@given(TEXTS)
def test_cleaning_does_not_change_who_is_meant_N2(text):
    try:
        once = clean_line(text, most=60)
    except ValueError:
        return
    assert same_key(once) == same_key(text) != ""


@given(TEXTS)
def test_keys_stay_as_they_are_N2(text):
    for key in (same_key, search_key):
        once = key(text)
        assert key(once) == once
        assert len(once) <= KEY_LENGTH
        assert "\x00" not in once
        once.encode()


@given(TEXTS, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_spellings_of_one_name_are_one_N2(text, form):
    assert same_key(unicodedata.normalize(form, text)) == same_key(text)
    assert same_key(text.upper().casefold()) == same_key(text.upper())
    assert same_key(text + "\u034f") == same_key(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Équipe", "équipe"),
        ("Équipe", "E\u0301quipe"),
        ("\u212b", "\u00c5"),
        ("Ops", "Ops\u034f"),
        ("Ops", "O\u00adps"),
        ("Ops", "\uff2f\uff50\uff53"),
        ("Straße", "STRASSE"),
        ("Data ops", "Data\u00a0 ops"),
        ("\u2764\ufe0f", "\u2764"),
        ("علی\u200cزاده", "علیزاده"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
    ],
)
def test_twins_are_the_same_N2(one, other):
    assert same_key(one) == same_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("İzmir", "izmir"), ("Equipe", "Équipe"), ("Iğdır", "Iğdir"), ("a", "а")]
)
def test_what_looks_different_is_not_the_same_N2(one, other):
    assert same_key(one) != same_key(other)


def test_what_its_normal_form_blows_up_stays_apart_in_a_short_key_N2():
    one, other = "\ufdfa" * 99 + "a", "\ufdfa" * 99 + "b"
    assert same_key(one) != same_key(other)
    assert same_key(same_key(one)) == same_key(one)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("öznur", "Öznur Çelik"),
        ("oznur celik", "Öznur Çelik"),
        ("çelik ÖZNUR", "Öznur Çelik"),
        ("иван", "Иван Петров"),
        ("emile", "Émile Zola"),
        ("izmir", "İzmir"),
        ("isik", "Işık"),
        ("soren", "Søren"),
        ("lodz", "Łódź"),
        ("strasse", "Straße"),
        ("STRAßE", "Strasse"),
        ("o'brien", "O’Brien"),
        ("علیزاده", "علی\u200cزاده"),
    ],
)
def test_searches_find_without_accents_in_any_order_N3(typed, name):
    assert all(word in search_key(name, "a@x.test") for word in search_words(typed))


def test_names_sort_by_the_key_without_case_and_accents_N3():
    names = ["Zoe", "Émile", "ann b", "Ann", "Öznur", "bob"]
    by_key = sorted(names, key=lambda name: sort_key(name, "z@x.test"))
    assert by_key == ["Ann", "ann b", "bob", "Émile", "Öznur", "Zoe"]


@pytest.mark.parametrize(
    "names",
    [
        ["shop", "shop 1", "shop 2", "Shop 10", "shop 10 b", "shop 100", "shop b"],
        ["v1.2", "v1.10", "v1.10.3", "v2.0", "v10"],
        ["9", "10", "99", "100", f"{10**8}", f"{10**9}", f"{10**20}", "a"],
        ["team 1", "team 01", "team 2", "team 002", "team 10"],
        ["7", "７0", "700"],
    ],
)
def test_numbers_sort_by_what_they_count_N3(names):
    keys = [sort_key(name) for name in names]
    assert keys == sorted(set(keys))


@given(st.text("0a 9", max_size=20), st.text("0a 9", max_size=20))
def test_other_names_have_other_sort_keys_N3(one, other):
    assert (sort_key(one) == sort_key(other)) == (search_key(one) == search_key(other))


@given(TEXTS)
def test_a_sort_key_is_no_longer_than_an_index_takes_N3(text):
    assert len(sort_key(text, text)) <= 2 * KEY_LENGTH + 1
