"""The words of merges, of whose an ID number is, and of the association's counter."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.merges.rules import Proof, Sign
from lms.people.rules.cases import CaseEnd

PROOFS: dict[Proof, LazyString] = {
    Proof.ID_CARD: _l("看过身份证原件"),
    Proof.BOTH_CONTACTS: _l("两个账号的手机或邮箱都由本人确认"),
    Proof.SAME_NUMBER: _l("注册编号或资格证书编号相同"),
    Proof.EMPLOYER: _l("聘用企业出具了证明"),
    Proof.POLICE: _l("公安机关或其他部门的证明"),
}

SIGNS: dict[Sign, LazyString] = {
    Sign.REGISTRATION: _l("注册编号相同"),
    Sign.BIRTH: _l("姓名和出生日期相同"),
    Sign.NAME: _l("姓名相同，其中一个未填身份证号码"),
}

ENDS: dict[CaseEnd, LazyString] = {
    CaseEnd.FREED: _l("号码已归申请人"),
    CaseEnd.MERGED: _l("账号已合并"),
    CaseEnd.REFUSED: _l("未予办理"),
    CaseEnd.WITHDRAWN: _l("本人撤回"),
}

MESSAGES: dict[str, LazyString] = {
    "account.not_active": _l("账号不在使用中，不能停用。"),
    "account.not_suspended": _l("账号没有停用，不需要恢复。"),
    "account.elsewhere": _l(
        "这位学员也在别的协会学习，一家协会不能停用账号，请联系平台运营方。"
    ),
    "account.staff": _l("工作人员的账号随岗位管理，不能在这里停用。"),
    "account.reason": _l("请写明理由，4 至 200 个字，本人会看到。"),
    "merge.not_own": _l("提议只能由提出的人撤回。"),
    "merge.reason": _l("请写明理由，6 至 400 个字。"),
    "merge.no_pair": _l("没有找到这一对账号，可能已经办完。"),
    "merge.no_proof": _l("请勾选至少一项依据。"),
    "merge.invalid": _l("现在不能这样办理。"),
    "merge.not_typed": _l("合并不能撤销，请按框上的提示输入“合并”确认。"),
    "merge.open": _l("其中一个账号已有一份合并或号码提议在等待决定，请先办完。"),
    "merge.not_active": _l("其中一个账号已停用、注销或已经合并过。"),
    "merge.staff": _l("工作人员的账号不能合并，请先收回岗位。"),
    "merge.elsewhere": _l(
        "要并走的账号也在别的协会学习过，本协会不能单独合并；可以改为保留它。"
    ),
    "merge.two_numbers": _l(
        "两个账号的身份证号码不同，按两个人对待。号码填错的，先办信息更正。"
    ),
    "merge.frozen": _l("其中一个账号的资料正被注册申请使用，办结之前不能合并。"),
    "merge.two_registrations": _l(
        "两个账号填写的注册编号不同。请先更正填错的一个，再合并。"
    ),
    "merge.two_registered": _l(
        "两个账号都有主管部门办理的注册记录，互相矛盾，不能合并，请联系主管部门。"
    ),
    "merge.registered_goes": _l(
        "要并走的账号有主管部门办理的注册记录，它必须是保留的账号，请对调。"
    ),
    "merge.two_applications": _l(
        "两个账号各有一份注册申请正在办理。请本人先撤回其中一份。"
    ),
    "merge.application_goes": _l(
        "要并走的账号有注册申请正在办理，请对调，或等它办结。"
    ),
    "merge.two_companies": _l(
        "两个账号各关联着一家单位。请本人或单位先结束其中一个关联。"
    ),
    "merge.open_corrections": _l("其中一个账号有信息更正申请待办理，请先办完。"),
    "merge.open_claims": _l("其中一个账号有学员申请待办理，请先办完。"),
    "merge.studying": _l("其中一个账号正在学习，请等它停下几分钟后再办。"),
    "merge.sitting": _l("其中一个账号正在考试，请等交卷后再办。"),
    "merge.two_versions": _l(
        "同一门课程，两个账号各学了不同的版本并都有学时。请先用“学时更正”处理其中一份。"
    ),
    "merge.two_certificates": _l(
        "两个账号在同一专业、同一周期各有一张有效合格证。请先撤销其中一张。"
    ),
    "number.reason": _l("请写明情况，至少 4 个字。"),
    "number.has_one": _l("您已登记了身份证号码；号码有误的，请办信息更正。"),
    "number.free": _l("这个号码没有被别人使用，可以直接填写。"),
    "number.asked": _l("您已提出过核对，正在等协会办理。"),
    "number.unknown": _l("没有找到这项核对。"),
    "number.ended": _l("这项核对已经办结。"),
    "number.asker_has_one": _l(
        "提出的人后来在自己的账号填写了另一个号码，不能再把这个号码转过来。"
    ),
    "number.moved": _l("号码已不在原来的账号上，请重新核对。"),
    "number.certified": _l(
        "占用号码的账号已凭它领取合格证，不能直接收回；是同一个人的请合并，不是的请先撤销证书。"
    ),
    "number.registered": _l("占用号码的账号已由主管部门办理注册，不能直接收回。"),
    "slip.staff": _l("工作人员的账号不能在柜台重设密码，请联系平台运营方。"),
    "slip.own": _l("不能给自己的账号打印单据。"),
    "slip.not_active": _l("这个账号已停用、注销或合并，不能重设密码。"),
    "slip.too_many": _l("今天已办理 {n} 次，达到一人一天的上限，请由同事办理。"),
    "slip.again": _l("请再试一次。"),
    "slip.consent": _l("首次登录请先阅读并同意隐私政策。"),
    "counter.there_already": _l("这个身份证号码已有账号。"),
    "counter.too_many_failed": _l(
        "今天已有 {n} 次没有核对上，达到一人一天的上限，请由同事办理。"
        "每次都记在操作记录里，负责人可以查看。"
    ),
    "counter.other_name": _l("姓名与这个号码的账号不一致，请核对身份证。"),
    "slip.unknown_anywhere": _l(
        "这个账号还没有在任何协会学习过，一个人不能在柜台为它重设密码。"
    ),
    "slip.unknown_here": _l(
        "这个身份证的账号不在本协会学习，不能在这里重设密码；请本人到所在的协会办理。"
    ),
}
