"""What Gatehouse's answers cost, beside django-guardian and the bare driver.

A world of the size asked for is brought into a database of its own, which is kept. Answers
are compared before anything is timed; what is compared runs in turns; times are medians. The
exit code is 1 when answers differ, a statement too many is run, or – at size L – a target is
missed by more than a fifth.
"""

import argparse
import os
import sys

import django

from tests.bench.worlds import database
from tests.bench.worlds.world import SIZES  # needs no database, and no set-up


def main() -> int:
    options = _options()
    url = database.url_for(options.database, f"bench_{options.size.lower()}")
    if options.rebuild:
        database.drop(url)
    database.make(url)
    database.use(url)
    django.setup()
    from tests.bench.run import run  # noqa: PLC0415 - after Django's set-up

    return run(options, url)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="S")
    parser.add_argument(
        "--database",
        default=os.environ.get("DATABASE_URL", "sqlite"),
        help="sqlite, or a PostgreSQL URL; the world lies beside the database it names",
    )
    parser.add_argument("--only", action="append", metavar="SECTION", help="may be repeated")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--seconds", type=float, default=2, help="per question, about")
    parser.add_argument("--seed", type=int, default=1, help="of the world")
    parser.add_argument("--rebuild", action="store_true", help="bring the world in anew")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
