"""What an error page says: what happened, and what to do about it."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "http.400": _l("请求内容有误，请返回检查后重试。"),
    "http.401": _l("请先登录。"),
    "http.403": _l("您没有办理此事项的权限。"),
    "http.404": _l("没有找到您要的内容，它可能已被移走，或者网址有误。"),
    "http.405": _l("此网址不支持这种操作。"),
    "http.408": _l("网络太慢，内容没有收完。"),
    "http.409": _l("情况刚刚有了变化，您的操作没有生效。"),
    "http.410": _l("这项内容已经到期或被收回，不再提供。"),
    "http.413": _l("文件或内容过大。"),
    "http.414": _l("网址太长。"),
    "http.415": _l("不支持这种内容格式。"),
    "http.422": _l("提交的内容有误，没有保存。"),
    "http.429": _l("操作过于频繁，请稍候再试。"),
    "http.500": _l("系统出错了，我们已经记录。您之前保存的内容没有丢失，请稍后再试。"),
    "http.503": _l(
        "系统暂时无法保存，这一步没有完成。之前保存的内容都在，请稍后再试。"
    ),
    "upload.empty": _l(
        "这个文件是空的（0 字节），可能没有拍完或没有传完。请重新拍照，或另选一个文件。"
    ),
}

_TITLES: dict[int, LazyString] = {
    401: _l("请先登录"),
    403: _l("没有权限"),
    404: _l("没有找到"),
    405: _l("不能这样打开"),
    409: _l("情况有变化"),
    410: _l("已不再提供"),
    413: _l("内容过大"),
    429: _l("操作太频繁"),
}
_UNDONE, _BUSY = _l("操作未完成"), _l("系统繁忙")

_CORRECT = _l(
    "请返回刚才的页面，按提示改正后再提交。用浏览器的“后退”返回，多数填过的内容还在。"
)
_AGAIN = _l("请过几分钟再试一次；一直不行的，请把下面的编号告诉我们。")
_ADVICE: dict[int, LazyString] = {
    400: _CORRECT,
    401: _l("登录以后会回到您要去的页面。"),
    403: _l(
        "请看看登录的是不是办理这件事的账号。工作人员的权限，请本单位负责人或平台运维开通。"
    ),
    404: _l(
        "请核对网址，或从下面的入口重新进入。从链接或二维码进来的，"
        "它可能已经过期，请联系给您链接的人。"
    ),
    405: _l("请从页面上的按钮或链接办理，不要直接打开这个网址。"),
    408: _l("请换一个网络好的地方再试；文件大的，先压缩再传。"),
    409: _l("请返回刚才的页面刷新，看到最新情况后，再决定要不要重做。"),
    410: _l("还需要的，请联系提供它的人重新给您。"),
    413: _l("请压缩文件、降低照片像素，或分几次上传；每处能传多大，写在上传按钮旁边。"),
    414: _l("请从页面上的按钮或链接重新进入。"),
    415: _l("请换成页面上写明的格式再上传。"),
    422: _CORRECT,
}
_WAITS: tuple[tuple[int, LazyString], ...] = (
    (60, _l("请等 1 分钟再试，之前保存的内容都在。")),
    (3600, _l("请等 1 小时再试，之前保存的内容都在。")),
    (24 * 3600, _l("请明天再试，之前保存的内容都在。")),
)
_SERVER = 500


def title(status: int) -> str:
    """Name what happened, in two or three words."""
    return str(_TITLES.get(status, _BUSY if status >= _SERVER else _UNDONE))


def advice(status: int, wait_seconds: int = 0) -> str:
    """Say what to do about it. `wait_seconds` is how long a limit binds, at most."""
    if wait_seconds:
        fits = (words for most, words in _WAITS if wait_seconds <= most)
        return str(next(fits, _WAITS[-1][1]))
    return str(_ADVICE.get(status, _AGAIN if status >= _SERVER else _CORRECT))
