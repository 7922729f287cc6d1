"""One taking up: whoever may agree answers it, its holder and owners end it, owners look at it."""

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from config.web.lists.returning import back_to
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.taking_up.take_ups import AnswerForm, FindingForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import TakeUp, Workspace
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.approving import may_answer
from workspaces.operations.taking_up.telling import name_of
from workspaces.views.console import answers


@needs("read", visitors=False)
def take_up(request: MemberRequest, workspace: Workspace, take_up_id: str) -> HttpResponse:
    """Who takes what up, for how long and why; with what the looker can do about it."""
    return _page(request, workspace, _named(request, workspace, take_up_id))


@needs("read", methods=("POST",), visitors=False)
def take_up_answer(request: MemberRequest, workspace: Workspace, take_up_id: str) -> HttpResponse:
    """Agree or refuse."""
    row, form = _named(request, workspace, take_up_id), AnswerForm(request.POST)
    if form.is_valid():
        with form.refusals():
            agreed: bool = form.cleaned_data["agreed"]
            take_ups.answer(row, agreed=agreed, by=request.actor)
            answers.toast(request, _("Agreed. It runs now.") if agreed else _("Refused."))
            return back_to(request, workspace.url("take_up", row.public_id))
    return _page(request, workspace, _named(request, workspace, take_up_id), form)


@needs("read", methods=(*SAFE, "POST"), visitors=False)
def take_up_end(request: MemberRequest, workspace: Workspace, take_up_id: str) -> HttpResponse:
    """Ask, then end it now."""
    row, form = (
        _named(request, workspace, take_up_id),
        ChangeForm(request.POST if request.method == "POST" else None),
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            take_ups.end(row, by=request.actor)
            answers.toast(request, _("{what} has ended.").format(what=name_of(row)))
            mine = row.member == request.member
            back = workspace.url("my_access") if mine else workspace.url("take_up", row.public_id)
            return back_to(request, back)
    return answers.confirm(
        request,
        form,
        at="my_access",
        title=_("End {what} now?").format(what=name_of(row)),
        verb=_("End now"),
        back=workspace.url("take_up", row.public_id),
        effects=[_("It gives nothing any more from now on. It can be taken up again.")],
    )


@needs("administer", methods=("POST",))
def take_up_look(request: MemberRequest, workspace: Workspace, take_up_id: str) -> HttpResponse:
    """Write down what an owner found who looked at a broken glass."""
    row, form = _named(request, workspace, take_up_id), FindingForm(request.POST)
    if form.is_valid():
        with form.refusals():
            take_ups.look_at(row, form.cleaned_data["finding"], by=request.actor)
            answers.toast(request, _("Written down."))
            return back_to(request, workspace.url("take_up", row.public_id))
    return _page(request, workspace, _named(request, workspace, take_up_id), look=form)


def _named(request: MemberRequest, workspace: Workspace, ident: str) -> TakeUp:
    """Return one that the asker may see: their own, one they may answer, any for owners."""
    row = workspace.take_ups.with_all().filter(public_id=ident).first()
    if row is None:
        raise Http404
    if row.member == request.member or request.access.is_owner:
        return row
    if not may_answer(request.member, row):
        raise Http404
    return row


def _page(
    request: MemberRequest,
    workspace: Workspace,
    row: TakeUp,
    form: AnswerForm | None = None,
    look: FindingForm | None = None,
) -> HttpResponse:
    mine = workspace.take_ups.filter(pk=row.pk)
    waits, runs = mine.waiting().exists(), mine.running().exists()
    context = {
        "workspace": workspace,
        "take_up": row,
        "what": name_of(row),
        "waits": waits,
        "runs": runs,
        "may_answer": waits and row.member != request.member and may_answer(request.member, row),
        "may_end": (waits or runs) and (row.member == request.member or request.access.is_owner),
        "form": form,
        "look": look or FindingForm(),
        "may_look": row.glass
        and row.looked_at is None
        and request.access.is_owner
        and row.member != request.member,
    }
    wrong = form or look
    status = wrong.status if wrong else HTTPStatus.OK
    template = "workspaces/taking_up/take_up.html"
    return answers.page(request, template, context, at="my_access", status=status)
