"""What stands between a right password and a session: that the address was proved."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage

PROVED_ADDRESS = "accounts.stages.ProvedAddressStage"


class ProvedAddressStage(EmailVerificationStage):
    """Whoever signed up enters the code that went to the address, before anything else.

    An account without a row for its address was made by the operator at the command line,
    who answers for it. Signing up always makes that row, so nobody gets in unproved.
    """

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user and not self.login.signup and not EmailAddress.objects.filter(user=user).exists():
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer
