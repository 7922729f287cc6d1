"""JSON log lines, each with the id of the request it belongs to, and none with a secret."""

import logging
import logging.config
import re
from typing import Any

import structlog

# What opens something to whoever reads it: the rest of a one-time link, as it stands in a path
# or percent-encoded in a server's own line, and the secrets of tokens (XE10, XH1, XK4).
LINKS = ("invites", "alias", "address/confirm", "sign-in-link", "password/reset/key")
SLASH = r"(?:/|%2f|\\)+"
SECRETS = re.compile(
    rf"((?:{'|'.join(link.replace('/', SLASH) for link in LINKS)}){SLASH})[^/\s?#\"'<>]+"
    r"|(\bgth_)\w+|(\bbearer\s+)[^\s\"',]+",
    re.IGNORECASE,
)
SIGNS = ("gth_", "bearer", *(link.partition("/")[0] for link in LINKS))


def hide_secrets(_logger: Any, _method: str, event: Any) -> Any:
    """Write `…` for every secret that a line would hold, however it came into it."""
    return {key: hidden(value) for key, value in event.items()}


def hide_in_traceback(_logger: Any, _method: str, event: Any) -> Any:
    """Do the same for what was added last: the trace of an exception, as text."""
    if "exception" in event:
        event["exception"] = hidden(event["exception"])
    return event


def hidden(value: Any) -> Any:
    """Return a value of a log line without the secrets in its texts, also in lists and tables."""
    if isinstance(value, str):
        folded = value.casefold()
        for sign in SIGNS:  # almost no text holds one, and to see so is ten times as quick
            if sign in folded:
                return SECRETS.sub(lambda m: f"{m[1] or m[2] or m[3]}…", value)
        return value
    if isinstance(value, dict):
        return {key: hidden(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [hidden(each) for each in value]
    return value


def logging_settings(level: str) -> dict[str, Any]:
    """Configure structlog and the standard library to write one JSON object per line."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    # Where a line was written, by which thread and process: no line of ours says so.
    logging._srcfile = None  # noqa: SLF001 - as the library says to
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    hide_in_traceback,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "propagate": False},
            # Refusals stand in the security log.
            "django.request": {"level": "ERROR"},
            # The server in front writes addresses as they came.
            "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
            "gunicorn.access": {"handlers": ["stderr"], "propagate": False},
        },
    }
    logging.config.dictConfig(config)
    return config
