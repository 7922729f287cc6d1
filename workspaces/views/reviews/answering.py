"""Answering items of a review, one or many at once; and one item beside the sheet (V3, V4)."""

import re
from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _, ngettext

from config.web.http import page
from config.web.tags import grouped
from workspaces.forms.reviews.reviews import AnswerForm, days_from_now
from workspaces.guards import MemberRequest, needs_review
from workspaces.models import Review, ReviewItem, Workspace
from workspaces.operations.reviews import answering
from workspaces.operations.reviews.facts import Effect, Facts, effect_of, facts_of
from workspaces.operations.reviews.reviewing import items_for
from workspaces.views.console import answers, review_words
from workspaces.views.console.wording import action_words
from workspaces.views.reviews import words
from workspaces.views.reviews.sheet import heading, rows_of, sheet, standing

ROW = re.compile(r"item-([0-9]{1,8})")


@needs_review(methods=("POST",), visitors=False)
def review_answer(request: MemberRequest, found: Review) -> HttpResponse:
    """Write down an answer; what is drawn again is the row, or the sheet as it was looked at."""
    workspace = found.workspace
    form = AnswerForm(request.POST)
    if form.is_valid():
        with form.refusals():
            numbers = form.cleaned_data["number"]
            n = answering.answer(found, numbers, form.said, by=request.actor)
            if row := ROW.fullmatch(request.htmx.target or ""):
                return _row(request, workspace, found, int(row[1]))
            if n > 1:
                done = ngettext("{n} item is answered.", "{n} items are answered.", n)
                answers.toast(request, done.format(n=grouped(n)))
            anchor = f"#i-{numbers[0]}" if n == 1 else ""
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            return HttpResponseRedirect(
                f"{workspace.url('review', found.public_id)}{query}{anchor}"
            )
    if row := ROW.fullmatch(request.htmx.target or ""):
        return _row(request, workspace, found, int(row[1]), form)
    return answers.page(
        request,
        "workspaces/reviews/review.html",
        {**sheet(request, workspace, found), "item": None, "form": form},
        at="reviews",
        beside=lambda: heading(request, workspace, found),
        fragments=("sheet",),
        status=form.status,
    )


def _row(
    request: MemberRequest,
    workspace: Workspace,
    review: Review,
    number: int,
    form: AnswerForm | None = None,
) -> HttpResponse:
    """Draw one row again, with the bar above the sheet; and why it was not taken."""
    context = {
        **standing(request, workspace, review),
        "row": rows_of(request, workspace, review, [_item(request, review, number)])[0],
        "days": days_from_now(),
        "form": form,
        "live": True,
        "item": None,
        "undone": False,
    }
    status = form.status if form else HTTPStatus.OK
    template = "workspaces/reviews/review_row.html"
    return page(request, template, context, status=status)


def _item(request: MemberRequest, review: Review, number: int) -> ReviewItem:
    """Return an item of the review. Raises Http404 for one's own, as for none (V3)."""
    rows = items_for(review, request.member, request.access)
    item = rows.filter(number=number).first()
    if item is None:
        raise Http404
    return item


@needs_review()
def review_item(request: MemberRequest, found: Review, number: int) -> HttpResponse:
    """One item beside the sheet: where it comes from, and what would really go with it (V2)."""
    workspace = found.workspace
    item = _item(request, found, number)
    facts = facts_of(workspace, [item])[number] if found.is_open else None
    effect = effect_of(facts) if facts else Effect()
    row = rows_of(request, workspace, found, [item], {number: facts} if facts else {})[0]
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return answers.page(
        request,
        "workspaces/reviews/review_item.html",
        {
            **standing(request, workspace, found),
            "item": item,
            "open_row": row,
            "held": words.held_words(item),
            "effect": _effect(row.name, facts, effect) if facts else "",
            "lines": [review_words.line_of(move) for move in effect.moves],
            "days": days_from_now(),
            "close_panel_url": f"{workspace.url('review', found.public_id)}{query}",
        },
        at="reviews",
        beside=lambda: {
            **heading(request, workspace, found),
            **sheet(request, workspace, found),
        },
        fragments=("panel",),
    )


def _effect(name: str, facts: Facts, effect: Effect) -> str:
    """Say what taking it away does: "Greta loses edit on 7 sources and keeps …"."""
    if facts.changed:
        return _("It has changed since the review opened: nothing is done to it.")
    if facts.planned:
        return _("{name} will not have it when it would start.").format(name=name)
    if facts.eligible:
        return _("{name} can no longer take it up. What they reach today stays.").format(name=name)
    lost = [*review_words.losses_of(effect.moves), *map(_no_longer, effect.lost)]
    if not lost:
        return _("{name} keeps all they reach: other ways give the same.").format(name=name)
    return _("{name} {loses}.").format(name=name, loses=review_words.joined(lost))


def _no_longer(action: str) -> str:
    return _("may no longer {action} the workspace").format(action=action_words(action))
