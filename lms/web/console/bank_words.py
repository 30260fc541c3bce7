"""What is wrong with questions, files and plans, said at the place where it is."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.exams.rules.kinds import Difficulty

FAULTS: Mapping[str, LazyString] = MappingProxyType(
    {
        "case.number": _l("案例题要写案例编号，它的各小题写相同的编号。"),
        "case.options": _l("案例题的选项和答案写在小题里。"),
        "case.order": _l("案例的小题要紧跟在它的“案例题”一行之后。"),
        "case.told": _l("案例题这一行只写背景，选项和答案写在小题里。"),
        "cell.beside": _l("表头之外还有内容，请删除。"),
        "cell.formula": _l("单元格里是公式，请改成文字。"),
        "chapter.none": _l("请填写章节。"),
        "difficulty.unknown": _l("难度只能是易、中、难。"),
        "gift.after": _l("答案的大括号后面还有文字。"),
        "gift.braces": _l("大括号不成对，或一题里有两处答案。"),
        "gift.category": _l("分类要写成“专业/章节”，如 $CATEGORY: 建筑工程/主体结构。"),
        "gift.feedback": _l("不支持配对题，也不支持写在选项后的反馈。"),
        "gift.format": _l("不支持带格式的文字，请用 [plain] 导出。"),
        "gift.kind": _l("不支持这种题型，只支持单选、多选、判断和案例。"),
        "gift.no_answer": _l("大括号里没有答案。"),
        "gift.partial": _l("不支持部分得分的单选题。"),
        "head.missing": _l("缺少这一列，请用模板的表头。"),
        "head.twice": _l("有两列的表头相同。"),
        "head.unknown": _l("没有这种列，请用模板的表头。"),
        "key.none": _l("请填写答案。"),
        "key.one": _l("单选题、判断题只能有一个答案。"),
        "key.outside": _l("答案不在选项里。"),
        "key.two": _l("多选题至少有两个答案。"),
        "key.unread": _l("答案请写字母，如 A 或 ACD；判断题可写对、错。"),
        "kind.none": _l("请填写题型。"),
        "kind.unknown": _l("题型只能是单选题、多选题、判断题、案例题。"),
        "long": _l(
            "文字太长：题干、解析最多 4000 字，选项 500 字，依据 200 字，章节 80 字。"
        ),
        "option.none": _l("选项之间不能空。"),
        "options.count": _l("选项要有 2 至 8 个。"),
        "options.same": _l("有两个选项相同。"),
        "options.true_false": _l("判断题只有两个选项。"),
        "parts.few": _l("案例题至少要有一个小题。"),
        "parts.kind": _l("小题只能是单选、多选或判断。"),
        "parts.many": _l("一个案例最多 10 个小题。"),
        "parts.none": _l("只有案例题有小题。"),
        "rows.none": _l("文件里没有题目。"),
        "same.file": _l("与本文件第 {row} 行相同但答案不同。"),
        "same.key": _l("题库中有相同的题目，但答案不同，请先核对。"),
        "specialty.unknown": _l("没有这个专业，请用模板里的写法。"),
        "stem.none": _l("请填写题干。"),
    }
)

COLUMNS: Mapping[str, LazyString] = MappingProxyType(
    {
        "": _l("整行"),
        "kind": _l("题型"),
        "specialty": _l("专业"),
        "chapter": _l("章节"),
        "difficulty": _l("难度"),
        "stem": _l("题干"),
        "key": _l("答案"),
        "explanation": _l("解析"),
        "basis": _l("依据"),
        "case": _l("案例编号"),
    }
)

LEVELS: Mapping[Difficulty, LazyString] = MappingProxyType(
    {
        Difficulty.EASY: _l("易"),
        Difficulty.MEDIUM: _l("中"),
        Difficulty.HARD: _l("难"),
    }
)

STATES: Mapping[str, LazyString] = MappingProxyType(
    {"live": _l("在用"), "retired": _l("已停用"), "all": _l("全部")}
)


def column(name: str) -> str | LazyString:
    """Say the name of a column."""
    if name.startswith("option"):
        return f"选项 {'ABCDEFGH'[int(name[6:])]}" if name[6:].isdecimal() else name
    return COLUMNS.get(name, name)


def fault(code: str, **facts: object) -> str:
    """Say what is wrong."""
    said = str(FAULTS.get(code, code))
    for name, value in facts.items():
        said = said.replace(f"{{{name}}}", str(value))
    return said
