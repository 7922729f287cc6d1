"""`manage.py sign_in_link EMAIL`: print a one-time sign-in link, in development only."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.addresses import sought
from accounts.models import User
from accounts.sign_in.links import sign_in_path


class Command(BaseCommand):
    help = "Print a link that signs somebody in once, within an hour. Development only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--host", default="http://127.0.0.1:8000")

    def handle(self, *args: Any, email: str, host: str, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Sign-in links exist in development only.")
        user = User.objects.filter(email=sought(email), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {email}.")
        self.stdout.write(f"{host}{sign_in_path(user)}")
