"""How exports are said: where they stand, how far they are, why one failed."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.exports.queries import ExportCard
from lms.exports.rules import Basis, ExportState
from lms.web.messages import words

STATES: Mapping[ExportState, tuple[LazyString, str]] = MappingProxyType(
    {
        ExportState.ASKED: (_l("等待同意"), "warn"),
        ExportState.WAITING: (_l("排队中"), "info"),
        ExportState.RUNNING: (_l("生成中"), "info"),
        ExportState.READY: (_l("可以下载"), "ok"),
        ExportState.FAILED: (_l("未能生成"), "bad"),
        ExportState.REFUSED: (_l("未同意"), "bad"),
        ExportState.CANCELLED: (_l("已取消"), "neutral"),
        ExportState.GONE: (_l("已到期删除"), "neutral"),
    }
)
"""Each state, and its tone."""

BASES: Mapping[Basis, LazyString] = MappingProxyType(
    {
        Basis.ISSUED: _l("按合格证发证日期"),
        Basis.ENDING: _l("按注册有效期截止日期"),
    }
)


def progress(job: ExportCard) -> str:
    """Say how far an export is."""
    if job.total:
        return str(_("已写 %(done)s / %(total)s 行", done=job.done, total=job.total))
    return str(_("已写 %(done)s 行", done=job.done))


def fault(job: ExportCard) -> str:
    """Say why an export could not be made."""
    return words(job.fault, {}) if job.fault else ""
