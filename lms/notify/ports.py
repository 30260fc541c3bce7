"""The ways out of the house for words."""

from typing import Protocol


class SmsSender(Protocol):
    """Whoever delivers short messages."""

    def send(self, number: str, text: str, *, key: str) -> None:
        """Deliver; `key` is the same when the same message is tried again.

        Raises: Unavailable when it was not accepted.
        """


class MailSender(Protocol):
    """Whoever delivers mail."""

    def send(
        self, address: str, subject: str, text: str, *, key: str, leave: str = ""
    ) -> None:
        """Deliver; `key` is the same when the same message is tried again.

        `leave` is the address where the receiver says no to more of the kind.

        Raises: Unavailable when it was not accepted.
        """
