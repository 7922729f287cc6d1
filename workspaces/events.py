"""The kinds of events of the trail, as data (A1). Everything that knows one reads it here.

What is written, and by which operation, stands in the operation; how an event is taken back
in `operations/trail/undo.py`. A kind that is not in this table is never recorded.
"""

from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workspaces.catalogue import ResourceType

Words = str | Promise

# What an event may be about: the types of its target.
ANYTHING: tuple[str, ...] = ()
THING = tuple(str(type_) for type_ in ResourceType)
MEMBER, GROUP, TOKEN, INVITE = ("member",), ("group",), ("token",), ("invite",)
REQUEST, LABEL, ADDRESS, WORKSPACE = ("request",), ("label",), ("address",), ("workspace",)
DOMAIN, CONNECTION, REVIEW = ("domain",), ("connection",), ("review",)
HOLDER, PEOPLE = (*MEMBER, *GROUP, *TOKEN), (*MEMBER, "members")
TOKENS, GROUPS = (*TOKEN, "tokens"), (*GROUP, "groups")

NEVER = _("This kind of change is not taken back.")
BY_SUPPORT = _("Accounts are activated and deactivated by support.")
DELETED = _("What was deleted does not come back. The event still lists what it was.")
TAKEN_OUT = _("A file that was taken out cannot be called back.")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event, named `noun.past_participle`.

    `sentence` stands between the names of its actor and of its target, which is of one of the
    types in `about`. `undoable` says that an undo takes it back, else `why_not` says why none
    does. Who makes it is always asked for a reason where it is `reasoned`. `looks` tells what
    was looked at, not what was changed. `public` is its name in the Public API, where that
    differs; of a thing it follows the noun of its type. `filtered` stands for the sentence in
    filters, where another kind has the same one.
    """

    name: str
    sentence: Words
    about: tuple[str, ...]
    undoable: bool = False
    why_not: Words = NEVER
    reasoned: bool = False
    looks: bool = False
    public: str = ""
    filtered: Words = ""

    @property
    def title(self) -> str:
        """What filters call it: its sentence, open where the name of its target stands."""
        return f"{str(self.filtered or self.sentence).rstrip(':,')} …"


_KINDS = (
    Kind("workspace.created", _("made the workspace"), WORKSPACE),
    Kind("workspace.imported", _("imported a document"), WORKSPACE,
         why_not=_("A document is taken back by importing the one before it.")),
    Kind("workspace.settings_changed", _("changed the settings of"), WORKSPACE),
    Kind("workspace.sign_in_changed", _("changed the sign-in rules of"), WORKSPACE, undoable=True),
    Kind("workspace.closed", _("closed the workspace"), WORKSPACE),
    Kind("workspace.reopened", _("reopened the workspace"), WORKSPACE, reasoned=True),
    Kind("workspace.restored", _("restored a backup, and suspended tokens and invites, of"),
         WORKSPACE),
    Kind("workspace.held_confirmed",
         _("confirmed what was suspended since a backup was restored in"), WORKSPACE),
    Kind("workspace.erased", _("erased what was in the workspace"), WORKSPACE),
    Kind("workspace.name_mapped", _("mapped a name of the decision API of"), WORKSPACE,
         undoable=True),
    Kind("workspace.name_unmapped", _("unmapped a name of the decision API of"), WORKSPACE,
         undoable=True),
    Kind("member.added", _("added"), MEMBER, public="User Added",
         why_not=_("Remove the member instead; that shows what goes with them.")),
    Kind("member.removed", _("removed"), MEMBER, public="Group Memberships Deleted",
         why_not=_("Adding somebody again starts from minimal access. Invite them anew.")),
    Kind("member.left", _("left, as"), MEMBER, public="User Removed",
         why_not=_("Who left is let in again by an invite.")),
    Kind("member.owner_changed", _("changed the ownership of"), MEMBER, undoable=True),
    Kind("member.deactivated", _("deactivated the account of"), MEMBER, reasoned=True,
         why_not=BY_SUPPORT),
    Kind("member.reactivated", _("reactivated the account of"), MEMBER, reasoned=True,
         why_not=BY_SUPPORT),
    Kind("member.recorded", _("put down, not active,"), MEMBER,
         why_not=_("It gave nobody anything; the directory may change it.")),
    Kind("member.linked", _("changed what the directory says of"), MEMBER,
         why_not=_("What the directory says is changed in the directory.")),
    Kind("member.forgotten", _("let the directory forget"), MEMBER,
         why_not=_("The directory may put them in again.")),
    Kind("members.removed", _("removed"), PEOPLE, public="Group Memberships Deleted",
         filtered=_("removed several people at once:"),
         why_not=_("Adding people again starts from minimal access. Invite them anew.")),
    Kind("group.linked", _("took into the directory the group"), GROUP,
         why_not=_("Take the group over instead.")),
    Kind("group.opened", _("opened to the directory the group"), GROUP,
         why_not=_("Close the group to the directory again.")),
    Kind("group.closed", _("closed to the directory the group"), GROUP,
         why_not=_("Open the group to the directory again.")),
    Kind("group.taken_over", _("took over from the directory the group"), GROUP,
         why_not=_("The directory takes it again with its next change of the group.")),
    Kind("group.created", _("made the group"), GROUP, public="User Group Created",
         why_not=_("Delete the group instead; that shows who loses what.")),
    Kind("group.managers_changed", _("changed who manages"), GROUP, undoable=True),
    Kind("group.offer_changed", _("changed who may ask to be in"), GROUP, undoable=True),
    Kind("group.described", _("renamed or described the group"), GROUP, undoable=True,
         public="User Group Updated"),
    Kind("group.deleted", _("deleted the group"), GROUP, why_not=DELETED,
         public="User Group Deleted"),
    Kind("groups.deleted", _("deleted groups:"), GROUPS, why_not=DELETED,
         public="User Group Deleted"),
    Kind("groups.members_added", _("added people to groups:"), GROUPS,
         public="Subjects Added to Group", why_not=_("Take them out of each group instead.")),
    Kind("groups.exported", _("took the list of groups as a file out of"), WORKSPACE,
         why_not=TAKEN_OUT),
    Kind("group.members_added", _("added people to"), GROUP, undoable=True,
         public="Subjects Added to Group"),
    Kind("group.members_removed", _("took people out of"), GROUP, undoable=True,
         public="Group Memberships Deleted"),
    Kind("group.members_replaced", _("changed who is in"), GROUP,
         public="Subjects Added to Group"),
    Kind("group.members_awaited", _("changed who, not active, waits to be in"), GROUP,
         why_not=_("Who is in the group is said in the directory.")),
    Kind("group.members_moved", _("moved people to another group from"), GROUP, undoable=True),
    Kind("group.memberships_moved", _("changed from when until when people are in"), GROUP,
         undoable=True),
    Kind("policy.changed", _("changed the access of"), HOLDER, undoable=True,
         public="Policy Deleted"),
    Kind("policy.extended", _("gave more access to"), HOLDER, undoable=True,
         public="Policy Created"),
    Kind("grants.given_to_many", _("gave one grant to"), PEOPLE,
         why_not=_("Choose the same people and edit, or let the grant end.")),
    Kind("grants.ends_moved", _("moved the ends of grants of"), PEOPLE,
         why_not=_("Choose the same people and set the end again.")),
    Kind("grant.end_moved", _("moved the end of a grant of"), MEMBER,
         why_not=_("Move the end again; the event says when it was.")),
    Kind("invite.sent", _("invited"), INVITE, public="User Invited to Workspace"),
    Kind("invites.sent", _("invited people to"), WORKSPACE, public="User Invited to Workspace"),
    Kind("invite.resent", _("sent a new link to"), INVITE),
    Kind("invite.changed", _("changed the invite of"), INVITE),
    Kind("invite.revoked", _("withdrew the invite of"), INVITE, public="Invite Deleted"),
    Kind("invite.accepted", _("accepted the invite as"), MEMBER),
    Kind("invites.voided", _("ended invites, whose sender is no owner any more, to"),
         WORKSPACE),
    Kind("invites.emptied", _("deleted what open invites offered, in"), WORKSPACE),
    Kind("invites.overtaken", _("ended open invites of people who came in or left, in"),
         WORKSPACE),
    Kind("label.created", _("made the label"), LABEL, undoable=True, public="Label Created"),
    Kind("label.deleted", _("deleted the label"), LABEL, public="Label Deleted",
         why_not=_("Make the label again; nothing used it when it was deleted.")),
    Kind("label.replaced", _("replaced the label"), LABEL, undoable=True),
    Kind("resource.created", _("added"), THING, public="Created",
         why_not=_("Delete the resource instead; that shows which grants shrink.")),
    Kind("resource.read", _("looked at"), THING, looks=True),
    Kind("resource.renamed", _("renamed"), THING, undoable=True, public="Modified"),
    Kind("resource.changed", _("changed the settings of"), THING, public="Modified"),
    Kind("resource.deleted", _("deleted"), THING, why_not=DELETED, public="Deleted"),
    Kind("resource.relabelled", _("changed the labels of"), THING, undoable=True,
         public="Modified"),
    Kind("resources.relabelled", _("labelled sources or spaces:"), (*LABEL, *WORKSPACE),
         public="Source Modified"),
    Kind("resource.connected", _("connected"), THING, undoable=True, public="Modified"),
    Kind("resource.disconnected", _("disconnected"), THING, undoable=True, public="Modified"),
    Kind("token.created", _("made the token"), TOKEN,
         why_not=_("Revoke the token instead; it then ends at once.")),
    Kind("token.rotated", _("gave a new secret to the token"), TOKEN,
         why_not=_("The old secret may be known to others. Rotate again, or revoke the token.")),
    Kind("token.confirmed", _("confirmed, after a backup was restored, the token"), TOKEN),
    Kind("token.revoked", _("revoked the token"), TOKEN,
         why_not=_("A revoked token stays dead. Make a new one.")),
    Kind("tokens.revoked", _("revoked tokens:"), TOKENS,
         why_not=_("A revoked token stays dead. Make a new one.")),
    Kind("tokens.ends_moved", _("moved the ends of tokens:"), TOKENS,
         why_not=_("Choose the same tokens and set the end again.")),
    Kind("resources.exported", _("took a list of sources, spaces or the like as a file out of"),
         WORKSPACE, why_not=TAKEN_OUT),
    Kind("tokens.exported", _("took the list of tokens as a file out of"), WORKSPACE,
         why_not=TAKEN_OUT),
    Kind("domain.added", _("listed the domain"), DOMAIN,
         why_not=_("Give the domain up instead.")),
    Kind("domain.renewed", _("made a new word for the domain"), DOMAIN,
         why_not=_("The word before it was out of date. Give the domain up instead.")),
    Kind("domain.proved", _("proved the domain"), DOMAIN,
         why_not=_("Give the domain up instead; that shows what follows.")),
    Kind("domain.lapsed", _("no longer finds the proof of the domain"), DOMAIN,
         why_not=_("Make a new word for it, and prove it anew.")),
    Kind("domain.given_up", _("gave up the domain"), DOMAIN,
         why_not=_("Somebody else may hold it by now. List it again, and prove it anew.")),
    Kind("connection.added", _("added the connection"), CONNECTION,
         why_not=_("Take the connection out instead; that shows whom it shuts out.")),
    Kind("connection.changed", _("changed the connection"), CONNECTION,
         why_not=_("Write the former values again; they need a test of their own.")),
    Kind("connection.tested", _("tested the connection"), CONNECTION),
    Kind("connection.switched", _("switched the connection"), CONNECTION,
         why_not=_("Switch the connection again.")),
    Kind("connection.taken_out", _("took out the connection"), CONNECTION,
         why_not=_("Add the provider again, and test it.")),
    Kind("member.admitted", _("let in, for the first time,"), MEMBER, public="User Added",
         why_not=_("Remove the member instead; that shows what goes with them.")),
    Kind("member.bound", _("bound to a provider's id the account of"), MEMBER,
         why_not=_("Release the binding instead.")),
    Kind("binding.released", _("released from a provider's id"), (*MEMBER, *CONNECTION),
         why_not=_("Their next sign-in by the connection binds them again.")),
    Kind("workspace.sso_required", _("changed whether its connections are required in"),
         WORKSPACE, why_not=_("Switch it again.")),
    Kind("members.exempted", _("changed who is exempt from the connections:"),
         (*MEMBER, *WORKSPACE), why_not=_("Exempt them again, or no more.")),
    Kind("take_up.asked", _("asks for time-limited access of"), MEMBER,
         why_not=_("Whoever asked takes it back; an approver refuses it.")),
    Kind("take_up.begun", _("started time-limited access of"), MEMBER,
         why_not=_("End it now instead.")),
    Kind("take_up.refused", _("refused time-limited access of"), MEMBER,
         why_not=_("They can ask again.")),
    Kind("take_up.ended", _("ended time-limited access of"), MEMBER,
         why_not=_("It can be taken up again.")),
    Kind("glass.broken", _("broke the glass for time-limited access of"), MEMBER,
         why_not=_("End it now instead.")),
    Kind("glass.looked_at", _("looked into the glass broken by"), MEMBER),
    Kind("review.opened", _("opened the review"), REVIEW,
         why_not=_("It changed nobody's access. Close it without answers instead.")),
    Kind("review.closed", _("closed the review"), REVIEW, undoable=True),
    Kind("review.taken_back", _("took back what was changed by the review"), REVIEW,
         why_not=_("Open another review.")),
    Kind("review.stopped_repeating", _("no longer repeats the review"), REVIEW,
         why_not=_("Open another one that comes again.")),
    Kind("alias.asked", _("asks for an invite of their alias account"), ADDRESS,
         why_not=_("It changed nothing. Whether to invite the account is up to you.")),
    Kind("request.made", _("asked for access to"), REQUEST,
         why_not=_("Whoever asked withdraws it; an owner declines it.")),
    Kind("request.withdrawn", _("no longer asks for access to"), REQUEST,
         why_not=_("They can ask again.")),
    Kind("request.approved", _("gave what was asked for to"), MEMBER, undoable=True),
    Kind("request.declined", _("declined what was asked for by"), MEMBER,
         why_not=_("They can ask again; or change their access yourself.")),
    Kind("requests.closed", _("ended requests for access, answered by a change, in"), WORKSPACE),
    Kind("support.window_opened", _("let support visit"), WORKSPACE, reasoned=True),
    Kind("support.window_closed", _("closed the door to support in"), WORKSPACE),
    Kind("support.visit_begun", _("began a support visit to"), WORKSPACE, reasoned=True),
    Kind("support.visit_ended", _("ended their support visit to"), WORKSPACE),
    Kind("support.page_read", _("looked, on a support visit, at a page about"), ANYTHING,
         looks=True),
    Kind("audit.exported", _("took the audit trail as a file out of"), WORKSPACE,
         why_not=TAKEN_OUT),
    Kind("members.exported", _("took the list of members as a file out of"), WORKSPACE,
         why_not=TAKEN_OUT),
    Kind("access.exported", _("took the list of who may do what as a file out of"), WORKSPACE,
         why_not=TAKEN_OUT),
    Kind("review.exported", _("took the report of a review as a file out of"), WORKSPACE,
         why_not=TAKEN_OUT),
    Kind("audit.purged", _("purged audit events past their retention of"), WORKSPACE),
)  # fmt: skip
# By what the nouns of kinds stand together in filters.
HEADINGS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (_("Access"), ("policy", "grant", "grants", "take_up", "glass", "request", "requests")),
    (_("People"), ("member", "members", "binding", "alias")),
    (_("Invites"), ("invite", "invites")),
    (_("Groups"), ("group", "groups")),
    (_("Tokens"), ("token", "tokens")),
    (_("Labels"), ("label",)),
    (_("Sources, spaces and the like"), ("resource", "resources")),
    (_("Reviews"), ("review",)),
    (_("Sign-in"), ("domain", "connection")),
    (_("The workspace"), ("workspace", "audit", "access")),
    (_("Support"), ("support",)),
)
KINDS = MappingProxyType({kind.name: kind for kind in _KINDS})
LOOKS = tuple(kind.name for kind in _KINDS if kind.looks)
UNDOABLE = tuple(kind.name for kind in _KINDS if kind.undoable)


def kind_of(name: str) -> Kind:
    """Return the kind of a stored event; one that only a newer version knows shows its name."""
    return KINDS.get(name) or Kind(name, name, ANYTHING)
