"""`manage.py housekeeping`: what has run out goes, what runs out is told; once a day."""

from typing import Any

from django.core.management import call_command

from accounts.models.sign_in import SignIn
from accounts.operations import retention as accounts
from accounts.outbox import forget_sent
from config.web.cache import sweep
from workspaces.forms.reviews.covering import meant_by
from workspaces.management.operators import OperatorCommand
from workspaces.models import AliasRequest, SpentAnswer
from workspaces.operations.grants.ending_mails import tell_endings, with_endings
from workspaces.operations.invites.withdrawal import void_orphans, with_pending_invites
from workspaces.operations.reviews.repeating import open_due, with_repeating
from workspaces.operations.reviews.telling import remind, with_due
from workspaces.operations.sso.certificates import tell_of_ends, with_certificates
from workspaces.operations.sso.proving.daily_look import look_at_all
from workspaces.operations.workspace.daily_counts import count_today
from workspaces.operations.workspace.retention import (
    erase_closed,
    forget_erased,
    purge_old_events,
    with_old_events,
)


class Command(OperatorCommand):
    help = (
        "Drop what has run out: sessions, mail, old events, closed workspaces, void invites; "
        "tell people of access and certificates that end soon, and of reviews that are due; "
        "open reviews that come again; "
        "look whether domains still carry their proof; "
        "count who can edit something at any time, for the charts of the overview."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("clearsessions")
        sweep()
        SignIn.objects.run_out().delete()
        AliasRequest.objects.run_out().delete()
        SpentAnswer.objects.run_out().delete()
        by = self.by
        erased, forgotten = erase_closed(by=by), forget_erased(by=by)
        purged = accounts.purge_old_events()
        # Each step first asks, of all workspaces at once, in which there is something to do.
        purged += sum(purge_old_events(one, by=by) for one in with_old_events())
        for workspace in with_pending_invites():
            void_orphans(workspace, by=by)
        told = sum(tell_endings(one, by=by) for one in with_endings())
        ends = sum(tell_of_ends(one) for one in with_certificates())
        tried = [open_due(one, meant_by, by=by) for one in with_repeating()]
        again, over = (sum(counts) for counts in zip((0, 0), *tried, strict=True))
        reminded = sum(remind(one, by=by) for one in with_due())
        looked = look_at_all(by=by)
        mails, counted = forget_sent(), count_today()
        self.stdout.write(
            f"Ended sessions dropped; {purged} audit events purged; {mails} sent mails dropped; "
            f"{erased} closed workspaces erased, {forgotten} forgotten; "
            f"the ends of {told} grants and places in groups and of {ends} certificates told; "
            f"{again} reviews opened again, {over} given up, {reminded} called to mind; "
            f"{looked.proved} of {looked.domains} domains carry their proof; "
            f"who edits at any time counted in {counted} workspaces."
        )
