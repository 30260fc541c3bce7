"""What is said of certificates, links, grants and use copies that cannot be had."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "certificate.unknown": _l("没有找到这张证书。"),
    "certificate_share.unknown": _l("没有找到这个链接，它可能已到期或已关闭。"),
    "certificate_share.days": _l("请从给出的期限中选择。"),
    "certificate_share.file_names": _l(
        "PDF 上写着完整姓名：只显示姓时，不能附 PDF。请改选完整姓名，或不附 PDF。"
    ),
    "certificate_share.revoked": _l("这张证书已不能使用，不能再生成新链接。"),
    "certificate_share.many": _l(
        "这张证书同时使用中的链接已有 {most} 个，请先关闭不用的。"
    ),
    "certificate_grant.unknown": _l("没有这项授权，它可能已到期或已被本人收回。"),
    "certificate_grant.days": _l("请从给出的期限中选择。"),
    "certificate_grant.no_employer": _l("您现在没有绑定单位，不能授权。"),
    "certificate_grant.done": _l("刚才已经授权过了，请刷新页面。"),
    "certificate.not_ready": _l("领取合格证的条件还没有全部满足："),
    "certificate.profile": _l("个人资料不完整"),
    "certificate.photo": _l("证件照尚未通过"),
    "certificate.period": _l("不在注册有效期内"),
    "certificate.required": _l("必修学时不足"),
    "certificate.elective": _l("选修学时不足"),
    "certificate.test": _l("专业考试未合格"),
    "certificate.needs_hand": _l("字库缺少姓名用字，需协会人工制证"),
    "certificate.exists": _l("该专业本注册期已有一张有效证书。"),
    "certificate.needs_approval": _l("此事须两人办理，缺少审批记录。"),
    "certificate.revoked_before": _l(
        "这一注册期的证书已被撤销。认为撤销有误的，请在“我的申请”中申诉"
    ),
    "certificate.not_valid": _l("这张证书已不是有效状态。"),
    "registration_certificate.not_ready": _l("颁发注册证书的条件还没有全部满足："),
    "registration_certificate.no_specialty": _l("没有注册专业"),
    "registration_certificate.dates": _l("注册专业缺少有效期"),
    "registration_certificate.photo": _l("缺少一寸白底证件照"),
    "registration_certificate.signature": _l("缺少个人签名"),
    "registration_certificate.birth_date": _l("缺少出生日期"),
    "registration_certificate.needs_hand": _l(
        "字库缺少姓名或企业名称用字，需人工制证。"
    ),
    "registration_certificate.province": _l("本系统不颁发该地区的注册证书。"),
    "registration_certificate.exists": _l("此人已有一张有效的注册证书。"),
    "registration_certificate.serials_spent": _l("本年度的注册编号已用完。"),
    "use_copy.unknown": _l("没有找到这项使用申请。"),
    "use_copy.purpose": _l("请写明用途，2 至 80 个字。"),
    "use_copy.days": _l("使用期限须为 1 至 {most} 天。"),
    "use_copy.certificate": _l("注册证书现在不是有效状态，不能授权使用。"),
    "use_copy.no_certificate": _l(
        "这位人员在本平台还没有电子注册证书，不能开具使用件。请本人先办理："
        "持纸质证书的，在“我的注册”办理纸质证书换领，或携带原件到注册窗口；"
        "还没有注册的，先申请注册。"
    ),
    "use_copy.not_valid": _l(
        "这位人员的电子注册证书已到期，或缺少个人签名、有效期，不能开具使用件。"
        "请本人在“我的证书”查看原因，办理延续、重新注册或签名补录后再申请。"
    ),
    "use_copy.over": _l("注册有效期已届满或已满 65 周岁，不能授权使用。"),
    "use_copy.characters": _l("用途或企业名称中有字库没有的字，请企业改写后再申请。"),
    "use_copy.left": _l("本人与这家企业现在没有在职关系，使用件不能再用。"),
    "use_copy.decided": _l("这项申请已经处理过了。"),
    "practice.unknown": _l("请选择记录的内容并填写日期。"),
    "practice.order": _l("与上一条记录不衔接，请刷新后重试。"),
    "practice.day": _l("日期不能晚于今天，也不能早于上一条记录。"),
    "practice.unregistered": _l("没有有效的注册证书，不能制作执业印章或信息卡。"),
}
