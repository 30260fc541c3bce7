"""The words of a course's file: what is wrong with one."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "bundle.away": _l("媒体存放在另一处，不能打包视频和文档；请导出不含媒体的文件。"),
    "bundle.big": _l("文件解开后超过 512 MB，请导出不含媒体的文件再导入。"),
    "bundle.broken": _l("文件已损坏，或不是 ZIP 压缩包，请重新导出。"),
    "bundle.captions": _l("字幕读不出来（{what}）。"),
    "bundle.digest": _l("文件里的 {name} 与它的摘要不符，可能损坏或被改过。"),
    "bundle.field": _l("“{what}”缺少或写得不对。"),
    "bundle.format": _l("这不是从本系统导出的课程文件。"),
    "bundle.heavy": _l("视频和文档合计超过 512 MB，请导出不含媒体的文件。"),
    "bundle.length": _l("“{what}”是空的或太长。"),
    "bundle.many": _l("文件里的内容太多，不是从本系统导出的课程文件。"),
    "bundle.name": _l("文件里有不该有的内容：{name}"),
    "bundle.no_file": _l("文件里没有 {what}。"),
    "bundle.none": _l("请先选择课程文件。"),
    "bundle.number": _l("“{what}”不是合适的数字。"),
    "bundle.question": _l("随堂题“{what}”没有可用的选项或答案。"),
    "bundle.sums": _l("文件的摘要清单与内容不符，可能损坏或被改过。"),
    "bundle.unnamed_file": _l("{what} 没有课时使用，文件可能被改过。"),
}
