"""What cannot be read is refused once, with all our headers, and never fails (XH8, XJ1, N4)."""

import pytest

from tests.peers.called import FORM, asked

pytestmark = pytest.mark.any_database

PLACES = [
    "/", "/accounts/login/", "/accounts/login/?next=//[", "/accounts/logout/", "/accounts/2fa/",
    "/accounts/reauthenticate/", "/w/acme/members", "/w/acme/members?q=+AAA-", "/w/acme/audit",
    "/w/acme/check?who=+AAA-&do=read&which=source/a", "/w/acme/members/invite", "/invites/xx",
    "/nosuch", "/static/css/none.css", "/livez", "/admin/", "/admin/login/", "/api/", "/api/users",
    "/access/v1/evaluation", "/scim/v2/Users", "/docs/api", "/me/preferences", "/jump?q=x",
]  # fmt: skip
KINDS = ("text/plain", FORM, "application/json")
CHARSETS = ("hex", "rot13", "zip", "undefined", "idna", "utf-7", "utf-16", "latin-1")
UNREADABLE = [
    {"CONTENT_TYPE": f"{KINDS[i % 3]}; charset={charset}"} for i, charset in enumerate(CHARSETS)
] + [
    {"CONTENT_TYPE": "x; charset*=bogus''a"},
    {"CONTENT_TYPE": "x; charset*=hex'a'b%20"},
    {"CONTENT_TYPE": "x; charset=" + "y" * 20_000},
    {"CONTENT_TYPE": "x; charset=\xff"},
    {"CONTENT_TYPE": "multipart/form-data; charset=hex; boundary=x"},
    {"HTTP_HX_CURRENT_URL": "http://["},
    {"HTTP_HX_CURRENT_URL": "http%3A//%5B", "HTTP_HX_CURRENT_URL_URI_AUTOENCODED": "true"},
    {"HTTP_HX_CURRENT_URL": "http%3A//%E2%84%80", "HTTP_HX_CURRENT_URL_URI_AUTOENCODED": "true"},
    {"CONTENT_LENGTH": "abc"},
    {"CONTENT_LENGTH": "-1"},
]  # fmt: skip
ODD = [
    {"CONTENT_TYPE": "multipart/form-data"},
    {"CONTENT_TYPE": "multipart/form-data; boundary=\xff"},
    {"CONTENT_TYPE": "multipart/form-data; boundary=" + "x" * 500},
    {"CONTENT_TYPE": "\xff"},
    {"HTTP_HX_CURRENT_URL": "javascript:alert(1)"},
    {"HTTP_HX_CURRENT_URL": "http://a:b:c"},
    {"HTTP_HX_TARGET": "\xff", "HTTP_HX_TRIGGER": "%ff", "HTTP_HX_PROMPT": "\xff"},
    {"HTTP_TRIGGERING_EVENT": "{"},
    {"HTTP_REFERER": "http://["},
    {"HTTP_ORIGIN": "http://["},
    {"HTTP_HOST": "["},
    {"HTTP_HOST": "a b"},
    {"HTTP_HOST": "xn--\xff"},
    {"HTTP_COOKIE": "gatehouse=\xff; =;; messages=x"},
    {"HTTP_ACCEPT": "\xff;;q=,"},
    {"HTTP_ACCEPT_LANGUAGE": "\xff;q=x"},
    {"HTTP_ACCEPT_ENCODING": "\xff;q=x"},
    {"HTTP_IF_MODIFIED_SINCE": "Sun, 99 Foo 99999 99:99:99 GMT"},
    {"HTTP_IF_NONE_MATCH": '"'},
    {"HTTP_RANGE": "bytes=-999999999999999999999"},
    {"HTTP_AUTHORIZATION": "Bearer \xff"},
    {"HTTP_AUTHORIZATION": "Bearer gth_\0"},
    {"HTTP_X_FORWARDED_FOR": "::1%"},
    {"HTTP_X_FORWARDED_PROTO": "\xff"},
    {"HTTP_X_REQUEST_ID": "\xff"},
    {"HTTP_USER_AGENT": "\xff\x01"},
    {"QUERY_STRING": "%ff=%fe&%00"},
    {"QUERY_STRING": "a=%00"},
    {"QUERY_STRING": "next=%2F%2F%5B"},
    {"QUERY_STRING": "\xff"},
    {"QUERY_STRING": "&".join("a=1" for _ in range(2000))},
]


@pytest.fixture(params=["ada", None], ids=["owner", "nobody"])
def cookie(request, client, world):
    if request.param is None:
        return ""
    client.force_login(world.user(request.param), backend="accounts.backends.SignInBackend")
    return f"gatehouse={client.cookies['gatehouse'].value}"


@pytest.mark.parametrize("place", PLACES[::2])
def test_what_cannot_be_read_is_400_with_our_headers_XJ1(cookie, place):
    for headers in UNREADABLE:
        for method in ("GET", "POST"):
            said = asked(place, method=method, cookie=cookie, body=b"a=1", **headers)
            assert said["status"] == 400 or place.startswith("/static/"), (headers, method)
            assert "content-security-policy" in said, (headers, method)
            assert "x-request-id" in said


@pytest.mark.parametrize("place", PLACES[1::2])
def test_no_odd_header_is_an_error_of_ours_XJ1(cookie, place):
    for headers in ODD:
        for method in ("GET", "POST"):
            said = asked(place, method=method, cookie=cookie, body=b"a=1", **headers)
            assert said["status"] < 500 or said["status"] == 501, (headers, method)
            assert "content-security-policy" in said, (headers, method)


@pytest.mark.parametrize("field", ["who", "people", "to", "q", "a%00"])
@pytest.mark.parametrize("place", PLACES[:8])
def test_no_NUL_comes_in_by_a_form_or_an_address_XJ1(cookie, place, field):
    here = place.partition("?")[0]
    assert asked(f"{here}?{field}=a%00b", cookie=cookie)["status"] == 400
    body = f"{field}=a%00b".encode()
    assert asked(here, method="POST", cookie=cookie, body=body)["status"] == 400


@pytest.mark.parametrize("way", ["//[", "http://[::", "//\u2100"])
@pytest.mark.parametrize("place", PLACES[:6])
def test_a_way_on_that_is_no_address_is_refused_XI4(cookie, place, way):
    body = f"next={way}".encode()
    assert asked(place.partition("?")[0], method="POST", cookie=cookie, body=body)["status"] == 400


def test_a_form_that_is_too_much_is_413(cookie):
    body = b"q=" + b"x" * 3_000_000
    assert asked("/w/acme/members/invite", method="POST", cookie=cookie, body=body)["status"] == 413
    many = b"&".join(b"a=1" for _ in range(2000))
    assert asked("/w/acme/members/invite", method="POST", cookie=cookie, body=many)["status"] == 413


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF8", '; charset="utf-8"'])
def test_utf_8_by_any_of_its_names_is_read(cookie, charset):
    said = asked("/accounts/login/", method="POST", body=b"login=a", CONTENT_TYPE=FORM + charset)
    assert said["status"] == 403  # no CSRF proof; but it was read


def test_a_refusal_stands_in_the_security_log(cookie, caplog):
    asked("/w/acme/members?q=%00", cookie=cookie)
    lines = [record.msg for record in caplog.records if record.name == "gatehouse.security"]
    assert [(line["event"], line["what"], line["status"]) for line in lines] == [
        ("malformed", "NUL", 400)
    ]
