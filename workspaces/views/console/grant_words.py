"""A grant in a sentence: "Source Admin on environment:prod, starts 1 Jan 2027 (UTC)"."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from config.web.values.dates import end_words, start_words
from workspaces.catalogue import Scope, role_of
from workspaces.change.naming import described
from workspaces.models import GrantTerms
from workspaces.operations.grants import looking
from workspaces.terms import Terms, WrittenTerms


def grant_words(grant: Mapping[str, Any]) -> str:
    """Say a grant as the trail keeps it."""
    return _said(Terms.from_json(grant))


def later_words(come: Iterable[GrantTerms], gone: Iterable[GrantTerms] = ()) -> Iterator[str]:
    """Say what of it starts later or is to be taken up, and what not any more; no statement."""
    texts = (_("From {day} on: {grant}."), _("No longer from {day} on: {grant}."))
    could = (_("To be taken up: {grant}."), _("No longer to be taken up: {grant}."))
    for text, taking, grants in zip(texts, could, (come, gone), strict=True):
        for grant in looking.latent(grants):
            if grant.eligible:
                yield taking.format(grant=grant_words(described(grant)))
            elif grant.starts:
                words = grant_words(described(replace(grant, starts=None)))
                yield text.format(day=start_words(grant.starts), grant=words)


def _said(terms: WrittenTerms) -> str:
    match terms.scope:
        case Scope.LABELS:
            what = _(" and ").join(terms.labels)
        case Scope.RESOURCES:
            what = ", ".join(terms.resources)
        case Scope.ALL:
            what = _("all current & future")
        case _:
            what = _("what this version does not know")
    text = _("{role} on {what}").format(role=role_of(terms.role).name, what=what)
    if terms.starts:
        text = _("{grant}, starts {when}").format(grant=text, when=start_words(terms.starts))
    if terms.ends:
        text = _("{grant}, ends {when}").format(grant=text, when=end_words(terms.ends))
    return text
