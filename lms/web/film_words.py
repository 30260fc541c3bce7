"""The words of films: what is wrong with one, and with what goes beside it."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.web.document_words import MESSAGES as DOCUMENTS

MESSAGES: dict[str, LazyString] = {
    **DOCUMENTS,
    "film.big": _l("视频超过 2 GB，请压缩或分成几段后上传。"),
    "film.busy": _l("协会同时上传和处理的视频已有 {most} 个，请等前面的完成后再传。"),
    "film.codec": _l("读不懂这个视频的编码（{codec}），请转换为 H.264 后重新上传。"),
    "film.cut": _l("视频转码没有成功，可以重试；仍不行请换一个文件。"),
    "film.done": _l("这个视频已经传完了。"),
    "film.empty": _l("这个文件是空的，请重新选择。"),
    "film.gone": _l("这次上传已取消或已过期，请重新选择视频。"),
    "film.long": _l("视频长于 6 小时，请分成几段后上传。"),
    "film.parts": _l("上传的内容有误，请刷新页面后重新选择视频。"),
    "film.part_broken": _l("这一段在传输中损坏了，正在重传。"),
    "film.quota": _l(
        "协会的视频空间不够：已用 {used} GB，共 {most} GB。请删除不用的视频或联系平台。"
    ),
    "film.room": _l("服务器的存储空间不足，暂时不能上传视频，请联系平台。"),
    "film.short": _l("视频不到 1 秒，请检查文件。"),
    "film.slow": _l("视频处理超时，可能文件有问题；可以重试，或换一个文件。"),
    "film.stalled": _l("视频处理多次中断，已停止；可以重试。"),
    "film.state": _l("这一步现在不能做，请刷新页面。"),
    "film.still": _l("文件里没有画面，请上传视频文件。"),
    "film.unreadable": _l("这不是可以读取的视频文件，或文件不完整，请检查后重新上传。"),
    "film.unknown": _l("没有找到该视频。"),
    "media.away": _l("存放视频的服务器暂时连不上，请稍后再试。"),
    "media.expired": _l("这个地址已过期，请刷新页面。"),
    "lesson.captions": _l("没有读到字幕：请用 SRT 或 WebVTT 格式（第 {line} 行）。"),
    "lesson.captions_late": _l("字幕超出了片长，可能是另一个视频的字幕。"),
    "lesson.captions_order": _l("第 {line} 行：字幕的结束时间早于开始时间。"),
    "lesson.captions_time": _l(
        "第 {line} 行：时间格式不对，应为 00:00:01.000 --> 00:00:04.000。"
    ),
    "lesson.film_checking": _l("有视频正在检查。"),
    "lesson.film_cutting": _l("有视频正在转码。"),
    "lesson.film_dropped": _l("有视频已取消上传。"),
    "lesson.film_failed": _l("有视频没有处理成功。"),
    "lesson.film_uploading": _l("有视频还没有传完。"),
    "question.late": _l("提问的时间超出了片长，请改早一些。"),
    "question.time": _l("随堂题的时间请写成 分:秒，例如 12:30。"),
    "lesson.question_late": _l("有随堂题的时间超出了片长。"),
}
