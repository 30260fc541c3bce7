"""Draw a quote: plain A4, a table of lines, the seller's seal."""

from lms.commerce.rules.seats import QuotePaper, in_capitals
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.pdf.letters import Paper
from lms.kernel.money import yuan

_PURPOSE = "报价专用章"
_COLUMNS = ("序号", "课程或套餐", "单价（元）", "人数", "金额（元）")
_STARTS = ((26.0, 10.0), (38.0, 72.0), (113.0, 24.0), (140.0, 14.0), (157.0, 27.0))
"""Where each column begins, and how wide it is. Units: millimetres."""

_SPECIMEN = "演示环境出具，仅供查看样式，不构成要约。"
_SEATS = (
    "有效期内按以上价格下单，价格不变。一个人数为一个席位，付款后由贵单位在平台分配给"
    "本单位人员；没有开始学习的席位可以收回、改派。"
)
_ACCOUNT = {
    "name": "户名", "holder": "户名", "bank": "开户行", "account": "账号",
    "uscc": "税号", "address": "地址", "phone": "电话",
}  # fmt: skip


class _Quote(Paper):
    """A paper whose table leaves room for titles."""

    @staticmethod
    def places(count: int) -> list[tuple[float, float]]:
        """Give the title most of the width."""
        return list(_STARTS[:count])


def draw(fonts: Fonts, paper: QuotePaper, *, specimen: bool) -> bytes:
    """Draw a quote."""
    page = _Quote(fonts, f"报价单 {paper.number}")
    page.head(paper.seller, "报价单", f"编号：{paper.number}")
    page.facts(
        (
            ("报价对象", paper.buyer),
            ("信用代码", paper.uscc),
            ("报价日期", _day(paper.made_on.isoformat())),
            ("有效期至", f"{_day(paper.valid_until.isoformat())}（含当日）"),
        )
    )
    page.table(
        _COLUMNS,
        tuple(
            (str(n), title, yuan(unit), str(seats), yuan(price))
            for n, (title, unit, seats, price) in enumerate(paper.lines, 1)
        ),
    )
    total = f"合计：{yuan(paper.total_fen)} 元（{in_capitals(paper.total_fen)}）"
    page.text(total, indent=False)
    for paragraph in _terms(paper, specimen=specimen):
        page.text(paragraph)
    page.sign(paper.seller, _day(paper.made_on.isoformat()), _PURPOSE)
    return page.done()


def _terms(paper: QuotePaper, *, specimen: bool) -> list[str]:
    said = [_SEATS]
    if paper.account:
        parts = [f"{_ACCOUNT.get(key, key)} {value}" for key, value in paper.account]
        said.append(f"对公转账：{'，'.join(parts)}。附言请写订单号。")
    if paper.contact:
        said.append(f"联系方式：{paper.contact}")
    return [*said, _SPECIMEN] if specimen else said


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{year}年{int(month)}月{int(day)}日"
