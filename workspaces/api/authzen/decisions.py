"""Answers questions of the decision API, any number in a fixed number of statements."""

from collections.abc import Collection, Sequence
from typing import Any

from workspaces.access.decide import Facts, Policy, allows, allows_on_workspace, bearing_on
from workspaces.access.engine import Access
from workspaces.access.explain import Explanation, explain, reasons_of
from workspaces.api.authzen.guards import shown
from workspaces.api.authzen.name_map import names_for
from workspaces.api.authzen.names import Thing, asked_about, is_itself, things_of
from workspaces.api.authzen.questions import (
    Batch,
    Body,
    Entity,
    Question,
    batch_in,
    question_in,
)
from workspaces.api.bodies import Fault
from workspaces.catalogue import ROLES
from workspaces.models import Member, Workspace
from workspaces.operations.taking_up.openings import openings
from workspaces.operations.tokens.secrets import Bearer

Answer = dict[str, Any]


def evaluate(bearer: Bearer, body: Body) -> Answer:
    """Answer the question of a body. Raises Fault."""
    return answer(bearer, question_in(body))


def evaluate_all(bearer: Bearer, body: Body) -> Answer:
    """Answer a batch; without entries it is a single question with its answer. Raises Fault."""
    batch = batch_in(body)
    if batch is None:
        return evaluate(bearer, body)
    return {"evaluations": answer_batch(bearer, batch)}


def answer(bearer: Bearer, question: Question) -> Answer:
    """Answer one question; 1 statement, and those of explain where it is asked for.

    One more where the workspace has words of its own.
    """
    return _answers(bearer, [question])[0]


def answer_batch(bearer: Bearer, batch: Batch) -> list[Answer]:
    """Answer a batch in order, up to the decision it stops at (that one included).

    A question that could not be read is a no with its error (AuthZEN 1.0, 7.2).
    """
    readable = [q for q in batch.questions if isinstance(q, Question)]
    said = iter(_answers(bearer, readable))
    found: list[Answer] = []
    for question in batch.questions:
        found.append(_faulty(question) if isinstance(question, Fault) else next(said))
        if found[-1]["decision"] is batch.stops_at:
            break
    return found


def _faulty(fault: Fault) -> Answer:
    return {"decision": False, "context": {"error": shown(fault.status, fault.message)}}


def _answers(bearer: Bearer, asked: Sequence[Question]) -> list[Answer]:
    """Answer questions; at most 9 statements for any number, besides those of explain."""
    names, workspace = names_for(bearer, asked), bearer.policy.workspace
    questions = [names.question(one) for one in asked]
    pairs = [(question.subject, question.resource) for question in questions]
    policies, facts = asked_about(workspace, pairs, _bearing_on(questions))
    explained = [q.resource for q in questions if q.explain]
    things = things_of(bearer.workspace, explained) if explained else {}
    said = []
    for question in questions:
        policy = policies.get(question.subject)
        decision = policy is not None and _decide(bearer.slug, policy, question, facts)
        answer: Answer = {"decision": decision}
        if question.explain:
            answer["context"] = _context(answer, policy, question, things)
        said.append(answer)
    return said


def _bearing_on(questions: Sequence[Question]) -> Collection[str]:
    """Return the roles that can matter to questions; reasons may come from any."""
    if any(question.explain for question in questions):
        return ROLES
    asked = {(question.resource.type, question.action) for question in questions}
    return frozenset().union(*(bearing_on(type_, action) for type_, action in asked))


def _decide(slug: str, policy: Policy, question: Question, facts: dict[Entity, Facts]) -> bool:
    if question.resource in facts:
        return allows(policy, question.action, facts[question.resource])
    return is_itself(slug, question.resource) and allows_on_workspace(policy, question.action)


def _context(
    answer: Answer, policy: Policy | None, question: Question, things: dict[Entity, Thing]
) -> Answer:
    """Return the reasons of a decision, and for a no what could be taken up."""
    thing = things.get(question.resource)
    if policy is None or thing is None:
        return {"reasons": reasons_of(Explanation(decision=False))}
    context: Answer = {"reasons": reasons_of(explain(Access(policy), question.action, thing))}
    return context if answer["decision"] else context | _could_take_up(question, policy, thing)


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
