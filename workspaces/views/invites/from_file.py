"""Inviting people by a file: a verdict for each line, then one send of those without fault."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.addresses import spelled
from config.web.lists.csv_export import END, MARK, quoted
from config.web.values.dates import end_words
from workspaces.change.naming import described
from workspaces.forms.invites.file import FileForm
from workspaces.forms.invites.rows import COLUMNS, Row
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Workspace
from workspaces.operations.invites import invites
from workspaces.operations.invites.addresses import Kind, Verdict, judge
from workspaces.operations.invites.contents import Offer
from workspaces.operations.invites.invites import Sent
from workspaces.views.console import answers
from workspaces.views.console.grant_words import grant_words
from workspaces.views.invites.inviting import ICONS, KEPT, better_url, verdict_words

HEADINGS = ("Address", "Role", "Roles", "Groups", "Ends")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file as the page shows it: whom, what they get, what becomes of it."""

    number: int
    text: str
    gets: list[str]
    good: bool
    icon: str
    words: list[str]
    url: str = ""


@needs("administer", methods=(*SAFE, "POST"))
def invite_file(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Take a file, say of each line what becomes of it, then send what was looked at."""
    text = _left(request, workspace) if request.GET.get("left") == "on" else ""
    form = FileForm(request.POST or None, request.FILES or None, workspace=workspace, text=text)
    verdicts: list[Verdict] = []
    if form.is_valid():
        offers, ident = form.offers, form.cleaned_data["once"]
        if form.cleaned_data["seen"] and "look" not in request.POST:
            with form.refusals():
                by = request.actor.having_seen(form.cleaned_data["seen"])
                sent = invites.send_each(workspace, offers, by=by, ident=ident, replacing=False)
                request.session[KEPT] = _kept(workspace, form, sent)
                return redirect(workspace.url("invite_people_result"))
        verdicts = judge(workspace, offers)
        pairs = [(verdict, offers[verdict.typed]) for verdict in verdicts]
        form.show(invites.digest_each(workspace, pairs))
    return _draw(request, workspace, form, verdicts)


@needs("administer")
def invite_file_template(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """A file with the headings alone, to be filled in."""
    return HttpResponse(
        f"{MARK}{quoted(HEADINGS)}{END}",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="people-to-invite.csv"'},
    )


def _left(request: MemberRequest, workspace: Workspace) -> str:
    """Return the lines that the last send left, as they stood in the file."""
    kept = request.session.get(KEPT, {})
    return str(kept.get("rest", "")) if kept.get("workspace") == workspace.slug else ""


def _kept(workspace: Workspace, form: FileForm, sent: Sent) -> dict[str, object]:
    """Return what the page after the send needs: ids, and the lines that were left."""
    done = {verdict.typed for verdict in sent.left}
    left = [row.line for row in form.rows if not row.whole or row.address in done]
    return {
        "workspace": workspace.slug,
        "sent": [invite.public_id for invite in sent.invites],
        "left": [],
        "form": "",
        "rest": _written(form, left),
        "n_rest": len(left),
    }


def _written(form: FileForm, numbers: Iterable[int]) -> str:
    """Return lines of the file of a valid form under its headings; empty for none."""
    chosen = set(numbers)
    if form.table is None or not chosen:
        return ""
    text, columns = io.StringIO(), form.table.columns
    headings = [heading for heading in HEADINGS if COLUMNS[heading] in columns]
    writer = csv.writer(text)
    writer.writerow(headings)
    for line in form.table.lines:
        if line.number in chosen:
            writer.writerow([line.cells.get(COLUMNS[heading], "") for heading in headings])
    return text.getvalue()


def _draw(
    request: MemberRequest, workspace: Workspace, form: FileForm, verdicts: list[Verdict]
) -> HttpResponse:
    found = {verdict.typed: verdict for verdict in verdicts}
    lines = [_line(workspace, row, found.get(row.address)) for row in form.rows]
    n_good = sum(line.good for line in lines)
    answer = answers.page(
        request,
        "workspaces/invites/invite_file.html",
        {
            "form": form,
            "lines": sorted(lines, key=lambda line: line.good),
            "looked": bool(form.rows),
            "n_good": n_good,
            "n_bad": len(lines) - n_good,
            "ignored": form.table.ignored if form.table else (),
            "url": workspace.url("invite_file"),
            "template_url": workspace.url("invite_file_template"),
            "back_url": workspace.url("invite_people"),
        },
        at="members",
        status=HTTPStatus.OK if "look" in request.POST and form.rows else form.status,
    )
    if form.wait:
        answer.headers["Retry-After"] = str(form.wait)
    return answer


def _line(workspace: Workspace, row: Row, verdict: Verdict | None) -> Line:
    """Put one line into words; `verdict` is what becomes of its address, where it is whole."""
    if verdict is None:
        again = _("The address stands in lines {lines}. Keep one of them.")
        words = [_fault(column, text) for column, text in row.faults]
        if row.twice:
            words.append(again.format(lines=", ".join(map(str, row.twice))))
        return Line(row.line, row.address[:100], [], good=False, icon="circle-x", words=words)
    invited = verdict.kind == Kind.REPLACES
    return Line(
        row.line,
        spelled(verdict.email) or row.address[:100],
        _gets(row.offer),
        good=verdict.kind == Kind.NEW,
        icon=ICONS[verdict.kind],
        words=[_("is invited already") if invited else verdict_words(verdict)],
        url=better_url(workspace, verdict),
    )


def _fault(column: str, text: str) -> str:
    return _("{column}: {words}").format(column=column, words=text) if column else text


def _gets(offer: Offer) -> list[str]:
    """Say what a line offers, a sentence each; no statement."""
    said = [_("Owner")] if offer.owner else []
    said += [grant_words(described(grant)) for grant in offer.grants]
    for place in offer.places:
        words = _("in {group}, ends {when}") if place.ends else _("in {group}")
        said.append(
            words.format(group=place.name, when=end_words(place.ends) if place.ends else "")
        )
    return said or [_("Minimal access")]
