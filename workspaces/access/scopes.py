"""What scopes take in, as a condition on a column, in SQL for the way rows are read.

Counts and sub-selects collect what is taken in, once. A page in an order is read row by
row until it is full: where many things carry the labels, each row is asked instead, and
most of what is taken in is never looked at.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Expression, F
from django.db.models.sql import Query

from workspaces.access.dialect import Term, ids, spoken, union_all

ONE_LABEL = "SELECT resource_id FROM labels_resourcelabel WHERE label_id {one_of}"
LISTED = "SELECT resource_id FROM workspaces_grantresource WHERE grant_id {one_of}"
NAMED = "{rows_of}"
THIS = "{this}"
# The OFFSET keeps PostgreSQL from collecting all of it after all.
CARRIES = """EXISTS (SELECT 1 FROM labels_resourcelabel l
  WHERE l.resource_id = {this} AND l.label_id {one_of} LIMIT 1 OFFSET 0)"""
CARRIES_IT = CARRIES.replace("{one_of}", "= %s")
IS_LISTED = """EXISTS (SELECT 1 FROM workspaces_grantresource g
  WHERE g.resource_id = {this} AND g.grant_id {one_of} LIMIT 1 OFFSET 0)"""
MANY = 5000  # things with the labels: a page is then full soon enough
NEAR = 1000  # rows from the beginning of a list: its first pages
FIRST = f"SELECT COUNT(*) FROM ({ONE_LABEL} LIMIT %s) first_ones"

# SQLite takes at most 500 terms in a UNION.
TERMS = 400


@dataclass(frozen=True, slots=True)
class Scopes:
    """Scopes of grants that give the same: single labels, sets of labels, lists.

    `grants` are ids of rows with lists, `named` the resources that proposals list.
    """

    labels: tuple[int, ...] = ()
    label_sets: tuple[tuple[int, ...], ...] = ()
    grants: tuple[int, ...] = ()
    named: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.labels or self.label_sets or self.grants or self.named)

    def collected(self) -> Iterator[Term]:
        """Yield sub-selects of what is taken in."""
        if self.labels:
            yield ONE_LABEL, [ids(self.labels)]
        if self.grants:
            yield LISTED, [ids(self.grants)]
        if self.named:
            yield NAMED, [ids(self.named)]
        for labels in self.label_sets:
            yield all_of(len(labels)), list(labels)

    def asked(self) -> Iterator[Term]:
        """Yield conditions on one resource, that `{this}` stands for."""
        if self.labels:
            yield CARRIES, [ids(self.labels)]
        for labels in self.label_sets:
            yield f"({' AND '.join([CARRIES_IT] * len(labels))})", list(labels)
        if self.grants:
            yield IS_LISTED, [ids(self.grants)]
        if self.named:
            yield f"{THIS} IN ({NAMED})", [ids(self.named)]


def all_of(n_labels: int) -> str:
    """Select the resources that carry all of `n_labels` labels, as a self-join."""
    joins = "".join(
        f" JOIN labels_resourcelabel l{i} ON l{i}.resource_id = l0.resource_id"
        f" AND l{i}.label_id = %s"
        for i in range(1, n_labels)
    )
    # The label of l0 stands last in the text, so parameters are given in any order: all
    # must be carried.
    return f"SELECT l0.resource_id FROM labels_resourcelabel l0{joins} WHERE l0.label_id = %s"


class TakenIn(Expression):
    """Whether the resource that a column names is taken in by any of the scopes."""

    def __init__(self, column: str, scopes: Scopes) -> None:
        super().__init__(output_field=BooleanField())
        self.column: Any = F(column)
        self.scopes = scopes

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, _ = compiler.compile(self.column)

        def said(text: str) -> str:
            return spoken(text.replace(THIS, column), connection.vendor)

        collected = _any_of(self._within(), said)
        if not self.scopes.labels or not _is_a_page(compiler.query):
            return collected
        asked = _any_of(self.scopes.asked(), said)
        first, params = said(FIRST), [ids(self.scopes.labels), MANY, MANY]
        return (
            f"(({first}) = %s AND {asked[0]} OR ({first}) < %s AND {collected[0]})",
            [*params, *asked[1], *params, *collected[1]],
        )

    def _within(self) -> Iterator[Term]:
        """Yield conditions on the column: it is in what is collected, a UNION at a time."""
        terms = list(self.scopes.collected())
        for start in range(0, len(terms), TERMS):
            union, params = union_all(terms[start : start + TERMS])
            yield f"{THIS} IN ({union})", params


def _is_a_page(query: Query) -> bool:
    """Whether rows are read only until there are a few, from near the beginning."""
    return query.high_mark is not None and query.high_mark <= NEAR


def _any_of(terms: Iterable[Term], said: Callable[[str], str]) -> Term:
    found = [(said(text), params) for text, params in terms]
    text = " OR ".join(text for text, _ in found)
    return f"({text})", [value for _, params in found for value in params]
