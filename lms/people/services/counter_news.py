"""Tell who acts for a company what a counter has done with it."""

from enum import StrEnum
from uuid import UUID

from lms.kernel.clock import legal_day
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.people import queries


class News(StrEnum):
    """What a counter did."""

    PROVED = "proved"
    RENAMED = "renamed"
    AGENT = "agent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def news_of(*, renamed: bool, proved_before: bool) -> News:
    """Say what is new once a company showed its papers at a counter.

    >>> news_of(renamed=False, proved_before=True)
    <News.AGENT: 'agent'>
    """
    if renamed:
        return News.RENAMED
    return News.AGENT if proved_before else News.PROVED


def tell_agents(
    work: Work, employer_id: UUID, news: News, place: str, *, was: str = ""
) -> None:
    """Owe every agent a word: who did not send somebody there can object at once.

    `was` is the name before, when it was changed.
    """
    name = queries.company(work.session, employer_id).name
    for agent in queries.agents(work.session, employer_id):
        if agent.confirmed_at is None:
            continue
        notify.message(
            work,
            agent.account_id,
            "company_at_counter",
            company=name,
            news=news.value,
            place=place.strip()[:100],
            was=was,
            on=legal_day(work.now).isoformat(),
        )
