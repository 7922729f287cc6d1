"""Jobs measured in a process of their own, so that their memory is theirs alone."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, rows written or read, and megabytes at most beyond what Django itself takes."""

    seconds: float
    rows: int
    megabytes: float
    whole: float


def apart(job: str, *arguments: str) -> Measured:
    """Run a job on the database in use, in another process."""
    command = [sys.executable, "-m", "tests.bench.measuring.apart", job, *arguments]
    answer = subprocess.run(command, check=True, capture_output=True, env=os.environ, text=True)
    return Measured(**json.loads(answer.stdout.splitlines()[-1]))


def most_memory() -> float:
    """Return the most memory this process ever took, in megabytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def main(job: str, *arguments: str) -> None:
    import django  # noqa: PLC0415 - the process that asks has set Django up already

    django.setup()
    from tests.bench.measuring import jobs  # noqa: PLC0415 - after Django

    run = jobs.JOBS[job]
    before, start = most_memory(), time.perf_counter()
    rows = run(*arguments)
    seconds, whole = time.perf_counter() - start, most_memory()
    print(json.dumps(asdict(Measured(seconds, rows, whole - before, whole))))


if __name__ == "__main__":
    main(*sys.argv[1:])
