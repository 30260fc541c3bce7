"""What was asked under two accounts of one person is one person's to read on."""

from lms.kernel.ids import AccountId, PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work
from lms.threads.models import Thread


def take_over(
    work: Work,
    persons: tuple[PersonId, PersonId],
    accounts: tuple[AccountId, AccountId],
) -> None:
    """Move matters from who goes to who stays; who wrote each word stays as it is.

    Shape: who goes, who stays. What is sealed opens with the keys of both.
    """
    move(work, Thread, *persons)
    move(work, Thread, *accounts, column="account_id")
