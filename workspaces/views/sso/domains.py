"""The domains of a workspace, for owners: listing one, proving it, giving it up (P1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.addresses import spelled
from config.web.limits import HOUR, Limit, count, limited
from workspaces.errors import Conflict
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.sso.domains import DomainForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models import Domain, Workspace
from workspaces.models.sso.domain import DomainProof, DomainState
from workspaces.operations.sso.proving import domains as operations
from workspaces.operations.sso.proving.looking import record_of, tag_of
from workspaces.views.console import answers

STILL_GOOD = (
    DomainState.WAITING, DomainState.CLAIMED, DomainState.PROVED, DomainState.LAPSING,
)  # fmt: skip
TOLD = {
    DomainState.PROVED: gettext_lazy("{name} is proved."),
    DomainState.CLAIMED: gettext_lazy("The word is there, and {name} is claimed elsewhere."),
    DomainState.WAITING: gettext_lazy("The word is not there yet."),
    DomainState.LAPSING: gettext_lazy("The word is not there."),
    DomainState.LAPSED: gettext_lazy("The word is not there, and {name} lapsed."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One domain as the list shows it: what to publish, what may be done, what was just seen."""

    domain: Domain
    name: str
    record: str
    tag: str
    good: bool
    lasting: bool
    url: str
    told: str


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def settings_domains(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All domains of the workspace, and a form for one more."""
    form = DomainForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            domain = operations.add(workspace, said["name"], by=request.actor, ident=said["once"])
            text = _("Now publish the word of {name}.").format(name=spelled(domain.name))
            answers.toast(request, text)
            return redirect(_place(workspace, domain))
    return _draw(request, workspace, form, status=form.status)


@needs("administer", methods=("POST",))
@freshly_proved
@limited(Limit("looks at domains", 30, HOUR))
def domain_check(request: MemberRequest, workspace: Workspace, domain_id: str) -> HttpResponse:
    """Look at a domain at once; the page says what was seen."""
    domain = _named(workspace, domain_id)
    count(request)
    try:
        found = operations.check(domain, by=request.actor)
    except Conflict as clash:
        return _draw(request, workspace, DomainForm(), clash=clash, status=HTTPStatus.CONFLICT)
    text = str(TOLD[found.state]).format(name=spelled(found.name))
    if request.htmx:
        return _draw(request, workspace, DomainForm(), told={found.pk: text})
    answers.toast(request, text)
    return redirect(_place(workspace, found))


@needs("administer", methods=("POST",))
@freshly_proved
def domain_renew(request: MemberRequest, workspace: Workspace, domain_id: str) -> HttpResponse:
    """Make a new word, where the one before it proves nothing any more."""
    try:
        domain = operations.renew(_named(workspace, domain_id), by=request.actor)
    except Conflict as clash:
        return _draw(request, workspace, DomainForm(), clash=clash, status=HTTPStatus.CONFLICT)
    text = _("{name} has a new word. Publish it.").format(name=spelled(domain.name))
    answers.toast(request, text)
    return redirect(_place(workspace, domain))


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def domain_give_up(request: MemberRequest, workspace: Workspace, domain_id: str) -> HttpResponse:
    """Take a domain off the list, once one has seen what follows."""
    domain = _named(workspace, domain_id)
    name, back = spelled(domain.name), workspace.url("settings_domains")
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.give_up(domain, by=request.actor)
            answers.toast(request, _("{name} is given up.").format(name=name))
            return redirect(back)
    return answers.confirm(
        request,
        form,
        at="sign_in",
        title=_("Give up {name}?").format(name=name),
        verb=_("Give up"),
        back=back,
        effects=_effects(domain),
    )


def _effects(domain: Domain) -> list[str]:
    """Return what follows when a domain is given up."""
    again = _("Whoever lists it again has to prove it again, by a new word.")
    if domain.state not in {DomainState.PROVED, DomainState.LAPSING}:
        return [_("It is not proved, so nobody's access changes."), again]
    n = operations.people_of(domain).count()
    moved = ngettext(
        "{n} person here has an address of it. They stay, with all they have.",
        "{n} people here have addresses of it. They stay, with all they have.",
        n,
    )
    return [
        moved.format(n=n) if n else _("Nobody here has an address of it."),
        _("Nobody else is let in for being of it."),
        _("Another workspace may prove it from now on. This is not undone."),
        again,
    ]


def _named(workspace: Workspace, domain_id: str) -> Domain:
    return get_object_or_404(workspace.domains.all(), public_id=domain_id)


def _place(workspace: Workspace, domain: Domain) -> str:
    return f"{workspace.url('settings_domains')}#domain-{domain.public_id}"


def _draw(
    request: MemberRequest,
    workspace: Workspace,
    form: DomainForm,
    *,
    clash: Conflict | None = None,
    told: Mapping[int, str] = MappingProxyType({}),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    return answers.page(
        request,
        "workspaces/sso/settings_domains.html",
        {
            "form": form,
            "clash": clash.messages[0] if clash else "",
            "rows": [
                _row(workspace, domain, told.get(domain.pk, ""))
                for domain in workspace.domains.by_name()
            ],
            "most": operations.MOST,
            "list_url": workspace.url("settings_domains"),
        },
        fragments=("domains",),
        at="sign_in",
        status=status,
    )


def _row(workspace: Workspace, domain: Domain, told: str) -> Row:
    return Row(
        domain,
        spelled(domain.name),
        record_of(domain.word),
        tag_of(domain.word),
        good=domain.state in STILL_GOOD,
        lasting=domain.proved_by == DomainProof.OPERATOR,
        url=f"{workspace.url('settings_domains')}/{domain.public_id}",
        told=told,
    )
