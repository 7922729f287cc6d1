"""`manage.py housekeeping`: what has run out goes, what runs out is told; once a day."""

from typing import Any

from django.core.management import call_command

from accounts.models.sign_in import SignIn
from accounts.operations import retention as accounts
from accounts.outbox import forget_sent
from config.web.cache import sweep
from workspaces.forms.reviews.covering import meant_by
from workspaces.management.operators import OperatorCommand
from workspaces.models import AliasRequest, SpentAnswer, Workspace
from workspaces.operations.grants.ending_mails import tell_endings
from workspaces.operations.invites.withdrawal import void_orphans
from workspaces.operations.reviews.repeating import open_due
from workspaces.operations.reviews.telling import remind
from workspaces.operations.sso.certificates import tell_of_ends
from workspaces.operations.sso.proving.daily_look import look_at_all
from workspaces.operations.workspace.retention import erase_closed, forget_erased, purge_old_events


class Command(OperatorCommand):
    help = (
        "Drop what has run out: sessions, mail, old events, closed workspaces, void invites; "
        "tell people of access and certificates that end soon, and of reviews that are due; "
        "open reviews that come again; "
        "look whether domains still carry their proof."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("clearsessions")
        sweep()
        SignIn.objects.run_out().delete()
        AliasRequest.objects.run_out().delete()
        SpentAnswer.objects.run_out().delete()
        by = self.by
        erased, forgotten = erase_closed(by=by), forget_erased(by=by)
        purged, told = accounts.purge_old_events(), 0
        ends = again = over = reminded = 0
        for workspace in Workspace.objects.order_by("pk").iterator():
            purged += purge_old_events(workspace, by=by)
            if workspace.closed_at is None:
                void_orphans(workspace, by=by)
                told += tell_endings(workspace, by=by)
                ends += tell_of_ends(workspace)
                opened, failed = open_due(workspace, meant_by, by=by)
                again, over = again + opened, over + failed
                reminded += remind(workspace, by=by)
        looked = look_at_all(by=by)
        mails = forget_sent()
        self.stdout.write(
            f"Ended sessions dropped; {purged} audit events purged; {mails} sent mails dropped; "
            f"{erased} closed workspaces erased, {forgotten} forgotten; "
            f"the ends of {told} grants and places in groups and of {ends} certificates told; "
            f"{again} reviews opened again, {over} given up, {reminded} called to mind; "
            f"{looked.proved} of {looked.domains} domains carry their proof."
        )
