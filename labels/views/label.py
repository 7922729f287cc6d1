"""One label: where it is used, and the ways to be rid of it – delete or replace (L4, L5)."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _, ngettext_lazy

from config.web.lists.listing import paged
from config.web.lists.returning import back_to, carried, returning
from labels import operations
from labels.forms import DeleteForm, ReplaceForm
from labels.models import Label
from labels.operations.replacing import ReplaceReview, preview
from labels.syntax import LabelName
from workspaces.catalogue import role_of
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Grant, Workspace
from workspaces.views.console import answers, concerned_words, review_words, wording

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class ThingUse:
    """A source or space that carries the label."""

    name: str
    slug: str
    type_name: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class GrantUse:
    """A grant that asks for the label, with whoever holds it."""

    kind: str
    icon: str
    name: str
    url: str
    role_name: str
    level: str
    labels: list[str]
    ended: bool
    planned: bool
    starts_at: datetime | None

    @property
    def idle(self) -> bool:
        """Whether it gives nothing now (W1)."""
        return self.ended or self.planned


@needs("administer")
def label(request: MemberRequest, workspace: Workspace, name: LabelName) -> HttpResponse:
    """One label with every use of it."""
    found = named_label(workspace, name)
    return answers.page(
        request,
        "labels/label.html",
        {**uses_of(request, workspace, found), **addresses(request, workspace, found)},
        fragments=("things", "grants"),
        at="labels",
    )


@needs("administer", methods=(*SAFE, "POST"))
def label_delete(request: MemberRequest, workspace: Workspace, name: LabelName) -> HttpResponse:
    """Ask before an unused label goes; refuse one in use with every use listed (L4, XD9)."""
    found = named_label(workspace, name)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.delete(found, by=request.actor)
            answers.toast(request, _("Deleted the label {label}.").format(label=found))
            return back_to(request, workspace.url("labels"))
    uses = uses_of(request, workspace, found)
    urls = addresses(request, workspace, found)
    if not uses["used"]:
        return answers.confirm(
            request,
            form,
            at="labels",
            title=_("Delete {label}?").format(label=found),
            verb=_("Delete label"),
            back=urls["url"],
            effects=[_("It is on nothing and in no grant, so nobody's access changes.")],
        )
    return answers.page(
        request,
        "labels/label_delete.html",
        {**uses, **urls, "form": form},
        fragments=("dialog",),
        at="labels",
        status=form.status,
    )


def addresses(request: MemberRequest, workspace: Workspace, found: Label) -> dict[str, str]:
    """Return the addresses of a label's own page and of what can be done there."""
    kept = carried(request)
    return {
        "url": workspace.url("label", found) + kept,
        "delete_url": workspace.url("label_delete", found) + kept,
        "replace_url": workspace.url("label_replace", found) + kept,
        "list_url": returning(request, workspace.url("labels")),
    }


def uses_of(request: MemberRequest, workspace: Workspace, label: Label) -> answers.Context:
    """Return a page of each kind of use; 4 statements."""
    carrying = workspace.resources.filter(labelled__label=label).order_by("type", "sort_key", "pk")
    things = paged(request, carrying, key="things")
    asking = (
        workspace.grants.filter(label_set__label=label)
        .with_state()
        .select_related("member__user", "group", "token", "invite")
        .prefetch_related("label_set__label")
        .order_by("group__sort_key", "role", "pk")
    )
    grants = paged(request, asking, key="grants")
    return {
        "label": label,
        "things_page": things,
        "grants_page": grants,
        "things": [
            ThingUse(
                row.name,
                row.slug,
                wording.singular(row.type),
                wording.ICONS[row.type],
                workspace.url("resource", row.type, row.slug),
            )
            for row in things.rows
        ],
        "grants": [_grant_use(workspace, grant) for grant in grants.rows],
        "used": bool(things.paginator.count or grants.paginator.count),
    }


