"""Charts of the signs worth a look, each with what it shows in a plain sentence."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _

from lms.inspections import rules
from lms.inspections.rules import Pair, Why
from lms.reports.signs import Device, Studied

_LAST_DAYS = 30
_BEAT_BINS = (0.02, 0.1, 0.5, 2.0)
_ANSWER_BINS = (3, 6, 10, 20, 40)
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a chart. Units: `height` in thousandths of the highest."""

    label: str
    value: str
    height: int
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A sign: what it shows, whether it stands out, and its columns.

    `rows` say the same in words, where a table says more than columns.
    """

    why: Why
    stands_out: bool
    said: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


def charts(
    studied: Studied,
    others: Mapping[Device, Collection[UUID]],
    pairs: Sequence[Pair],
    called: Mapping[UUID, str],
) -> tuple[Chart, ...]:
    """Draw every sign of one person."""
    return (
        _beats(studied),
        _answers(studied),
        _days(studied),
        _devices(others),
        _papers(pairs, called),
    )


def _beats(studied: Studied) -> Chart:
    found = rules.spread_of_beats(studied.beats)
    each = [rules.spread_of_beats([one]) for one in studied.beats]
    counts = _binned([one[0] for one in each if one], _BEAT_BINS)
    labels = (
        _("20 毫秒内"), _("0.1 秒内"), _("0.5 秒内"), _("2 秒内"), _("2 秒以上"),
    )  # fmt: skip
    if found is None:
        said = _("还没有心跳。")
    else:
        said = _(
            "%(count)s 次心跳，分在 %(parts)s 段学习里，间隔的标准差 %(spread)s 秒。"
            "柱上的数字是段数，按各段的标准差分组。",
            count=found[1],
            parts=sum(counts),
            spread=f"{found[0]:.3f}",
        )
    out = rules.beats_too_steady(studied.beats)
    return Chart(
        Why.STEADY_BEATS, out, said, _columns(labels, counts, loud=0 if out else None)
    )


def _answers(studied: Studied) -> Chart:
    counts = _binned(studied.answers, _ANSWER_BINS)
    labels = (
        _("3 秒内"), _("6 秒内"), _("10 秒内"), _("20 秒内"), _("40 秒内"),
        _("40 秒以上"),
    )  # fmt: skip
    said = _("还没有应答过在场确认。")
    if studied.answers:
        said = _(
            "应答 %(count)s 次，用时的标准差 %(spread)s 秒。",
            count=len(studied.answers),
            spread=f"{rules.spread(studied.answers):.1f}",
        )
    out = rules.answers_too_steady(studied.answers)
    most = counts.index(max(counts)) if out else None
    return Chart(Why.STEADY_ANSWERS, out, said, _columns(labels, counts, loud=most))


def _days(studied: Studied) -> Chart:
    by_day = rules.seconds_by_day(studied.spans)
    long = rules.long_days(studied.spans)
    said = _("还没有学习记录。")
    columns: tuple[Column, ...] = ()
    if by_day:
        longest = max(by_day, key=lambda day: by_day[day])
        said = _(
            "共 %(days)s 天，最长的一天 %(day)s 学习 %(hours)s 小时。",
            days=len(by_day),
            day=longest.isoformat(),
            hours=f"{by_day[longest] / _HOUR:.1f}",
        )
        shown = _last(by_day)
        top = max(*by_day.values(), 1)
        columns = tuple(
            Column(
                f"{day:%m-%d}",
                f"{by_day.get(day, 0) / _HOUR:.1f}",
                1000 * by_day.get(day, 0) // top,
                day in long,
            )
            for day in shown
        )
    return Chart(Why.LONG_DAY, bool(long), said, columns)


def _last(by_day: Mapping[date, int]) -> list[date]:
    """Name the days up to the last one with study, idle ones as well."""
    last = max(by_day)
    first = max(min(by_day), last - timedelta(days=_LAST_DAYS - 1))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _devices(others: Mapping[Device, Collection[UUID]]) -> Chart:
    me = UUID(int=0)
    crowds = rules.shared({key: {*some, me} for key, some in others.items()})
    ordered = sorted(others, key=lambda key: (-len(others[key]), key))
    rows = tuple(
        (
            f"{day} · {browser or _('浏览器不详')} · {network}",
            _("同日另有 %(count)s 人", count=len(others[day, browser, network])),
        )
        for day, browser, network in ordered[:8]
    )
    said = _(
        "用过 %(count)s 种设备和网络。",
        count=len({(key[1], key[2]) for key in others}),
    )
    return Chart(Why.SHARED_DEVICE, bool(crowds), said, rows=rows)


def _papers(pairs: Sequence[Pair], called: Mapping[UUID, str]) -> Chart:
    said = _("没有与他人雷同的错题。")
    if pairs:
        said = _("与 %(count)s 人的错题雷同。", count=len(pairs))
    rows = tuple(
        (
            called.get(one.other, _("另一学员")),
            _("%(wrong)s 道错题中 %(same)s 道答案相同", wrong=one.wrong, same=one.same),
        )
        for one in pairs
    )
    return Chart(Why.SAME_PAPER, bool(pairs), said, rows=rows)


def _binned(values: Sequence[float], bins: Sequence[float]) -> list[int]:
    counts = [0] * (len(bins) + 1)
    for value in values:
        counts[sum(value >= edge for edge in bins)] += 1
    return counts


def _columns(
    labels: Sequence[str], counts: Sequence[int], *, loud: int | None
) -> tuple[Column, ...]:
    top = max(*counts, 1)
    return tuple(
        Column(label, str(count), 1000 * count // top, n == loud)
        for n, (label, count) in enumerate(zip(labels, counts, strict=True))
    )
