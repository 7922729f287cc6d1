"""`manage.py access check|list|who …`: the engine from a shell (R14).

`check` exits 0 for yes and 1 for no; `list` and `who` exit 0 and print one line per answer.
A thing or an action that is not there, or elsewhere, is a plain no (R5). Whoever is asked about
has to be somebody: a name or an address that is nobody's here, or more than one's, is not judged
(N4): exit 2, and it is said which.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from workspaces.access.engine import Access
from workspaces.access.explain import Explanation, explain, reasons_of
from workspaces.access.naming import Named, meaning, subjects_of, thing_named
from workspaces.access.who import who
from workspaces.management.operators import BAD_INPUT, OperatorCommand
from workspaces.models import Workspace

NO = 1


class Command(OperatorCommand):
    help = "Ask who may do what on which."

    def add_arguments(self, parser: ArgumentParser) -> None:
        questions = parser.add_subparsers(dest="question", required=True)
        check = questions.add_parser("check", help="may USER do ACTION on THING?")
        check.add_argument("user", help="a member's address, a group, a token")
        check.add_argument("action")
        check.add_argument("thing", metavar="TYPE/SLUG")
        check.add_argument("--explain", action="store_true", help="every path, or what is nearest")
        listing = questions.add_parser("list", help="on which of TYPE may USER do ACTION?")
        listing.add_argument("user")
        listing.add_argument("action")
        listing.add_argument("type")
        people = questions.add_parser("who", help="who may do ACTION on THING?")
        people.add_argument("action")
        people.add_argument("thing", metavar="TYPE/SLUG")
        for question in (check, listing, people):
            question.add_argument("--workspace", required=True, metavar="SLUG")
            question.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace.objects.open().filter(slug=options["workspace"]).first()
        match options["question"]:
            case "check":
                self.check_access(workspace, options)
            case "list":
                self.print_all(
                    self.things(workspace, options["user"], options["action"], options["type"]),
                    as_json=options["json"],
                )
            case _:
                self.print_all(
                    self.people(workspace, options["action"], options["thing"]),
                    as_json=options["json"],
                )

    def things(
        self, workspace: Workspace | None, user: str, action: str, type_: str
    ) -> Iterator[str]:
        """Yield `type/slug` of what the subject may do the action on."""
        subject = self.subject(workspace, user)
        if subject:
            rows = Access.of(subject).reach(action, type_).by_name()
            yield from (row.ref for row in rows.iterator())

    def people(self, workspace: Workspace | None, action: str, ref: str) -> Iterator[str]:
        """Yield the addresses of who may do the action on the thing."""
        thing = workspace and thing_named(workspace, ref)
        if thing:
            rows = who(action, thing).by_name().values_list("user__email", flat=True)
            yield from rows.iterator()

    def subject(self, workspace: Workspace | None, name: str) -> Named | None:
        """Return the one of this name or address; None where the workspace is not there.

        Raises CommandError where it is nobody's here, or several's.
        """
        found = meaning(name, *subjects_of(workspace)).bearers if workspace else ()
        if len(found) > 1:
            ids = ", ".join(f"{one._meta.model_name} {one.public_id}" for one in found)
            self.fail(f"{name} is the name of more than one: {ids}", code=BAD_INPUT)
        if workspace and not found:
            self.fail(f"nobody in {workspace.slug} is called {name}", code=BAD_INPUT)
        return next(iter(found), None)

    def check_access(self, workspace: Workspace | None, options: dict[str, Any]) -> None:
        """Print yes or no, with reasons where asked for; leave with 1 on a no."""
        subject = self.subject(workspace, options["user"])
        thing = workspace and thing_named(workspace, options["thing"])
        if subject and thing:
            answer = explain(Access.of(subject), options["action"], thing)
        else:
            answer = Explanation(decision=False)
        reasons = reasons_of(answer)
        if options["json"]:
            body: dict[str, Any] = {"decision": answer.decision}
            if options["explain"]:
                body["paths" if answer.decision else "nearest"] = reasons
            self.stdout.write(json.dumps(body))
        else:
            self.stdout.write("yes" if answer.decision else "no")
            for reason in reasons if options["explain"] else ():
                self.stdout.write(f"  {reason}")
        if not answer.decision:
            sys.exit(NO)

    def print_all(self, found: Iterator[str], *, as_json: bool) -> None:
        """Print names line by line, or as one JSON list."""
        if as_json:
            self.stdout.write(json.dumps(list(found)))
            return
        for name in found:
            self.stdout.write(name)
