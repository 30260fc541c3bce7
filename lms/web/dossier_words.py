"""The words of the dossier: what is asked for, what is wrong, what happens next."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.policy.flow import Check, MaterialKind
from lms.policy.model import Application
from lms.registration.rules.dossier import Remark, Row, RowState
from lms.registration.rules.dossier_checks import by_machine
from lms.registration.rules.dossier_forms import Form
from lms.web.filters import listed

SENTENCES: dict[str, LazyString] = {
    "dossier.unknown": _l("没有找到这份材料。"),
    "dossier.not_asked": _l("本次申请不需要这份材料。"),
    "dossier.not_with_you": _l("申请不在您手上，现在不能更改材料。"),
    "dossier.missing": _l("还有材料没有交。"),
    "dossier.nothing": _l("请先选择文件或拍照。"),
    "dossier.many_pieces": _l("一次最多选 {most} 个文件，请分次合并。"),
    "dossier.nothing_to_merge": _l("还没有可以合并的材料，请先上传。"),
    "dossier.cannot_fit": _l(
        "页数太多，压到看得清的程度仍超过 {most} MB。请减少页数，或者改用黑白扫描。"
    ),
    "dossier.cannot_bind": _l("文件太大或太复杂，无法合并，请改用照片或重新扫描。"),
    "dossier.no_picture": _l("个人中心里还没有，请先到个人中心上传。"),
    "dossier.not_stored": _l("这份材料系统里没有现成的，请上传。"),
    "dossier.no_signature": _l("还没有个人签名，请先到个人中心签名。"),
    "paper.mixed": _l("PDF 后面附带了其他内容，不能接收，请重新导出或改用照片。"),
    "form.glyph": _l("有字印不出来：{signs}。请联系我们处理。"),
    "form.unknown": _l("没有这张表。"),
    # -- films ------------------------------------------------------------------
    "dossier.not_a_film": _l(
        "这不是能播放的视频，可能没有录完或已损坏。请用手机重新录一段。"
    ),
    "dossier.film_unreadable": _l("视频打不开，可能已经损坏，请重新录一段。"),
    "dossier.film_too_big": _l("视频超过 {most} MB，请录短一些或调低清晰度。"),
    "dossier.film_long": _l("视频超过 {most} 秒，请录短一些。"),
    "dossier.film_short": _l("视频只有 {seconds} 秒，至少要 {least} 秒，请重录。"),
    "dossier.film_silent": _l("视频没有声音，请打开麦克风，边说边重录。"),
    # -- contracts and what goes before -----------------------------------------
    "dossier.contract_no_end": _l(
        "请填写劳动合同的截止日期，不得早于 {least}；没有期限的请勾选。"
    ),
    "dossier.contract_short": _l(
        "合同到 {until} 截止，从申请之日起不满一年。请提交不早于 {least} 截止的合同。"
    ),
    "dossier.contract_future": _l(
        "合同 {begins} 才开始，今天还没有受聘。请核对日期，合同开始后再提交。"
    ),
    "dossier.contract_backwards": _l(
        "合同截止日期 {until} 早于开始日期 {begins}，请核对。"
    ),
    "dossier.contract_over": _l("合同已于 {until} 到期，请提交现在有效的合同。"),
    "dossier.dismissal_future": _l("解聘日期 {left} 还没有到，请核对解聘证明。"),
    "dossier.certificate_future": _l("注册证书的签发日期晚于今天，请核对。"),
    "dossier.month_future": _l("社保缴到的月份 {paid} 还没有到，请核对。"),
    "dossier.contract_no_begin": _l("请填写劳动合同的开始日期。"),
    "dossier.contract_before_dismissal": _l(
        "新合同从 {begins} 开始，不晚于解聘日期 {left}。新合同须在解聘之后开始。"
    ),
    "dossier.dismissal_no_day": _l("请填写与原单位的解聘日期。"),
    "dossier.dismissal_early": _l(
        "解聘日期 {left} 不晚于注册证书签发日期 {issued}，请核对解聘证明。"
    ),
    "dossier.months_unknown": _l("请填写社保已连续缴纳的月数。"),
    "dossier.months_short": _l("社保只连续缴了 {months} 个月，至少要 {least} 个月。"),
    "dossier.month_unknown": _l("请填写社保缴到哪个月，须缴到 {least}。"),
    "dossier.month_missing": _l("社保只缴到 {paid}，须缴到 {least}。"),
    # -- signatures, seals, sides, pictures ---------------------------------------
    "dossier.unsigned": _l("没有本人签名。请用已存的签名签署，或手签后勾选“已签字”。"),
    "dossier.unsealed": _l(
        "表上须有单位公章。请打印填好的表，签字、盖章后拍照上传，并勾选“已加盖单位公章”。"
    ),
    "dossier.no_practice_seal": _l("复印件须加盖执业印章，盖好后勾选。"),
    "dossier.one_side": _l("只有一页。请把正反两面都拍下来，一起上传。"),
    "dossier.photo_ground": _l("照片背景不是白色，请在白墙前重拍。"),
    "dossier.not_pdf": _l("须为一个 PDF 文件。"),
    "dossier.too_heavy": _l("文件超过 {most} MB，请重新合并。"),
    "dossier.bundle_stale": _l("合并以后又换过材料，请重新合并。"),
    # -- for a person's eyes -------------------------------------------------------
    "dossier.look_signature": _l("窗口将核对签字。"),
    "dossier.look_seal": _l("窗口将核对公章。"),
    "dossier.seal_later": _l("单位公章在聘用企业确认时加盖，现在不用管。"),
    "dossier.look_practice_seal": _l("窗口将核对执业印章。"),
    "dossier.look_one_page": _l("窗口将核对正反两面是否都在这一页。"),
    "dossier.look_original": _l("窗口将核对是否为原件扫描件，请保管好原件。"),
    "dossier.look_certificate_day": _l("窗口将核对注册证书的签发日期。"),
    "dossier.look_face": _l("没有认出清晰的正面人像，窗口将看照片。"),
}
"""What a code of the dossier says; `messages` takes them up."""

STATES: Mapping[RowState, tuple[LazyString, str, str]] = {
    RowState.MISSING: (_l("还没交"), "warn", "upload"),
    RowState.OK: (_l("已交"), "ok", "check-circle"),
    RowState.FAULT: (_l("有问题"), "bad", "alert"),
    RowState.LOOK: (_l("已交，窗口再看"), "info", "eye"),
    RowState.SPARED: (_l("不用交"), "neutral", "minus"),
}
"""Word, tone and icon of each state."""

CHECKED: Mapping[Check, LazyString] = {
    Check.SIGNED: _l("由系统用已存的签名签署"),
    Check.SEALED: _l("聘用企业已经确认"),
    Check.ENDS_A_YEAR_ON: _l("所填的合同截止日期"),
    Check.BEGINS_AFTER_DISMISSAL: _l("所填的合同开始日期和解聘日期的先后"),
    Check.AFTER_CERTIFICATE: _l("所填的解聘日期和证书签发日期的先后"),
    Check.THREE_MONTHS: _l("所填的社保月数和月份"),
    Check.PREVIOUS_MONTH: _l("所填的社保月份"),
    Check.SOUND: _l("视频的长短和声音"),
    Check.ONE_PDF: _l("是一个 PDF，大小合适"),
    Check.WHITE_GROUND: _l("照片的底色和人像"),
    Check.BOTH_SIDES: _l("有正反两页"),
}
"""What a machine has looked at; the rest of a paper is for a person's eyes."""
_OPENS = _l("文件能打开")
_MACHINE = _l("系统只检查了：%(what)s。内容是否真实、清楚，由窗口人员审看。")

