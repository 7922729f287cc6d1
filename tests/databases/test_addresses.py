"""What `DATABASE_URL` may say, and what is told of one that is not understood (XJ11)."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.databases.addresses import databases

pytestmark = pytest.mark.any_database


def read(url, tmp_path, **settings):
    return databases(url, **{"state_dir": tmp_path, "kept": 60, **settings})["default"]


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgres://ann:pw@one/site", "one", ""),
        ("postgresql://ann:pw@one:5433/site?sslmode=require", "one", 5433),
        ("postgres://ann:pw@one:5433,two:5434/site", "one,two", "5433,5434"),
        ("postgres://ann:pw@one,two:5434/site", "one,two", "5432,5434"),
        ("postgres://ann:pw@[::1]:5433,[fe80::1]/site", "::1,fe80::1", "5433,5432"),
        ("postgres://ann:pw@%2Frun%2Fone,two/site", "/run/one,two", "5432,5432"),
    ],
)
def test_an_address_names_one_host_or_several(tmp_path, url, host, port):
    said = read(url, tmp_path)
    assert (said["HOST"], said["PORT"]) == (host, port)
    assert (said["USER"], said["PASSWORD"], said["NAME"]) == ("ann", "pw", "site")


def test_of_several_hosts_the_one_that_takes_writes_is_meant(tmp_path):
    assert read("postgres://a/site", tmp_path)["OPTIONS"].get("target_session_attrs") is None
    for url, means in (
        ("postgres://a,b/site", "read-write"),
        ("postgres://a,b/site?target_session_attrs=primary", "primary"),
    ):
        assert read(url, tmp_path)["OPTIONS"]["target_session_attrs"] == means


def test_what_an_address_says_of_its_connections_stays(tmp_path):
    said = read("postgres://a/site?sslmode=require&tcp_user_timeout=500", tmp_path)["OPTIONS"]
    assert (said["sslmode"], said["tcp_user_timeout"]) == ("require", 500)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "begins with"),
        ("mysql://ann:pw@one/site", "begins with"),
        ("else://ann:pw@one/site", "begins with"),
        ("postgres://ann:pw@one:port/site", "looks like"),
        ("postgres://ann:pw@one:1,two:port/site", "host:port,host:port"),
        ("postgres://ann:pw@one,,two/site", "host:port,host:port"),
        ("postgres://ann:pw@one,two/site?target_session_attrs=any", "read-write"),
        ("postgres://ann:pw@one,two/site?target_session_attrs=standby", "read-write"),
    ],
)
def test_what_is_not_understood_is_refused_and_no_password_is_told_N4(tmp_path, url, words):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(url, tmp_path)
    assert words in str(refused.value)
    assert "DATABASE_URL" in str(refused.value)
    assert "pw" not in str(refused.value)
