"""Answers questions of the decision API, any number in a fixed number of statements."""

from collections.abc import Sequence
from typing import Any

from workspaces.access.decide import Facts, Policy, allows, allows_on_workspace
from workspaces.access.engine import Access
from workspaces.access.explain import Explanation, explain, reasons_of
from workspaces.access.facts import load_facts
from workspaces.api.authzen.guards import shown
from workspaces.api.authzen.name_map import names_for
from workspaces.api.authzen.names import Thing, policies_of, things_of
from workspaces.api.authzen.questions import Batch, Question
from workspaces.api.bodies import Fault
from workspaces.models import Member, Resource, Token, Workspace
from workspaces.operations.taking_up.openings import openings

Answer = dict[str, Any]


def answer(token: Token, question: Question) -> Answer:
    """Answer one question; at most 4 statements, and those of explain where it is asked for.

    One more where the workspace has words of its own.
    """
    return _answers(token, [question])[0]


def answer_batch(token: Token, batch: Batch) -> list[Answer]:
    """Answer a batch in order, up to the decision it stops at (that one included).

    A question that could not be read is a no with its error (AuthZEN 1.0, 7.2).
    """
    readable = [q for q in batch.questions if isinstance(q, Question)]
    said = iter(_answers(token, readable))
    found: list[Answer] = []
    for question in batch.questions:
        found.append(_faulty(question) if isinstance(question, Fault) else next(said))
        if found[-1]["decision"] is batch.stops_at:
            break
    return found


def _faulty(fault: Fault) -> Answer:
    return {"decision": False, "context": {"error": shown(fault.status, fault.message)}}


def _answers(token: Token, asked: Sequence[Question]) -> list[Answer]:
    """Answer questions; at most 9 statements for any number, besides those of explain."""
    workspace, names = token.workspace, names_for(token, asked)
    questions = [names.question(one) for one in asked]
    policies = policies_of(workspace, (q.subject for q in questions))
    things = things_of(workspace, (q.resource for q in questions))
    rows = [thing for thing in things.values() if isinstance(thing, Resource)]
    facts = load_facts(rows, policies.values()) if rows else {}
    return [_answer(q, policies.get(q.subject), things.get(q.resource), facts) for q in questions]


def _answer(
    question: Question, policy: Policy | None, thing: Thing | None, facts: dict[int, Facts]
) -> Answer:
    if policy is None or thing is None:
        decision = False
    elif isinstance(thing, Workspace):
        decision = allows_on_workspace(policy, question.action)
    else:
        decision = allows(policy, question.action, facts[thing.pk])
    said: Answer = {"decision": decision}
    if question.explain:
        said["context"] = {"reasons": _reasons(question, policy, thing)}
        if not decision and policy is not None and thing is not None:
            said["context"] |= _could_take_up(question, policy, thing)
    return said


def _could_take_up(question: Question, policy: Policy, thing: Thing) -> Answer:
    """Return the nearest thing that its subject could take up to turn the no into a yes (W8).

    What runs or waits for an answer is not told; nothing is told of tokens and groups, which take
    nothing up.
    """
    kind, pk = policy.holder or ("", 0)
    if kind != "member":
        return {}
    workspace = thing if isinstance(thing, Workspace) else thing.workspace
    member = Member(pk=pk, workspace=workspace)
    for near in openings(member, Access(policy), question.action, thing):
        told = {
            "name": near.name,
            "longest_minutes": near.minutes,
            "approval": near.asks,
            "proof": near.proof,
            "break_glass": near.glass,
        }
        return {"could_take_up": {**told, **({"group": near.group} if near.group else {})}}
    return {}


def _reasons(question: Question, policy: Policy | None, thing: Thing | None) -> list[str]:
    explained = Explanation(decision=False)
    if policy is not None and thing is not None:
        explained = explain(Access(policy), question.action, thing)
    return reasons_of(explained)
