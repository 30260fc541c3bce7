"""Short messages. A provider's class joins here once an operator has a contract."""

from lms.kernel.errors import Unavailable
from lms.kernel.settings import Settings
from lms.notify.ports import SmsSender


def sender(settings: Settings) -> SmsSender:
    """Choose the way that the settings name."""
    return DemoSms() if settings.demo else NoSms()


class DemoSms:
    """Accept everything and deliver nothing: the demonstration's outbox shows it."""

    def send(self, number: str, text: str, *, key: str) -> None:
        """Take the message."""


class NoSms:
    """Say that no provider is set, so that messages wait and the operator sees it."""

    def send(self, number: str, text: str, *, key: str) -> None:
        """Refuse.

        Raises: Unavailable.
        """
        raise Unavailable("sms.not_configured")