def _grant_use(workspace: Workspace, grant: Grant) -> GrantUse:
    role = role_of(grant.role)
    return GrantUse(
        *_holder(workspace, grant),
        role.name,
        role.level,
        sorted(str(row.label) for row in grant.label_set.all()),
        ended=grant.expired,  # type: ignore[attr-defined]
        planned=grant.planned,  # type: ignore[attr-defined]
        starts_at=grant.starts_at,
    )


def _holder(workspace: Workspace, grant: Grant) -> tuple[str, str, str, str]:
    """Return kind, icon, name and address of whoever holds a grant."""
    if grant.member:
        person = grant.member.user.get_full_name()
        return "member", "user", person, workspace.url("member", grant.member.public_id)
    if grant.group:
        return "group", "boxes", grant.group.name, workspace.url("group", grant.group.public_id)
    if grant.token:
        return "token", "key", grant.token.name, workspace.url("tokens")
    email = grant.invite.email if grant.invite else ""
    return "invite", "mail", email, f"{workspace.url('members')}?q={email}"


def named_label(workspace: Workspace, name: LabelName) -> Label:
    """Return the workspace's label of this name. Raises Http404 for any other (XA1)."""
    label = workspace.labels.named(name).first()
    if label is None:
        raise Http404
    label.workspace = workspace
    return label


@dataclass(frozen=True, slots=True)
class ReplaceWords:
    """The review ready to draw; `concerned` only where the other label is there already."""

    new: str
    made: bool
    things: str
    grants: int
    holders: str
    concerned: concerned_words.ConcernedWords | None
    digest: str


@needs("administer", methods=(*SAFE, "POST"))
def label_replace(request: MemberRequest, workspace: Workspace, name: LabelName) -> HttpResponse:
    """Type the other label, see what moves over, then replace in one step."""
    old = named_label(workspace, name)
    sent = request.POST if request.method == "POST" else request.GET
    form = ReplaceForm(sent if request.method == "POST" or sent.get("new") else None)
    review = _review(old, form)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            new = operations.replace(old, form.cleaned_data["new"], by=form.said_by(request.actor))
            answers.toast(
                request,
                _("Replaced {old} by {new}.").format(old=old, new=new),
                undo=answers.changed_by(request),
            )
            # The list outlives the label: an undo comes back to the page that offered it.
            return back_to(request, workspace.url("labels"))
    text = str(form["new"].value() or "").strip()[:127]
    others = workspace.labels.matching(text).exclude(pk=old.pk)
    return answers.page(
        request,
        "labels/label_replace.html",
        {
            **addresses(request, workspace, old),
            "label": old,
            "form": form,
            "review": _words(workspace, form, review) if review else None,
            "others": list(others.by_name()[:SUGGESTED]),
        },
        fragments=("change-review",),
        at="labels",
        status=form.status if request.method == "POST" else 200,
    )


def _review(old: Label, form: ReplaceForm) -> ReplaceReview | None:
    """Work out what would move over; what speaks against it goes on the form."""
    if form.is_valid():
        with form.refusals():
            return preview(old, form.cleaned_data["new"])
    return None


def _words(workspace: Workspace, form: ReplaceForm, review: ReplaceReview) -> ReplaceWords:
    kinds = {
        "member": ngettext_lazy("{n} of a member", "{n} of members", "n"),
        "group": ngettext_lazy("{n} of a group", "{n} of groups", "n"),
        "token": ngettext_lazy("{n} of a token", "{n} of tokens", "n"),
        "invite": ngettext_lazy("{n} of an invite", "{n} of invites", "n"),
    }
    return ReplaceWords(
        str(review.there or form.cleaned_data["new"]),
        review.there is None,
        review_words.joined(wording.counted(n, type_) for type_, n in review.resources),
        review.grants,
        review_words.joined(kinds[kind].format(n=n) for kind, n in review.holders),
        concerned_words.words_of_concerned(workspace, review.concerned)
        if review.concerned
        else None,
        review.digest,
    )
