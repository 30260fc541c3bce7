"""Calendar arithmetic as the Civil Code counts it: days, years, birthdays."""

from datetime import date, timedelta


def same_day(day: date, *, years: int) -> date:
    """Find the corresponding day some years later, or earlier when negative.

    29 February falls on the 28th in a year that has none.

    Source: 民法典 第二百零二条.

    >>> same_day(date(2024, 2, 29), years=3)
    datetime.date(2027, 2, 28)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def days_left(until: date, on: date) -> int:
    """Count the days that are left to a last day; that day itself counts, today not.

    Nought on the last day, below nought when it is over. Every page counts by this.

    Source: 民法典 第二百零一条 (the day from which one counts is not counted).

    >>> days_left(date(2027, 6, 10), date(2026, 11, 22))
    200
    """
    return (until - on).days


def last_day_of_term(begin: date, *, years: int) -> date:
    """Find the last day of a term of whole years that begins on a day.

    A term begun on 29 February ends on 28 February: three full years, not a day less.

    Source: 民法典 第二百零一条, 第二百零二条.

    >>> last_day_of_term(date(2026, 6, 1), years=3)
    datetime.date(2029, 5, 31)
    >>> last_day_of_term(date(2024, 2, 29), years=3)
    datetime.date(2027, 2, 28)
    """
    anniversary = same_day(begin, years=years)
    if anniversary.day != begin.day:
        return anniversary
    return anniversary - timedelta(days=1)
