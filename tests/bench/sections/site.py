"""What looks past one workspace: one's own list of them, signing in, the admin, the commands."""

from collections.abc import Iterator
from io import StringIO

from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models.user import User
from tests.bench.context import Bench
from tests.bench.measuring.clock import alternate, timed
from tests.bench.report import SECONDS, Figure
from tests.bench.worlds.stage import OWNING
from tests.bench.worlds.world import DOMAIN, SLUG
from tests.cast.factors import sign_in_by_factor

PASSWORD = "one for the bench"
COMMANDS = ("housekeeping", "integrity_check", "audit_verify")
ADMIN = ("accounts_user", "workspaces_workspace", "workspaces_event", "auth_group")


def figures(bench: Bench) -> Iterator[Figure]:
    owner = User.objects.get(email=OWNING)
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner, backend="accounts.backends.SignInBackend")
    home = reverse("home")
    asks = {
        "one's workspaces": lambda: _get(client, f"{home}?all"),
        "… searched": lambda: _get(client, f"{home}?q=other"),
        "a page, with the switch": lambda: _get(client, reverse("workspaces:groups", args=[SLUG])),
        "one's sessions": lambda: _get(client, reverse("my_sessions")),
        "the address that signs in": lambda: _get(
            Client(SERVER_NAME="localhost"), reverse("account_login")
        ),
    }
    yield from _asked(bench, asks)
    yield from _asked(bench, _admin())
    for name in COMMANDS:
        seconds = timed(lambda name=name: call_command(name, stdout=StringIO()))
        yield Figure(f"manage.py {name}", seconds, SECONDS, ours=seconds)


def _admin() -> dict[str, object]:
    root = User.objects.filter(email=f"root@{DOMAIN}").first()
    root = root or User.objects.create_superuser(f"root@{DOMAIN}", PASSWORD)
    client = Client(SERVER_NAME="localhost")
    sign_in_by_factor(client, root)
    paths = {f"admin: {name}": reverse(f"admin:{name}_changelist") for name in ADMIN}
    paths |= {f"{name}, searched": f"{path}?q=bench" for name, path in paths.items()}
    return {name: lambda path=path: _get(client, path) for name, path in paths.items()}


def _asked(bench: Bench, asks) -> Iterator[Figure]:
    for name, ask in asks.items():
        seconds = alternate({name: ask}, [()], seconds=bench.seconds / 4)[name]
        yield Figure(name, seconds, SECONDS, ours=seconds)


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
