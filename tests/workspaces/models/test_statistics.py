"""The database knows how rows lie, also after a migration that made a table anew."""

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.signals import post_migrate

KNOWN = {
    "sqlite": "SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'workspaces_grant'",
    "postgresql": "SELECT COUNT(*) FROM pg_stats WHERE tablename = 'workspaces_grant'",
}


def test_after_migrations_the_database_knows_how_rows_lie(world):
    sent = {"app_config": (config := apps.get_app_config("workspaces")), "apps": apps}
    post_migrate.send(config, using=DEFAULT_DB_ALIAS, plan=["a migration"], verbosity=0, **sent)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN[connection.vendor])
        assert cursor.fetchone()[0]
