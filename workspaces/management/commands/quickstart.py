"""`manage.py quickstart`: set everything up, load workspaces, print links, serve."""

import os
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from accounts.sign_in.links import sign_in_path
from workspaces.demo import demo_documents
from workspaces.demo.reviews import review_access
from workspaces.management.operators import OperatorCommand
from workspaces.models import GroupMember, Member, Workspace
from workspaces.operations.documents import Faults, load_documents

REVIEWED = "northwind"  # the demo workspace with reviews


class Command(OperatorCommand):
    help = "Migrate, load the demo workspaces or the given documents, print sign-in links, serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="only set up and load")

    def handle(
        self, *args: Any, files: list[Path], port: int, no_serve: bool, **options: Any
    ) -> None:
        if settings.PRODUCTION:
            self.fail("quickstart is for a first look; see config/README.md for production.")
        if not no_serve:
            self.require_free(port)
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        slugs = self.load([self.read(file) for file in files]) if files else self.load_demo()
        self.introduce(slugs, f"http://127.0.0.1:{port}")
        if not no_serve:
            self.stdout.flush()
            serve(port)

    def require_free(self, port: int) -> None:
        """End the command when something else listens on the port."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                self.fail(f"Port {port} is in use; choose one with --port.")

    def load(self, texts: list[tuple[str, bytes]]) -> list[str]:
        """Load the documents and say what they hold; exit 2 with all faults otherwise."""
        try:
            found = load_documents(texts, by=self.by)
        except Faults as faults:
            self.fail_by(faults, "Nothing was loaded.")
        slugs = [difference.slug for difference in found]
        self.stdout.write(f"Loaded {', '.join(slugs)}.")
        return slugs

    def load_demo(self) -> list[str]:
        """Load the demo workspaces that are not there yet; what was tried in the others stays."""
        documents = demo_documents()
        there = set(Workspace.objects.filter(slug__in=documents).values_list("slug", flat=True))
        new = [(f"{slug}.json", text) for slug, text in documents.items() if slug not in there]
        if new:
            for slug in self.load(new):
                if slug == REVIEWED:
                    review_access(Workspace.objects.get(slug=slug))
        return list(documents)

    def introduce(self, slugs: list[str], host: str) -> None:
        """Print one-time links for an owner and for a member, at best of two workspaces."""
        people = Member.objects.active().filter(workspace__slug__in=slugs).select_related("user")
        owner = people.filter(owner=True).order_by("pk").first()
        inside = GroupMember.objects.active().values("member")
        plain = people.filter(owner=False, pk__in=inside).order_by("pk")
        of_two = plain.filter(user__memberships__owner=False).exclude(user__memberships__owner=True)
        counted = sorted(of_two.distinct()[:500], key=lambda m: -m.user.memberships.count())
        for member, what in ((owner, "owner"), (next(iter(counted), None), "member")):
            if member is not None:
                self.stdout.write(f"\nSign in once as {member} ({what}):")
                self.stdout.write(f"  {host}{sign_in_path(member.user)}")
        self.stdout.write(
            "\nTen minutes after signing in, grave acts ask who you are. Set a password first, at"
            f"\n  {host}{reverse('account_set_password')}"
            f"\nor follow, then, the link that lies under {host}{reverse('mails')}"
        )
        self.stdout.write(f"\nGatehouse is at {host}/ – stop it with Ctrl-C.")


def serve(port: int) -> None:
    """Become gunicorn, as in production; only on this machine. Its workers send mail too."""
    command = [sys.executable, "-m", "gunicorn", "config.quickstart", "--bind"]
    command += [f"127.0.0.1:{port}", "--workers", "2", "--log-level", "warning"]
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    os.chdir(settings.BASE_DIR)
    os.execv(sys.executable, command)  # noqa: S606
