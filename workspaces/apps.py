from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """Workspaces; listens to who signs in and out."""

    name = "workspaces"

    def ready(self) -> None:
        from workspaces import receivers  # noqa: F401, PLC0415 - receivers need loaded models
