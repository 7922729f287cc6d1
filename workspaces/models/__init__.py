"""The models of a workspace; everybody outside this folder imports them from here."""

from workspaces.models.alias import AliasRequest
from workspaces.models.daily_count import DailyCount
from workspaces.models.decision_name import DecisionName, NameKind
from workspaces.models.directory import (
    DirectoryCall,
    DirectoryGroup,
    DirectoryPerson,
    DirectoryPersonQuerySet,
    WaitingMember,
)
from workspaces.models.eligible import Approver, Eligibility, TakeUp, TakeUpQuerySet
from workspaces.models.event import ActorKind, Event, EventQuerySet, Mention, MentionQuerySet
from workspaces.models.grant import (
    Grant,
    GrantLabel,
    GrantQuerySet,
    GrantResource,
    GrantTerms,
    PolicyWording,
)
from workspaces.models.group import Group, GroupMember, GroupQuerySet
from workspaces.models.invite import Invite, InviteGroup, InviteQuerySet
from workspaces.models.member import Member, MemberQuerySet
from workspaces.models.offered import Manager, Offer, OfferedTo, OfferQuerySet
from workspaces.models.request import AccessRequest, AccessRequestQuerySet, Outcome
from workspaces.models.resource import Connection, FormerSlug, PlanRule, Resource, ResourceQuerySet
from workspaces.models.review import (
    Again,
    Answer,
    Covers,
    Review,
    Reviewers,
    ReviewItem,
    ReviewItemQuerySet,
    ReviewOutcome,
    ReviewQuerySet,
    Unanswered,
    Way,
)
from workspaces.models.saved_view import SavedView, SavedViewQuerySet
from workspaces.models.sso.binding import SsoBinding, SsoBindingQuerySet
from workspaces.models.sso.connection import (
    ConnectionKind,
    ConnectionState,
    SsoConnection,
    SsoConnectionQuerySet,
)
from workspaces.models.sso.domain import Domain, DomainQuerySet
from workspaces.models.sso.session import SpentAnswer, VouchedSession, VouchedSessionQuerySet
from workspaces.models.support import SupportVisit, SupportWindow, SupportWindowQuerySet
from workspaces.models.tally import Tally
from workspaces.models.token import Token, TokenKind, TokenQuerySet
from workspaces.models.workspace import Plan, Workspace, WorkspaceQuerySet

__all__ = [
    "AccessRequest",
    "AccessRequestQuerySet",
    "ActorKind",
    "Again",
    "AliasRequest",
    "Answer",
    "Approver",
    "Connection",
    "ConnectionKind",
    "ConnectionState",
    "Covers",
    "DailyCount",
    "DecisionName",
    "DirectoryCall",
    "DirectoryGroup",
    "DirectoryPerson",
    "DirectoryPersonQuerySet",
    "Domain",
    "DomainQuerySet",
    "Eligibility",
    "Event",
    "EventQuerySet",
    "FormerSlug",
    "Grant",
    "GrantLabel",
    "GrantQuerySet",
    "GrantResource",
    "GrantTerms",
    "Group",
    "GroupMember",
    "GroupQuerySet",
    "Invite",
    "InviteGroup",
    "InviteQuerySet",
    "Manager",
    "Member",
    "MemberQuerySet",
    "Mention",
    "MentionQuerySet",
    "NameKind",
    "Offer",
    "OfferQuerySet",
    "OfferedTo",
    "Outcome",
    "Plan",
    "PlanRule",
    "PolicyWording",
    "Resource",
    "ResourceQuerySet",
    "Review",
    "ReviewItem",
    "ReviewItemQuerySet",
    "ReviewOutcome",
    "ReviewQuerySet",
    "Reviewers",
    "SavedView",
    "SavedViewQuerySet",
    "SpentAnswer",
    "SsoBinding",
    "SsoBindingQuerySet",
    "SsoConnection",
    "SsoConnectionQuerySet",
    "SupportVisit",
    "SupportWindow",
    "SupportWindowQuerySet",
    "TakeUp",
    "TakeUpQuerySet",
    "Tally",
    "Token",
    "TokenKind",
    "TokenQuerySet",
    "Unanswered",
    "VouchedSession",
    "VouchedSessionQuerySet",
    "WaitingMember",
    "Way",
    "Workspace",
    "WorkspaceQuerySet",
]