FORMS: Mapping[Form, LazyString] = {
    Form.APPLICATION: _l("注册申请表"),
    Form.INFORMATION: _l("个人信息更改申请表"),
    Form.COMMITMENT: _l("承诺书"),
}

KINDS: Mapping[Application, LazyString] = {
    Application.INITIAL: _l("初始注册"),
    Application.RENEWAL: _l("延续注册"),
    Application.CHANGE: _l("变更注册"),
    Application.ADD_SPECIALTY: _l("增项注册"),
    Application.RE_REGISTRATION: _l("重新注册"),
    Application.CANCELLATION: _l("注销注册"),
    Application.LOST_REISSUE: _l("遗失补办或污损更换"),
}

HINTS: Mapping[MaterialKind, LazyString] = {
    MaterialKind.VIDEO: _l("手持身份证，对着镜头说出姓名和申请事项。"),
    MaterialKind.REPRESENTATIVE_VIDEO: _l("由法定代表人出镜，说出企业名称和申请事项。"),
    MaterialKind.ID_CARD: _l("放平、对正，四个角都拍到，字要看得清。"),
    MaterialKind.CONTRACT: _l("每一页都拍，包括签字盖章的那一页。"),
    MaterialKind.PHOTO: _l("免冠、正面、白底。"),
    MaterialKind.SIGNATURE: _l("白纸黑笔写下姓名，拍清楚。"),
}
"""How to make a good picture of it."""


def sentence(remark: Remark) -> str:
    """Say a remark in the visitor's language."""
    return str(SENTENCES[remark.code]).format_map(remark.facts)


def machine(row: Row) -> str:
    """Say what a machine has looked at in a paper that is there, and who looks on."""
    if row.handed is None or row.state is RowState.FAULT:
        return ""
    what = listed([_OPENS, *(CHECKED[each] for each in by_machine(row))])
    return str(_MACHINE) % {"what": what}
