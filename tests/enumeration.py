"""Whether time tells known addresses from others (S14, XF2, XG2): `python -m tests.enumeration`.

At each door the kinds of address are asked about in turns, each address once. A threshold
that tells a kind from *unknown* best on one half of the times must be right on the other half
in at most 55 % of the cases: 50 % is guessing. Passwords are hashed with fewer rounds than in
production, so that everything beside the hash stands out more.
"""

import argparse
import gc
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# isort: split
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import get_runner, override_settings
from tqdm import tqdm

from accounts.models.user import NO_PASSWORD, User
from tests.cast.invited import link_to
from tests.world import World, acme, build
from workspaces.operations.invites import addresses, invites
from workspaces.operations.invites.contents import Offer

MOST_RIGHT = 0.55
WARM_UP = 20  # of each kind, before anything is counted
PASSWORD, WRONG = "three turnips on a boat", "four turnips on a boat"
KINDS = ("unknown", "known", "imported", "deactivated")
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
places = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in count(1))


class FewRounds(PBKDF2PasswordHasher):
    """The hash of production, quicker."""

    iterations = 20_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1000, help="of each kind at each door")
    parser.add_argument("--seed", type=int, default=1, help="of the order they are asked in")
    options = parser.parse_args()
    with a_site():
        return report(options.samples, random.Random(options.seed))  # noqa: S311 - an order


@contextmanager
def a_site() -> Iterator[None]:
    """Set a database of its own up, and the site as in production where that takes time."""
    # Beside the database of the suite, which may be running.
    sqlite = connection.vendor == "sqlite"
    connection.settings_dict["TEST"]["NAME"] = (
        settings.STATE_DIR / "enumeration.sqlite3" if sqlite else "gatehouse_enumeration"
    )
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    changed = override_settings(
        PRODUCTION=True,  # mail waits for the outbox
        ALLOWED_HOSTS=["testserver"],
        PASSWORD_HASHERS=[f"{FewRounds.__module__}.FewRounds"],
        STORAGES={"staticfiles": {"BACKEND": PLAIN_FILES}},
    )
    try:
        with changed, mock.patch.object(addresses, "MOST", 10**9):
            yield
    finally:
        runner.teardown_databases(databases)


def report(samples: int, order: random.Random) -> int:
    """Print how well time tells the kinds apart at each door; return the exit code."""
    world, worst = build(acme()), 0.0
    print(f"{'door':<9}{'kind':<13}{'median':>10}{'unknown':>10}{'right':>8}")
    for door in DOORS:
        taken = measure(door, samples, order, world)
        for kind in KINDS[1:]:
            right = told_apart(taken["unknown"], taken[kind])
            worst = max(worst, right)
            times = "".join(f"{1000 * median(taken[which]):>8.2f}ms" for which in (kind, "unknown"))
            print(f"{door:<9}{kind:<13}{times}{right:>8.1%}", flush=True)
    print(f"At most {MOST_RIGHT:.0%} may be right; the worst is {worst:.1%}.")
    return int(worst > MOST_RIGHT)


def measure(door: str, samples: int, order: random.Random, world: World) -> dict[str, list[float]]:
    """Return the seconds that each question of a kind took, the kinds asked in turns."""
    prepare, ask = DOORS[door]
    number = samples + WARM_UP
    cache.clear()
    people = {kind: [f"{kind}-{door}-{n}@example.org" for n in range(number)] for kind in KINDS}
    for kind, emails in people.items():
        make(kind, emails)
    prepare(world, [email for emails in people.values() for email in emails])
    taken: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for n in tqdm(range(number), desc=door, leave=False, disable=None):
        for kind in order.sample(KINDS, len(KINDS)):
            gc.collect(0)
            seconds = ask(world, people[kind][n])
            if n >= WARM_UP:
                taken[kind].append(seconds)
    return taken


def make(kind: str, emails: list[str]) -> None:
    """Make the accounts that a kind of address has."""
    if kind == "unknown":
        return
    password = NO_PASSWORD if kind == "imported" else make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=email, password=password, is_active=kind != "deactivated") for email in emails
    )
    if kind == "known":
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
        )


def post(path: str, data: dict[str, str], status: int) -> float:
    """Return the seconds that a form took to be answered, from an address of its own."""
    client, place = Client(), next(places)
    start = time.perf_counter()
    answer = client.post(path, data, REMOTE_ADDR=place)
    seconds = time.perf_counter() - start
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return seconds


def sign_in(world: World, email: str) -> float:
    """Try a password; even the right one does not let a deactivated account in."""
    password = PASSWORD if email.startswith("deactivated") else WRONG
    return post("/accounts/login/", {"login": email, "password": password}, 200)


def reset(world: World, email: str) -> float:
    return post("/accounts/password/reset/", {"email": email}, 302)


def invite(world: World, email: str) -> float:
    start = time.perf_counter()
    invites.send(world.workspace, [email], Offer(), by=world.actor("ada"), ident=email)
    return time.perf_counter() - start


def sign_up(world: World, email: str) -> float:
    """Sign up with an invite in hand."""
    form = {"name": "Ann", "password1": PASSWORD, "password2": PASSWORD}
    return post(f"{link_to(email)}/sign-up", form, 302)


def nothing(world: World, emails: list[str]) -> None:
    """There is nothing to prepare at this door."""


def invite_all(world: World, emails: list[str]) -> None:
    for start in range(0, len(emails), 500):
        some = emails[start : start + 500]
        invites.send(world.workspace, some, Offer(), by=world.actor("ada"), ident=f"all {start}")


def told_apart(some: list[float], others: list[float]) -> float:
    """Return how often a threshold found on one half is right on the other half.

    The better of both ways to divide counts, and a threshold may cut in either direction.
    """
    return max(
        _right(*_best(some[half::2], others[half::2]), some[1 - half :: 2], others[1 - half :: 2])
        for half in (0, 1)
    )


def _best(some: list[float], others: list[float]) -> tuple[float, bool]:
    """Return the threshold that tells most of both apart, and whether `some` are below it."""
    found, best = (0.0, True), 0.0
    for at in sorted(some + others):
        for below in (True, False):
            right = _right(at, below, some, others)
            if right > best:
                found, best = (at, below), right
    return found


def _right(at: float, below: bool, some: list[float], others: list[float]) -> float:  # noqa: FBT001
    hits = sum((value < at) == below for value in some)
    hits += sum((value < at) != below for value in others)
    return hits / (len(some) + len(others))


Prepare = Callable[[World, list[str]], None]
Ask = Callable[[World, str], float]
DOORS: dict[str, tuple[Prepare, Ask]] = {
    "sign-in": (nothing, sign_in),
    "reset": (nothing, reset),
    "invite": (nothing, invite),
    "sign-up": (invite_all, sign_up),
}

if __name__ == "__main__":
    sys.exit(main())
