"""How an old platform's files and records are said, and in which tone."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.legacy.rules.columns import Field, Kind
from lms.legacy.rules.standing import ImportState, Proof

Word = tuple[LazyString, str]

KINDS: Mapping[Kind, LazyString] = MappingProxyType(
    {
        Kind.PEOPLE: _l("人员"),
        Kind.HOURS: _l("学时"),
        Kind.CERTIFICATES: _l("证书"),
    }
)

FIELDS: Mapping[Field, LazyString] = MappingProxyType(
    {
        Field.ID_NUMBER: _l("身份证号"),
        Field.NAME: _l("姓名"),
        Field.NUMBER: _l("旧平台编号"),
        Field.PHONE: _l("手机号"),
        Field.PROVINCE: _l("注册省份"),
        Field.SPECIALTY: _l("专业（主项在前）"),
        Field.REGISTER_NO: _l("注册编号"),
        Field.PERIOD_FROM: _l("有效期起"),
        Field.PERIOD_UNTIL: _l("有效期止"),
        Field.TRACK: _l("必修或选修"),
        Field.CREDIT: _l("学时"),
        Field.COURSE: _l("课程名称"),
        Field.EARNED_ON: _l("完成日期"),
        Field.YEAR: _l("年度"),
        Field.ISSUED_ON: _l("发证日期"),
    }
)

STATES: Mapping[ImportState, Word] = MappingProxyType(
    {
        ImportState.DRAFT: (_l("待核对"), "warn"),
        ImportState.ASKED: (_l("待负责人同意"), "warn"),
        ImportState.TAKING: (_l("正在导入"), "info"),
        ImportState.DONE: (_l("已导入"), "ok"),
        ImportState.REFUSED: (_l("没有导入"), "neutral"),
        ImportState.LEAVING: (_l("撤回待负责人同意"), "warn"),
        ImportState.WITHDRAWN: (_l("已撤回"), "neutral"),
    }
)

PROOFS: Mapping[Proof, LazyString] = MappingProxyType(
    {
        Proof.PHONE: _l("两个平台验证过的手机号相同"),
        Proof.STAFF: _l("协会核对身份证，两人同意"),
    }
)

MESSAGES: dict[str, LazyString] = {
    "association.named": _l(
        "协会代码须为 2 至 12 位大写字母和数字，名称 4 至 80 个字。"
    ),
    "association.there": _l("这个代码已有协会使用。"),
    "association.two_managers": _l("开通协会须有两位负责人。"),
    "face.colour": _l("颜色写法不对，请用颜色框选择。"),
    "face.contrast": _l("颜色太浅，白字写在上面看不清，请选深一些（对比度至少 4.5）。"),
    "face.invalid": _l("门户没有保存，请按提示改正。"),
    "face.short_name": _l("简称须为 2 至 20 个字。"),
    "face.slug": _l("网址须为 3 至 30 位小写字母、数字和短横，以字母开头。"),
    "face.slug_taken": _l("这个网址已有别的协会使用，请换一个。"),
    "face.topics": _l(
        "帮助与联系最多 8 行，事项和找谁都要填写，分别不超过 20 和 120 字。"
    ),
    "face.unknown": _l("没有这个协会门户，或还没有对外开放。"),
    "face.welcome": _l("欢迎词最多 300 字。"),
    "legacy.above": _l("超过该专业该类别一个周期应修的学时，多出的不能导入"),
    "legacy.busy": _l("另一个旧平台文件正在导入，请等它完成后再同意。"),
    "legacy.certified": _l("有合格证是按这些学时签发的，须先按申请撤销或换发。"),
    "legacy.column_missing": _l("没有标“选填”的各项都要指定所在的列。"),
    "legacy.corrected": _l("有人的这些学时后来更正过，撤回后不够扣，须先更正。"),
    "legacy.course": _l("没有课程名称"),
    "legacy.credit": _l("学时须大于 0，不超过 120，最多两位小数"),
    "legacy.day": _l("日期空缺或无法识别"),
    "legacy.day_needed": _l("这一年有注册周期开始或结束，须填写完成日期"),
    "legacy.differs": _l("以前导入过同一编号或同一人，内容不同"),
    "legacy.elsewhere": _l("同样的内容以前按另一个旧平台名称导入过，不能再导入"),
    "legacy.flawed": _l("有 {count} 行不能导入，全部改正后才能提交。"),
    "legacy.hangs": _l("后来导入的学时或证书挂在这些人员名下，须先撤回那些文件。"),
    "legacy.in_use": _l("这次导入的内容已被使用，现在不能撤回。原因列在下面。"),
    "legacy.long": _l("内容超过 120 字"),
    "legacy.many_rows": _l("一个文件最多 5000 行，请分成几个文件。"),
    "legacy.mapping": _l("列的对应还不完整。"),
    "legacy.moved": _l("这个文件的状态已经改变，请刷新后查看。"),
    "legacy.no_day": _l("请指定完成日期或年度所在的列。"),
    "legacy.no_person": _l("旧平台人员表里没有这个身份证号，请先导入人员"),
    "legacy.no_platform": _l("请填写旧平台的名称。"),
    "legacy.none": _l("没有等您认领的旧平台记录。"),
    "legacy.not_agreed": _l("这个文件没有经两人同意，不能记入学时。"),
    "legacy.not_asker": _l("只有提交的人才能撤回。"),
    "legacy.not_the_same": _l("本人现在的姓名或身份证号与旧平台记录不同，不能认领。"),
    "legacy.nothing_new": _l("文件里的内容以前都导入过，不需要再导入。"),
    "legacy.number": _l("编号空缺，或超过 60 个字"),
    "legacy.one_specialty": _l("须写明一个专业"),
    "legacy.other_name": _l("姓名与旧平台人员表里同一身份证号的姓名不同"),
    "legacy.other_specialty": _l("人员表里没有这个专业"),
    "legacy.own_number": _l("这是本系统证书的编号，不能当作旧平台的编号"),
    "legacy.period": _l("有效期的起止颠倒"),
    "legacy.profile": _l("请先填完个人信息，再认领旧平台记录。"),
    "legacy.province": _l("没有这个省份"),
    "legacy.reason": _l("请写明数据从哪里来、由谁移交，至少 4 个字。"),
    "legacy.stale": _l("提交以后情况有变，有的行不能再导入。请退回，改正后重新提交。"),
    "legacy.track": _l("请写“必修”或“选修”"),
    "legacy.twice": _l("文件里有另一行的编号或身份证号相同"),
    "legacy.unknown": _l("没有找到这个旧平台文件或记录。"),
    "legacy.withdraw_reason": _l("撤回原因须写 6 至 400 个字。"),
    "legacy.year": _l("年度无法识别、晚于今年，或与完成日期不符"),
}
