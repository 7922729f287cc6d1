"""What every answer carries, whatever it is (XI3, XI5, XI6, XH10)."""

import json
import logging

import pytest
from django.test import Client

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
PATHS = [
    "/", "/w/acme/", "/w/acme/members", "/w/acme/my-access", "/w/acme/sources/none",
    "/w/nowhere/members", "/nothing", "/accounts/login/", "/accounts/password/reset/",
    "/admin/", "/livez", "/readyz", "/nul%00", "/?x=%00",
]  # fmt: skip


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_armoured_XI5_XI6(as_user, client, path, signed_in):
    if signed_in:
        as_user("ada")
    answer = client.get(path)
    sent = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert sent == {part.strip() for part in POLICY.split(";")}
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert {"Cookie", "HX-Request", "HX-Target"} <= {v.strip() for v in answer["Vary"].split(",")}
    assert len(answer["X-Request-ID"]) == 32


def test_fragments_are_armoured_too_XI5(as_user):
    answer = as_user("ada").get(
        "/w/acme/members", headers={"HX-Request": "true", "HX-Target": "members"}
    )
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_htmx_is_set_up_without_eval_and_for_this_host_only_U4_XI5(as_user):
    body = as_user("ada").get("/w/acme/members").content.decode()
    for setting in ('"allowEval":false', '"selfRequestsOnly":true', '"historyCacheSize":0',
                    '"allowScriptTags":false', '"includeIndicatorStyles":false'):  # fmt: skip
        assert setting in body.replace("&quot;", '"').replace(" ", "")


@pytest.mark.parametrize("offered", ["a\nb", "x" * 65, "<script>", "x" * 65_000, "a b", "", "ä"])
def test_a_harmful_request_id_is_dropped_XH10(client, db, offered):
    answer = client.get("/accounts/login/", headers={"X-Request-ID": offered})
    assert answer["X-Request-ID"] != offered
    assert len(answer["X-Request-ID"]) == 32


def test_a_harmless_request_id_is_kept(client, db):
    answer = client.get("/accounts/login/", headers={"X-Request-ID": "trace-1.2_3"})
    assert answer["X-Request-ID"] == "trace-1.2_3"


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Target": "panel"},
        {"HX-Target": "<script>"},
        {"HX-Target": "nonsense"},
        {"HX-Current-URL": "https://evil.example/x"},
        {"HX-Current-URL": "javascript:alert(1)"},
        {"HX-History-Restore-Request": "true"},
        {"HX-Boosted": "true"},
    ],
)
def test_forged_htmx_headers_change_no_right_and_become_no_markup_XI3(as_user, headers):
    headers = {"HX-Request": "true", **headers}
    assert as_user("bo").get("/w/acme/members", headers=headers).status_code == 403
    body = as_user("ada").get("/w/acme/members", headers=headers).content.decode()
    assert "evil.example" not in body
    assert "<script>" not in body


def test_signed_out_htmx_is_sent_to_sign_in_on_this_host_XI3_XI4(client, world):
    answer = client.get(
        "/w/acme/members",
        headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/w/acme/members"},
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=/w/acme/members"


def test_signed_out_htmx_comes_back_to_the_page_it_was_on(client, world):
    answer = client.get(
        "/w/acme/members/x",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/w/acme/members?q=a"},
    )
    assert answer["HX-Redirect"].endswith("next=/w/acme/members%3Fq%3Da")


def test_a_refusal_is_one_line_in_the_security_log_with_who_and_what(as_user, world, caplog):
    caplog.set_level(logging.WARNING, "gatehouse.security")
    as_user("bo").get("/w/acme/members")
    lines = [record.msg for record in caplog.records if record.name == "gatehouse.security"]
    assert len(lines) == 1
    assert lines[0]["user"] == world.user("bo").pk
    assert (lines[0]["path"], lines[0]["status"]) == ("/w/acme/members", 403)


def test_log_lines_are_json_that_nobody_can_break_XH10(as_user, capsys):
    as_user("bo").get("/w/acme/check", {"who": 'x\n{"event": "forged"}'})
    as_user("bo").get('/w/acme/sources/x"}%0A{"event":"forged"}')
    for line in capsys.readouterr().err.splitlines():
        assert json.loads(line)["event"] != "forged"


def test_cookies_are_closed_to_script_and_to_other_sites_XG13(client, world):
    client.get("/accounts/login/")
    user = world.user("ada")
    user.set_password("correct horse battery")
    user.save()
    answer = client.post(
        "/accounts/login/", {"login": user.email, "password": "correct horse battery"}
    )
    cookie = answer.cookies["gatehouse"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_write_without_proof_is_refused_in_our_look_XI2(world):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/accounts/logout/")
    assert answer.status_code == 403
    assert "Gatehouse" in answer.content.decode()
