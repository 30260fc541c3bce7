"""What a province's registration certificates are: whose seal, since when, how good.

Data alone. A province without a line here issues none.
"""

from dataclasses import dataclass
from datetime import date

from lms.policy.model import Province


@dataclass(frozen=True, slots=True)
class Licence:
    """A province's rules for its electronic registration certificates.

    `issuer_code` is the authority's unified social credit code in a licence's
    identifier. The notices do not print it: these are stand-ins that are right in
    themselves and belong to nobody; an authority sets its own before it issues.

    `signed_since` is the first day on which nothing is issued without a signature;
    from `bare_void_since` a certificate without signature or dates is invalid; before
    it the old template and the new are both good. Old numbers (13 characters) mean
    nothing from `old_numbers_void_since`, paper nothing from `paper_void_since`.

    Units: `copy_days` of a use copy; its first day counts or does not.
    """

    province: Province
    authority: str
    letter: str
    code: str
    issuer_code: str
    seal: str = "行政审批专用章"
    signed_since: date | None = None
    bare_void_since: date | None = None
    old_numbers_void_since: date | None = None
    paper_void_since: date | None = None
    hand_signed_print: bool = False
    black_print_equal: bool = False
    checked_at: str = ""
    copy_days: int = 180
    copy_first_day_counts: bool = True
    clause: str = ""


_LICENCES = (
    Licence(
        Province.INNER_MONGOLIA,
        authority="内蒙古自治区住房和城乡建设厅",
        letter="蒙",
        code="15",
        issuer_code="11150000MB0000000C",
        signed_since=date(2022, 8, 8),
        bare_void_since=date(2023, 1, 1),
        hand_signed_print=True,
        checked_at="“蒙速办”APP",
        clause="内建行函〔2022〕508号 二",
    ),
    Licence(
        Province.GUIZHOU,
        authority="贵州省住房和城乡建设厅",
        letter="黔",
        code="52",
        issuer_code="11520000MB0000000T",
        paper_void_since=date(2024, 1, 1),
        checked_at="贵州政务服务网",
        clause="黔建建通〔2023〕55号 四",
    ),
    Licence(
        Province.CHONGQING,
        authority="重庆市住房和城乡建设委员会",
        letter="渝",
        code="50",
        issuer_code="11500000MB0000000J",
        paper_void_since=date(2022, 1, 1),
        black_print_equal=True,
        checked_at="全国建筑市场监管公共服务平台",
        clause="重庆市二级建造师电子注册证书样式和使用规则 二",
    ),
    Licence(
        Province.SICHUAN,
        authority="四川省住房和城乡建设厅",
        letter="川",
        code="51",
        issuer_code="11510000MB0000000N",
        checked_at="四川政务服务网",
        clause="四川二级建造师证书注册流程 初始注册",
    ),
    Licence(
        Province.SHANDONG,
        authority="济南市住房和城乡建设局",
        letter="鲁",
        code="37",
        issuer_code="11370100MB00000007",
        checked_at="济南市住房和城乡建设局网站",
        clause="二级建造师证书办理须知 四",
    ),
    Licence(
        Province.BEIJING,
        authority="北京市住房和城乡建设委员会",
        letter="京",
        code="11",
        issuer_code="11110000MB0000000U",
        old_numbers_void_since=date(2024, 1, 1),
        checked_at="北京市住房和城乡建设委员会门户网站",
        clause="北京市二级建造师电子注册证书：2023-11-01 起 17 位编号",
    ),
)

LICENCES = {each.province: each for each in _LICENCES}


def licence_of(province: Province) -> Licence | None:
    """Give a province's rules for its certificates, where it issues any."""
    return LICENCES.get(province)


def licence_by_letter(letter: str) -> Licence | None:
    """Find whose numbers begin with a character."""
    return next((each for each in _LICENCES if each.letter == letter), None)
