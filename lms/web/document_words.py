"""The words of documents and of a draft's tree: what is wrong with one."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.web.bundle_words import MESSAGES as BUNDLES

MESSAGES: dict[str, LazyString] = {
    **BUNDLES,
    "course.tree_moved": _l("刚才有人调整了章节目录，请刷新页面，看过新的顺序再移动。"),
    "course.tree_strange": _l("目录已经变化，请刷新页面后再移动。"),
    "document.big": _l("文档超过 50 MB，请压缩或拆成几个课时后上传。"),
    "document.empty": _l("请先选择一个 PDF 文件。"),
    "document.locked": _l(
        "这个 PDF 有密码或限制，系统打不开；请去掉密码和限制后再上传。"
    ),
    "document.not_a_pdf": _l("这不是 PDF 文件，请先另存为 PDF 再上传。"),
    "document.page_size": _l("有一页的尺寸太小、太大或太长，请检查页面设置。"),
    "document.pages": _l("文档超过 200 页，请拆成几个课时后上传。"),
    "document.slow": _l("文档处理超时，可能文件有问题；可以重试，或换一个文件。"),
    "document.stalled": _l("文档处理多次中断，已停止；可以重试。"),
    "document.state": _l("这一步现在不能做，请刷新页面。"),
    "document.unknown": _l("没有找到该文档。"),
    "document.unreadable": _l("这个 PDF 打不开或不完整，请检查后重新上传。"),
    "lesson.document_dropped": _l("有文档已取消。"),
    "lesson.document_failed": _l("有文档没有处理成功。"),
    "lesson.document_waiting": _l("有文档正在逐页处理。"),
    "lesson.pages_short": _l("有文档的最短学习时间太短，每页至少要 3 秒。"),
}
