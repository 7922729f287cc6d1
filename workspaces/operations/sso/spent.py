"""What a provider said once, and is not believed a second time, at whatever node (P7)."""

from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from workspaces.models import SpentAnswer, SsoConnection
from workspaces.operations.sso.vouched import Unvouched


def spend(connection: SsoConnection, answer_id: str, ends: datetime | None) -> None:
    """Let an answer count once, until nothing would let it through any more.

    One without an id is spent at the provider. Raises Unvouched the second time.
    """
    if not answer_id or ends is None:
        return
    ident = sha256(f"{connection.public_id}\n{answer_id}".encode()).hexdigest()
    try:
        with transaction.atomic():
            SpentAnswer.objects.create(ident=ident, ends_at=ends)
    except IntegrityError:
        raise Unvouched("This answer was used before. Sign in again.", "replayed") from None
