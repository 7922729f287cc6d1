"""How many rows of a kind each workspace holds, kept by the database beside the rows.

Every page shows these numbers, and to count 100,000 rows for it took longer than all else on it.
Triggers keep them, so every writer does: an operation, a cascade, a statement by hand, a process
of an older version that knows nothing of them. They are exact in whichever transaction reads
them.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

# What is counted, by model, and as what: in SQL, over a row.
COUNTED = {
    "workspaces.Member": "'members'",
    "workspaces.Group": "'groups'",
    "labels.Label": "'labels'",
    "workspaces.Resource": "{row}.type",
}
POSTGRESQL = "postgresql"
EVENTS = ("in", "out", "moved")  # what triggers are called after
THERE = {
    POSTGRESQL: "SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE '%_tally_%'",
    "sqlite": "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_tally_%'",
}
WRITE = "INSERT INTO workspaces_tally (workspace_id, what, number)"
ADD = """ON CONFLICT (workspace_id, what)
  DO UPDATE SET number = workspaces_tally.number + excluded.number"""
# Of a row that came or went; of all those that a statement of PostgreSQL wrote.
UP = f"{WRITE} VALUES (NEW.workspace_id, {{new}}, 1) {ADD};"
DOWN = """UPDATE workspaces_tally SET number = number - 1
  WHERE workspace_id = OLD.workspace_id AND what = {old};"""
ALL_UP = f"{WRITE} SELECT workspace_id, {{came}}, COUNT(*) FROM came GROUP BY 1, 2 {ADD};"  # noqa: S608
ALL_DOWN = """UPDATE workspaces_tally t SET number = t.number - g.n
  FROM (SELECT workspace_id, {went} AS what, COUNT(*) AS n FROM went GROUP BY 1, 2) g
  WHERE t.workspace_id = g.workspace_id AND t.what = g.what;"""
MOVED = "OLD.workspace_id <> NEW.workspace_id OR {old} <> {new}"
EACH_ROW = (
    f"CREATE TRIGGER {{table}}_tally_in AFTER INSERT ON {{table}} BEGIN {UP} END",
    f"CREATE TRIGGER {{table}}_tally_out AFTER DELETE ON {{table}} BEGIN {DOWN} END",
    f"""CREATE TRIGGER {{table}}_tally_moved AFTER UPDATE ON {{table}} WHEN {MOVED}
  BEGIN {DOWN} {UP} END""",
)
EACH_STATEMENT = (
    f"""CREATE OR REPLACE FUNCTION {{table}}_tally() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'INSERT' THEN {ALL_UP}
  ELSIF TG_OP = 'DELETE' THEN {ALL_DOWN}
  ELSE {DOWN} {UP} END IF;
  RETURN NULL; END $$""",
    """CREATE TRIGGER {table}_tally_in AFTER INSERT ON {table} REFERENCING NEW TABLE AS came
  FOR EACH STATEMENT EXECUTE FUNCTION {table}_tally()""",
    """CREATE TRIGGER {table}_tally_out AFTER DELETE ON {table} REFERENCING OLD TABLE AS went
  FOR EACH STATEMENT EXECUTE FUNCTION {table}_tally()""",
    f"""CREATE TRIGGER {{table}}_tally_moved AFTER UPDATE ON {{table}}
  FOR EACH ROW WHEN ({MOVED}) EXECUTE FUNCTION {{table}}_tally()""",
)


class Tally(models.Model):
    """How many rows of one kind there are in a workspace; the database alone writes it.

    Things are counted by their type. What there never was one of has no row.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="tallies", db_index=False
    )
    what = models.CharField(max_length=16)
    number = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("workspace", "what"), name="tally_once"),)

    def __str__(self) -> str:
        return f"{self.what}: {self.number}"


def keep_tallies(using: str = DEFAULT_DB_ALIAS) -> None:
    """Let the database keep the tallies, where it does not yet, and count what there is.

    SQLite makes a table anew to change it, and the triggers of the old one are gone without a
    word: this is called after every migration.
    """
    database = connections[using]
    with transaction.atomic(using), database.cursor() as cursor:
        cursor.execute(THERE[database.vendor])
        if cursor.fetchone()[0] == len(EVENTS) * len(COUNTED):
            return
        drop_triggers(using)
        texts = EACH_STATEMENT if database.vendor == POSTGRESQL else EACH_ROW
        for table, what in _tables():
            kinds = {row: what.format(row=row) for row in ("came", "went")}
            kinds |= {row.lower(): what.format(row=row) for row in ("NEW", "OLD")}
            for text in texts:
                cursor.execute(text.format(table=table, **kinds))
        recount(using)


def drop_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Let the database keep tallies no more: a version is to run that has none."""
    of_table = "ON {table}" if connections[using].vendor == POSTGRESQL else ""
    with connections[using].cursor() as cursor:
        for table, _what in _tables():
            for event in EVENTS:
                on = of_table.format(table=table)
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_tally_{event} {on}")


def recount(using: str = DEFAULT_DB_ALIAS) -> None:
    """Write all tallies anew, by what there is; others who write wait meanwhile."""
    database = connections[using]
    with transaction.atomic(using), database.cursor() as cursor:
        if database.vendor == POSTGRESQL:
            tables = ", ".join(table for table, _what in _tables())
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM workspaces_tally")
        cursor.execute(f"{WRITE} {_counting()}")  # names of ours only


def miscounted(using: str = DEFAULT_DB_ALIAS) -> list[tuple[int, str]]:
    """Return which tallies say another number than there are rows: workspace and what."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT workspace_id, what FROM ({_counting()} UNION ALL "  # noqa: S608 - ours only
            "SELECT workspace_id, what, -number FROM workspaces_tally) both_counts "
            "GROUP BY workspace_id, what HAVING SUM(number) <> 0 ORDER BY 1, 2"
        )
        return list(cursor.fetchall())


def _counting() -> str:
    """Return the statement that counts: rows of workspace, what, number."""
    return " UNION ALL ".join(
        f"SELECT workspace_id, {what.format(row=table)} AS what, COUNT(*) AS number "  # noqa: S608
        f"FROM {table} GROUP BY 1, 2"
        for table, what in _tables()
    )


def _tables() -> Iterator[tuple[str, str]]:
    for name, what in COUNTED.items():
        yield apps.get_model(name)._meta.db_table, what
