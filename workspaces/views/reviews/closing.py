"""Closing a review: who loses what, what ends, what is left, all together; then once (V4)."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext

from config.web.tags import grouped
from workspaces.forms.reviews.reviews import CloseForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Review, ReviewItem, Unanswered, Workspace
from workspaces.operations.reviews import closing
from workspaces.operations.reviews.closing import SHOWN, ClosingReview
from workspaces.views.console import answers, review_words
from workspaces.views.reviews.doors import named_review
from workspaces.views.reviews.progress import Progress, progress_of
from workspaces.views.reviews.words import way_words


@dataclass(frozen=True, slots=True)
class Left:
    """Items that stay as they are, and why."""

    title: str
    why: str
    items: list[tuple[ReviewItem, str]]
    more: bool


@needs("administer", methods=(*SAFE, "POST"))
def review_close(request: MemberRequest, workspace: Workspace, review_id: str) -> HttpResponse:
    """Look at all that was answered together, then do it at once."""
    found = named_review(workspace, review_id)
    back = workspace.url("review", found.public_id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            closing.close(found, by=form.said_by(request.actor))
            done = _("{name} is closed.").format(name=found.name)
            answers.toast(request, done, undo=answers.changed_by(request))
            return redirect(back)
    if not found.is_open and not form.is_bound:
        return redirect(back)
    return _page(request, workspace, found, form, back)


def _page(
    request: MemberRequest, workspace: Workspace, review: Review, form: CloseForm, back: str
) -> HttpResponse:
    seen = closing.preview(review)
    progress = progress_of(review.items.all(), request.user.pk)
    return answers.page(
        request,
        "workspaces/reviews/review_close.html",
        {
            "review": review,
            "form": form,
            "people": review_words.people_words(workspace, seen.people, digest=seen.digest),
            "progress": progress,
            "notes": _notes(review, seen, progress),
            "tokens": [_lost_words(name, n) for name, n in seen.tokens],
            "left": _left(seen),
            "url": request.path,
            "back": back,
        },
        at="reviews",
        status=form.status,
    )


def _lost_words(name: str, n: int) -> str:
    text = ngettext("{name} loses {n} grant", "{name} loses {n} grants", n)
    return text.format(name=name, n=grouped(n))


def _notes(review: Review, seen: ClosingReview, progress: Progress) -> list[str]:
    """Say in numbers what goes, what ends, and what nobody answered."""
    said = []
    if seen.going:
        text = ngettext("{n} item is taken away now.", "{n} items are taken away now.", seen.going)
        said.append(text.format(n=grouped(seen.going)))
    if seen.ends:
        text = ngettext("{n} item gets its end.", "{n} items get their end.", seen.ends)
        said.append(text.format(n=grouped(seen.ends)))
    if progress.keep:
        text = ngettext("{n} item is kept.", "{n} items are kept.", progress.keep)
        said.append(text.format(n=grouped(progress.keep)))
    if seen.unanswered:
        said.append(_unanswered_words(review, seen.unanswered))
    return said


def _unanswered_words(review: Review, n: int) -> str:
    if review.unanswered == Unanswered.REMOVE:
        text = ngettext(
            "{n} item was not answered, and is taken away for that.",
            "{n} items were not answered, and are taken away for that.",
            n,
        )
    else:
        text = ngettext(
            "{n} item was not answered: it stays, and the report says so.",
            "{n} items were not answered: they stay, and the report says so.",
            n,
        )
    return text.format(n=grouped(n))


def _left(seen: ClosingReview) -> list[Left]:
    """Return what stays as it is though something was to be done, by why."""
    kinds = (
        (
            _("Changed meanwhile"),
            _("They are not what was looked at any more, so nothing is done to them."),
            seen.changed,
        ),
        (
            _("To be done in the directory"),
            _("A directory decides who is in these groups. The report keeps each as a task."),
            seen.tasks,
        ),
        (
            _("Nobody else could review it"),
            _("It is the only owner's own."),
            seen.alone,
        ),
        (
            _("The last owner stays"),
            _("Somebody has to own the workspace (R7). Make somebody else an owner first."),
            seen.last,
        ),
    )
    return [
        Left(title, why, [(item, way_words(item)) for item in items], len(items) >= SHOWN)
        for title, why, items in kinds
        if items
    ]
