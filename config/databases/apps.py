from django.apps import AppConfig


class DatabasesConfig(AppConfig):
    """The databases of the site; tells by `check --database default` what is amiss with them."""

    name = "config.databases"

    def ready(self) -> None:
        from config.databases import checks  # noqa: F401, PLC0415 - checks are registered late
