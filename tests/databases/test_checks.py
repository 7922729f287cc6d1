"""What `synchronous_standby_names` may say, and whether each of those named is waited for."""

import pytest

from config.databases.checks import waits_for_all

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("names", "all_of_them"),
    [
        ("one", True),
        ('FIRST 1 ("one")', True),
        ("first 2 (one, other)", True),
        ("2 (one, other)", True),
        ("ANY 2 (one, other)", True),
        ("", False),
        ("one, other", False),
        ("FIRST 1 (one, other)", False),
        ("ANY 1 (one, other)", False),
        ("*", False),
        ("FIRST 2 (one, *)", False),
    ],
)
def test_whether_a_commit_waits_for_each_standby_that_is_named(names, all_of_them):
    assert waits_for_all(names) == all_of_them
