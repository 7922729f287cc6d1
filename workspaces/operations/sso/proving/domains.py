"""Every change of a workspace's domains (P1): listing one, proving it, giving it up.

To look outside takes a while and is done before the lock; what was seen is then written under
it, where the right is asked again.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from config.web.values.public_ids import public_id
from workspaces.change import Actor, audit, lock_workspace, require_proof, reread, target
from workspaces.errors import Conflict, Refused
from workspaces.models import Domain, MemberQuerySet, Workspace
from workspaces.models.sso.domain import MISSED_FOR, WORD_LASTS, DomainProof, DomainState
from workspaces.operations.sso import telling_owners
from workspaces.operations.sso.proving.domain_names import clean_domain
from workspaces.operations.sso.proving.looking import Look, look_at

MOST = 20  # domains of one workspace
ELSEWHERE = "This domain is claimed elsewhere. It can be proved here once it is given up there."
OVER = (DomainState.OUT_OF_DATE, DomainState.LAPSED)  # whose words prove nothing any more


def add(workspace: Workspace, text: str, *, by: Actor, ident: str = "") -> Domain:
    """Put a domain on the list, with a word that proves it; one event.

    Where an earlier send of the same form (`ident`) did, that one is returned (XI7). Raises
    Refused for a name that is nobody's own, is here already, or is one too many.
    """
    name = clean_domain(text)
    with lock_workspace(workspace.pk, by=by) as locked:
        require_proof(by)
        if ident and (made := locked.domains.filter(public_id=ident).first()):
            return made
        domain = _listed(locked, name, ident or public_id())
        audit.record(locked, "domain.added", by=by, target=target(domain))
        return domain


def _listed(workspace: Workspace, name: str, ident: str) -> Domain:
    """Write the row of a domain, without an event. Raises Refused."""
    if workspace.domains.filter(name=name).exists():
        raise Refused("P1", f"{name} is on the list already.", field="name")
    if workspace.domains.count() >= MOST:
        raise Refused("P1", f"A workspace has at most {MOST} domains.", field="name")
    ends = timezone.now() + WORD_LASTS
    return Domain.objects.create(workspace=workspace, public_id=ident, name=name, word_ends=ends)


def renew(domain: Domain, *, by: Actor) -> Domain:
    """Give a domain whose word is out of date, or that lapsed, a new word; one event."""
    with lock_workspace(domain.workspace_id, by=by) as workspace:
        require_proof(by)
        found = reread(workspace.domains.all(), domain)
        if found.state not in OVER:
            raise Conflict("P1", f"The word of {found.name} is still good.")
        fresh = Domain(word_ends=timezone.now() + WORD_LASTS)
        for field in Domain.PROVING:
            setattr(found, field, getattr(fresh, field))
        found.save(update_fields=Domain.PROVING)
        audit.record(workspace, "domain.renewed", by=by, target=target(found))
        return found


def check(domain: Domain, *, by: Actor) -> Domain:
    """Look whether a domain carries its word, and write down what was seen.

    It is proved by that, or its proof is missing from now on. Raises Conflict where its word
    is out of date or was replaced meanwhile.
    """
    require_proof(by)
    _require_good(domain)
    look = look_at(domain.name, domain.word)
    return note(domain, look, by=by)


def note(domain: Domain, look: Look, *, by: Actor) -> Domain:
    """Write down what a look at a domain saw, and what follows from it; at most one event."""
    with lock_workspace(domain.workspace_id, by=by) as workspace:
        found = reread(workspace.domains.all(), domain)
        if found.word != domain.word:
            raise Conflict("P1", f"{found.name} has a new word meanwhile. Look again.")
        now = timezone.now()
        found.looked_at = now
        found.record_sight, found.page_sight = look.record, look.page or ""
        if found.proved_at is None or found.lapsed_at is not None:
            _require_good(found)
            found.contested_at = None
            if look.proof is not None and not _claim(workspace, found, look.proof, by=by):
                found.contested_at = now
        elif found.proved_by == DomainProof.OPERATOR:
            pass  # it stands by the operator's word, which no look takes back
        elif look.proof is not None:
            found.proved_by = look.proof
            found.missing_since = found.told_at = None
        else:
            _miss(workspace, found, look, now, by=by)
        found.save()
        return found


def _require_good(domain: Domain) -> None:
    if domain.lapsed_at is not None or domain.state == DomainState.OUT_OF_DATE:
        raise Conflict("P1", f"The word of {domain.name} is out of date. Make a new one.")


def _claim(workspace: Workspace, domain: Domain, proof: DomainProof, *, by: Actor) -> bool:
    """Hold the name for this workspace, with an event; False where another one holds it.

    Two that are proved at the same moment hold locks of different workspaces: between them
    the database decides, by its constraint.
    """
    if Domain.objects.claiming().filter(name=domain.name).exclude(pk=domain.pk).exists():
        return False
    domain.proved_at, domain.proved_by = timezone.now(), proof
    domain.contested_at = domain.missing_since = domain.told_at = domain.lapsed_at = None
    try:
        with transaction.atomic():
            domain.save()
    except IntegrityError:
        domain.proved_at, domain.proved_by = None, ""
        return False
    audit.record(workspace, "domain.proved", by=by, target=target(domain), after={"by": proof})
    return True


def _miss(workspace: Workspace, domain: Domain, look: Look, now: datetime, *, by: Actor) -> None:
    """Count the days that a proof is gone, and let the domain lapse when they are over."""
    domain.missing_since = domain.missing_since or now
    if domain.missing_since + MISSED_FOR > now:
        telling_owners.tell_of_missing(workspace, domain, now, sure=look.told)
        return
    domain.lapsed_at = now
    audit.record(workspace, "domain.lapsed", by=by, target=target(domain))
    telling_owners.tell_of_lapse(workspace, domain)


def give_up(domain: Domain, *, by: Actor) -> Domain:
    """Take a domain off the list, so that another workspace may prove it; one event."""
    with lock_workspace(domain.workspace_id, by=by) as workspace:
        require_proof(by)
        found = reread(workspace.domains.all(), domain)
        state = found.state
        Domain.objects.filter(pk=found.pk).delete()
        audit.record(
            workspace, "domain.given_up", by=by, target=target(found), before={"state": state}
        )
        return found


def prove_by_operator(workspace: Workspace, text: str, *, by: Actor) -> Domain:
    """Take an operator's word that a domain is the workspace's, on its list or not yet.

    It is not looked at from then on: it stays until it is given up. Raises Conflict where
    another workspace holds it.
    """
    name = clean_domain(text)
    with lock_workspace(workspace.pk, by=by) as locked:
        found = locked.domains.filter(name=name).first()
        if found is not None and found.state == DomainState.PROVED:
            raise Conflict("P1", f"{name} is proved already.")
        found = found or _listed(locked, name, public_id())
        if not _claim(locked, found, DomainProof.OPERATOR, by=by):
            raise Conflict("P1", ELSEWHERE)
        return found


def people_of(domain: Domain) -> MemberQuerySet:
    """Return the active members whose addresses belong to a domain."""
    members = domain.workspace.members.active()
    return members.filter(user__email__endswith=f"@{domain.name}")
