"""How far reviews are: the answers counted, for a bar and its words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from config.web.tags import grouped
from workspaces.models import Answer, Review, ReviewItem, ReviewItemQuerySet


@dataclass(frozen=True, slots=True)
class Progress:
    """Items and their answers; `own` are one's own, for others to answer (V3).

    `latest` is when the last answer was given: by it a page tells newer numbers from older ones.
    """

    total: int
    keep: int = 0
    end: int = 0
    take: int = 0
    own: int = 0
    latest: datetime | None = None

    @property
    def answered(self) -> int:
        return self.keep + self.end + self.take

    @property
    def left(self) -> int:
        return self.total - self.answered

    @property
    def words(self) -> str:
        """Say it in numbers: "17 keep, 4 end, 5 take away, 16 not answered"."""
        text = _("{keep} keep, {end} end, {take} take away, {left} not answered")
        return text.format(
            keep=grouped(self.keep),
            end=grouped(self.end),
            take=grouped(self.take),
            left=grouped(self.left),
        )

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """The parts of the bar from the left: its class, where it begins, its width; in %."""
        found, at = [], 0.0
        for name, n in (("say-keep", self.keep), ("say-end", self.end), ("say-take", self.take)):
            width = 100 * n / self.total if self.total else 0.0
            if n:
                found.append((name, f"{at:.2f}%", f"{width:.2f}%"))
            at += width
        return found


# The answers of some items, counted.
SAID = {
    name: Count("pk", filter=Q(answer=answer))
    for name, answer in (("keep", Answer.KEEP), ("end", Answer.END), ("take", Answer.REMOVE))
}


def progress_of(items: ReviewItemQuerySet, user: int | None) -> Progress:
    """Count the answers among some items, and which are one's own; 1 statement."""
    counted = items.order_by().aggregate(
        total=Count("pk"),
        **SAID,
        own=Count("pk", filter=Q(own=user)),
        latest=Max("answered_at"),
    )
    return Progress(**counted)


def progress_by_review(reviews: Iterable[Review]) -> dict[int, Progress]:
    """Count the answers of some reviews by their primary keys; 1 statement."""
    rows = ReviewItem.objects.filter(review__in=[review.pk for review in reviews]).order_by()
    counted = rows.values("review").annotate(
        n=Count("pk"),
        **SAID,
    )
    return {
        row["review"]: Progress(row["n"], row["keep"], row["end"], row["take"]) for row in counted
    }
