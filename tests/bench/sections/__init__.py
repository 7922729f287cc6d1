"""The parts of a run, in order; `--only` names one. Each yields figures as they are found."""

from collections.abc import Callable, Iterator

from tests.bench.context import Bench
from tests.bench.report import Figure
from tests.bench.sections import (
    decisions,
    documents,
    first_bytes,
    mutations,
    pages,
    questions,
    reports,
    reviews,
    site,
)

Section = Callable[[Bench], Iterator[Figure]]

SECTIONS: dict[str, Section] = {
    "questions": questions.figures,
    "mutations": mutations.figures,
    "decisions": decisions.figures,
    "documents": documents.figures,
    "pages": pages.figures,
    "reviews": reviews.figures,
    "reports": reports.figures,
    "first_bytes": first_bytes.figures,
    "site": site.figures,
}
