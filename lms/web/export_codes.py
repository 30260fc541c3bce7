"""The words of what can go wrong with an export."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "export.asker_gone": _l("申请人已不在岗，不能再生成这个文件。"),
    "export.broken": _l("生成时出错，请重新申请；再次出错请联系平台。"),
    "export.gone": _l("文件已到期删除，请重新申请。"),
    "export.many": _l("您有太多导出尚未完成，请等它们完成或取消一些。"),
    "export.no_list": _l("这个列表现在不能导出，请重新申请。"),
    "export.no_reason": _l("请写明导出理由，4 至 200 个字。"),
    "export.not_now": _l("这个导出的状态刚刚变了，请刷新后再看。"),
    "export.of_other": _l("只有申请人本人可以下载；其他人请自己申请。"),
    "export.too_long": _l("行数超过一张表能放下的一百万行，请缩小范围。"),
    "export.tries": _l("多次生成都中断了，请联系平台。"),
    "export.unknown": _l("没有找到这个导出。"),
}
