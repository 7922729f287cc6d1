"""Which settings are taken for secrets: on the secret side where in doubt (XK4)."""

import pytest

from workspaces.secret_names import holds_secret, is_secret_name, secret_parts

SECRET = [
    "password", "Password", "dbPassword", "db_password", "DB-PASSWORD", "passwd", "pwd",
    "user.pwd", "pass", "passphrase", "apiKey", "api_key", "APIKEY", "apikey", "api-key",
    "APIKey", "accessKeyId", "secretAccessKey", "client_secret", "clientSecret", "token",
    "authToken", "refresh_token", "privateKey", "private_key_pem", "credentials",
    "serviceAccountJson", "authorization", "basicAuth", "connectionString", "connection_uri",
    "DATABASE_URL", "webhookUrl", "sharedKey", "accountKey", "salt", "pin", "signing_key", "key",
    "keys", "licenseKey", "sasToken", "dsn", "Contraseña", "Kennwort", "writeKey", "jwt",
    "hmacSeed", "sessionCookie", "ciphertext"
]  # fmt: skip
OPEN = [
    "host", "hostname", "port", "user", "username", "database", "schema", "account", "warehouse",
    "region", "bucket", "url", "name", "website", "authType", "auth_type", "tokenType",
    "passwordPolicy", "publicKey", "primary_key", "sortKeys", "keyspace", "keyword", "compass",
    "bypass", "monkey", "turkey", "pinned", "passed", "tls", "ssl", "trackAllPages", "trackingId",
    "pixelId", "columns", "cluster_key"
]  # fmt: skip


# Written with full-width letters, with a blank nobody sees, and in Cyrillic.
ODDLY = [
    "\uff50\uff41\uff53\uff53\uff57ord",
    "pass\u200bword",
    "\u043f\u0430\u0440\u043e\u043b\u044c",
]


@pytest.mark.parametrize("name", SECRET + ODDLY)
def test_a_name_that_may_mean_a_secret_is_one_XK4(name):
    assert is_secret_name(name)


@pytest.mark.parametrize("name", OPEN)
def test_other_names_stay_readable_XK4(name):
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:s3cret@db:5432/x",
        "redis://:s3cret@cache",
        "https://x-access-s3cret@git.example/a.git",
        "Server=db;Uid=sa;Pwd=s3cret;",
        "https://hooks.example/in?api_key=s3cret",
        "jdbc:oracle:thin:scott/tiger@//db:1521/x",
        "-----BEGIN RSA PRIVATE KEY-----\nMII",
        '{"type": "service_account", "private_key": "MII"}',
        "Bearer abcdefgh12345",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_0123456789abcdef",
        "xoxb-0123456789-abc",
    ],
)
def test_a_secret_is_one_whatever_it_is_called_XK4(text):
    assert holds_secret(text)


@pytest.mark.parametrize(
    "text", ["https://db.example:5432/x?page=2", "eu-west-1", "Basic plan", "ann@example.org", "1"]
)
def test_other_texts_stay_readable_XK4(text):
    assert not holds_secret(text)


def test_in_a_pair_the_name_decides_about_the_value_XK4():
    assert secret_parts({"name": "apiKey", "value": "x"}) == {"value"}
    assert secret_parts({"key": "Authorization", "value": "x"}) == {"value"}
    assert secret_parts({"name": "region", "value": "eu"}) == set()
    assert secret_parts({"name": "region", "sensitive": True, "default": "eu"}) == {"default"}
    declared = {"name": "apiKey", "label": "API key", "type": "STRING", "sensitive": True}
    assert secret_parts(declared) == set()


def test_beneath_headers_all_but_how_a_body_is_written_is_secret_XK4():
    assert secret_parts({"X-Shop": "1", "Content-Type": "a/b"}, headers=True) == {"X-Shop"}
    assert secret_parts({"name": "X-Shop", "value": "1"}, headers=True) == {"value"}
