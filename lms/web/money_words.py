"""How statements, invoices and reconciliations are said, and in which tone."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.commerce.rules.columns import Field
from lms.commerce.rules.invoices import (
    InvoiceState,
    InvoiceType,
    RedState,
    RedWhy,
    TitleKind,
)
from lms.commerce.rules.matching import Reason
from lms.commerce.rules.reconciling import DiffKind, DiffState
from lms.commerce.rules.statements import LineState, ReturnState

Word = tuple[LazyString, str]

FIELDS: Mapping[Field, LazyString] = MappingProxyType(
    {
        Field.DAY: _l("交易日期"),
        Field.CREDIT: _l("收入金额（贷方）"),
        Field.DEBIT: _l("支出金额（借方）"),
        Field.AMOUNT: _l("金额（收支同列）"),
        Field.DIRECTION: _l("收支方向"),
        Field.PAYER: _l("对方户名"),
        Field.PAYER_ACCOUNT: _l("对方账号"),
        Field.RUNNING_NO: _l("银行流水号"),
        Field.REF: _l("凭证号"),
        Field.REMARK: _l("附言、用途"),
        Field.SUMMARY: _l("摘要"),
        Field.BALANCE: _l("余额"),
    }
)

LINE: Mapping[LineState, Word] = MappingProxyType(
    {
        LineState.OPEN: (_l("待匹配"), "warn"),
        LineState.PROPOSED: (_l("待复核"), "info"),
        LineState.KEPT: (_l("暂记待查"), "warn"),
        LineState.RETURNING: (_l("退回办理中"), "info"),
        LineState.DONE: (_l("已处理"), "ok"),
        LineState.ASIDE: (_l("与订单无关"), "neutral"),
        LineState.OUT: (_l("支出"), "neutral"),
    }
)

RETURN: Mapping[ReturnState, Word] = MappingProxyType(
    {
        ReturnState.ASKED: (_l("待负责人同意"), "warn"),
        ReturnState.AGREED: (_l("待银行退回"), "info"),
        ReturnState.DONE: (_l("已退回"), "ok"),
        ReturnState.REFUSED: (_l("未同意"), "neutral"),
    }
)

REASON: Mapping[Reason, LazyString] = MappingProxyType(
    {
        Reason.NUMBER: _l("附言有订单号"),
        Reason.AMOUNT: _l("金额一致"),
        Reason.TOGETHER: _l("多单合计一致"),
        Reason.PAYER_TITLE: _l("户名与发票抬头一致"),
        Reason.PAYER_COMPANY: _l("户名与聘用单位一致"),
        Reason.PAYER_PERSON: _l("户名与学员一致"),
        Reason.DECLARED: _l("学员称已转账"),
    }
)

INVOICE: Mapping[InvoiceState, Word] = MappingProxyType(
    {
        InvoiceState.ASKED: (_l("待开具"), "warn"),
        InvoiceState.HANDED: (_l("开具中"), "info"),
        InvoiceState.ISSUED: (_l("已开具"), "ok"),
        InvoiceState.RED: (_l("已红冲"), "neutral"),
        InvoiceState.DECLINED: (_l("已退回修改"), "bad"),
        InvoiceState.WITHDRAWN: (_l("已撤回"), "neutral"),
    }
)

TITLE: Mapping[TitleKind, LazyString] = MappingProxyType(
    {TitleKind.COMPANY: _l("单位"), TitleKind.PERSONAL: _l("个人")}
)

TYPE: Mapping[InvoiceType, LazyString] = MappingProxyType(
    {
        InvoiceType.NORMAL: _l("普通发票"),
        InvoiceType.SPECIAL: _l("增值税专用发票"),
    }
)

RED: Mapping[RedState, Word] = MappingProxyType(
    {
        RedState.WISHED: (_l("学员申请，待核对"), "warn"),
        RedState.ASKED: (_l("红冲待负责人同意"), "warn"),
        RedState.AGREED: (_l("待开红字发票"), "info"),
        RedState.DONE: (_l("红字发票已开"), "ok"),
        RedState.REFUSED: (_l("红冲未同意"), "neutral"),
    }
)

WHY: Mapping[RedWhy, LazyString] = MappingProxyType(
    {
        RedWhy.TITLE: _l("抬头或税号有误"),
        RedWhy.CONTENT: _l("内容或金额有误"),
        RedWhy.REFUND: _l("退款"),
        RedWhy.OTHER: _l("其他"),
    }
)

SOURCES: Mapping[str, LazyString] = MappingProxyType(
    {
        "": _l("留空"),
        "serial": _l("发票流水号"),
        "type": _l("发票类型"),
        "included": _l("是否含税（是）"),
        "natural": _l("是否自然人"),
        "title": _l("抬头"),
        "tax_no": _l("税号"),
        "address": _l("地址"),
        "phone": _l("电话"),
        "bank": _l("开户银行"),
        "account": _l("银行账号"),
        "shown": _l("展示哪些购方信息"),
        "remark": _l("备注"),
        "seller_name": _l("销售方名称"),
        "seller_tax_no": _l("销售方税号"),
        "seller_address": _l("销售方地址"),
        "seller_phone": _l("销售方电话"),
        "seller_bank": _l("销售方开户行"),
        "seller_account": _l("销售方账号"),
        "email": _l("邮箱"),
        "payee": _l("收款人"),
        "reviewer": _l("复核人"),
        "item": _l("项目名称"),
        "tax_code": _l("税收编码"),
        "spec": _l("规格型号（课程名）"),
        "unit": _l("单位（计量）"),
        "quantity": _l("数量"),
        "price": _l("单价"),
        "amount": _l("金额"),
        "rate": _l("税率"),
        "favoured": _l("是否优惠（否）"),
    }
)

CHANNEL: Mapping[str, LazyString] = MappingProxyType(
    {
        "transfer": _l("对公转账"),
        "wechat_pay": _l("微信支付"),
        "alipay": _l("支付宝"),
        "card": _l("银行卡"),
    }
)

DIFF_STATE: Mapping[DiffState, Word] = MappingProxyType(
    {
        DiffState.OPEN: (_l("未处理"), "bad"),
        DiffState.SETTLED: (_l("已说明"), "ok"),
        DiffState.GONE: (_l("已消除"), "neutral"),
    }
)

DIFF: Mapping[DiffKind, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        DiffKind.STRIPE_UNKNOWN: (
            _l("支付平台已收款，系统没有入账"),
            _l("系统会自动补记；一小时后仍在，请联系平台运维核对付款编号。"),
        ),
        DiffKind.STRIPE_MISSING: (
            _l("系统已入账，支付平台查不到"),
            _l("登录支付平台按付款编号查询，确认款项是否真实到账。"),
        ),
        DiffKind.STRIPE_AMOUNT: (
            _l("支付平台与系统金额不一致"),
            _l("以支付平台为准，核对订单金额，联系平台运维。"),
        ),
        DiffKind.STRIPE_REFUND: (
            _l("支付平台与系统退款额不一致"),
            _l("可能有人在支付平台直接退款，请核对并补办退款手续。"),
        ),
        DiffKind.BANK_UNASSIGNED: (
            _l("银行来款没有对应订单"),
            _l("打开这条流水，匹配订单、暂记待查或提出退回。"),
        ),
        DiffKind.BANK_OUT: (
            _l("银行支出没有对应退款"),
            _l("若是退款，在订单里登记流水号；与订单无关的，标为“与订单无关”。"),
        ),
        DiffKind.TRANSFER_NO_LINE: (
            _l("手工登记的到账，银行流水里没有"),
            _l("核对流水号和日期；登记有误的，撤销后按银行流水重新匹配。"),
        ),
        DiffKind.TRANSFER_STRANDED: (
            _l("已确认的转账没有用上，订单已由别的方式付清"),
            _l("打开订单撤销这笔对应，款项回到待匹配，再退回付款人。"),
        ),
        DiffKind.ORDER_AMOUNT: (
            _l("已付款订单的金额与到账不一致"),
            _l("打开订单核对每笔到账；无法说明的，报负责人。"),
        ),
        DiffKind.ORDER_SHORT: (
            _l("订单到账不足"),
            _l("联系学员补足差额，或提出退回。"),
        ),
        DiffKind.MONEY_HELD: (
            _l("多收或不符的款项还没退回"),
            _l("打开订单，提出退款。"),
        ),
        DiffKind.REFUND_AMOUNT: (
            _l("订单退款额与款项不一致"),
            _l("打开订单核对退款记录。"),
        ),
        DiffKind.REFUND_LATE: (
            _l("退款已同意，三天还没退出"),
            _l("转账退款请在银行办理后登记流水号；在线退款请联系平台运维。"),
        ),
        DiffKind.INVOICE_OVER: (
            _l("发票金额大于实收"),
            _l("打开发票，开具红字发票。"),
        ),
        DiffKind.LEDGER: (
            _l("资金账与收款记录不一致"),
            _l("请联系平台运维，勿自行修改。"),
        ),
    }
)
"""What a difference is, and what to do about it."""

MESSAGES: dict[str, LazyString] = {
    "difference.no_reason": _l("请写明处理情况。"),
    "difference.settled": _l("这条差异已经处理。"),
    "difference.unknown": _l("没有找到这条差异。"),
    "handover.gone": _l("这个文件已过保存期。"),
    "handover.heads": _l("列名不能为空，也不能重复。"),
    "handover.invalid": _l("开票文件的设置不完整。"),
    "handover.item": _l("请填写项目名称和税率。"),
    "handover.lacks": _l(
        "缺少必需的列：流水号、类型、抬头、税号；明细的流水号、项目、金额。"
    ),
    "handover.many": _l("最多 60 列。"),
    "handover.since": _l("生效日期不能早于今天。"),
    "handover.source": _l("有一列的取值无法识别。"),
    "handover.tax_code": _l("商品和服务税收编码应为 19 位数字。"),
    "handover.unknown": _l("没有找到这个文件。"),
    "invoice.amount_typed": _l("您填写的金额与文件里的不同。"),
    "invoice.associations": _l("一张发票只能合并同一协会的订单。"),
    "invoice.contradicts": _l(
        "文件里的二维码、版面和附加信息互相不一致，可能被改动过。"
    ),
    "invoice.day_typed": _l("您填写的日期与文件里的不同。"),
    "invoice.differs": _l(
        "这个文件不是所申请的发票（应为 {asked} 元，文件为 {read} 元）。"
    ),
    "invoice.email": _l("邮箱有误，请检查。"),
    "invoice.file_there": _l("这种格式的文件已经上传过。"),
    "invoice.format": _l("请上传税务系统导出的 PDF 或 OFD 发票。"),
    "invoice.invalid": _l("开票信息有误，请检查。"),
    "invoice.long": _l("内容过长，请按税务系统的限制填写。"),
    "invoice.name": _l("请填写抬头，至少两个字。"),
    "invoice.no_choice": _l("请先选择要处理的发票，一次最多 500 张。"),
    "invoice.no_day": _l("开票日期缺失，或早于申请日、晚于今天。"),
    "invoice.no_file": _l("没有找到这个发票文件。"),
    "invoice.no_number": _l("没有读到发票号码（20 位或 8 位数字），请手工填写。"),
    "invoice.no_orders": _l("请选择要开票的订单，一次最多 50 个。"),
    "invoice.no_reason": _l("请写明原因。"),
    "invoice.no_red": _l("没有找到这条红冲记录。"),
    "invoice.no_red_agreed": _l("红冲还没有同意，或已经办完。"),
    "invoice.no_red_asked": _l("这条红冲不在等待同意的状态。"),
    "invoice.no_seller": _l("协会的销售方资料不全，还不能导出开票文件。"),
    "invoice.no_wish": _l("这条申请已经处理。"),
    "invoice.not_asked": _l("这张发票已交税务系统或已结束，不能再改。"),
    "invoice.not_handed": _l("这张发票不在已导出的状态。"),
    "invoice.not_issued": _l("这张发票还没有开具。"),
    "invoice.not_paid": _l("发票 {serial} 的订单还没有付清，暂时不能开具。"),
    "invoice.not_payable": _l("订单 {number} 不能开票：已取消、已全额退款或无需付款。"),
    "invoice.not_ready": _l("这张发票已经结束，不能上传。"),
    "invoice.number_known": _l("这个发票号码已经登记过。"),
    "invoice.number_typed": _l("您填写的号码与文件里的不同。"),
    "invoice.other_amount": _l("金额与申请不一致。"),
    "invoice.other_number": _l("与已上传的发票号码不同。"),
    "invoice.other_tax_no": _l("文件里没有申请的税号。"),
    "invoice.other_title": _l("文件里没有申请的抬头。"),
    "invoice.own": _l("不能办理本人的发票。"),
    "invoice.red_amount": _l("红冲金额有误，最多 {left} 元；改抬头须全额红冲。"),
    "invoice.red_open": _l("这张发票已有一条红冲在办理。"),
    "invoice.same_number": _l("这是原来的蓝字发票，请上传红字发票。"),
    "invoice.special_facts": _l("专用发票须填写地址、电话、开户银行和账号。"),
    "invoice.special_person": _l("个人不能申请增值税专用发票。"),
    "invoice.there": _l("所选订单里有的已经申请过发票。"),
    "invoice.unknown": _l("没有找到这张发票。"),
    "line.anew": _l("您打开本页以后，这条流水改对应了别的订单，请重新核对。"),
    "line.no_parts": _l("请填写要对应的订单和金额。"),
    "line.no_reason": _l("请写明原因。"),
    "line.no_return": _l("没有找到这笔退回。"),
    "line.not_agreed": _l("这笔退回还没有同意，或已经办完。"),
    "line.nothing_left": _l("这条流水没有可以处理的款项。"),
    "line.order_twice": _l("这条流水已经对应过该订单，请先撤销再改。"),
    "line.over": _l("超过这条流水还剩的 {left} 元。"),
    "line.spoken_for": _l("这条流水的款项已有去向，不能标为与订单无关。"),
    "line.unknown": _l("没有找到这条流水。"),
    "refund.invoice_handed": _l(
        "该订单的发票 {serial} 已导出待开。请先撤回导出，或上传已开的发票，再办退款。"
    ),
    "refund.red_first": _l(
        "该订单已开发票 {number}，按协会规定须先开具 {amount} 元红字发票，再同意退款。"
    ),
    "statement.bad_amount": _l("金额无法识别"),
    "statement.bad_day": _l("日期无法识别"),
    "statement.bad_direction": _l("收支方向无法识别"),
    "statement.both_ways": _l("同一行既有收入又有支出"),
    "statement.column_gone": _l("选择的列在文件里不存在。"),
    "statement.column_twice": _l("同一列不能对应两项内容。"),
    "statement.empty": _l("表头下面没有流水"),
    "statement.encoding": _l("无法识别文件的文字编码，请从网银重新下载 CSV 或 Excel。"),
    "statement.flawed": _l("有 {count} 行无法识别，没有导入任何一行。请看下面的清单。"),
    "statement.future_day": _l("日期晚于今天"),
    "statement.long": _l("内容超过 200 字"),
    "statement.mapping": _l("列的对应还不完整。"),
    "statement.no_amount": _l("请指定收入金额所在的列。"),
    "statement.no_bank": _l("请填写开户银行和本方账号。"),
    "statement.no_day": _l("请指定交易日期所在的列。"),
    "statement.no_payer": _l("请指定对方户名所在的列。"),
    "statement.no_rows": _l("文件里没有内容。"),
    "statement.other_name": _l(
        "第 {n} 行以前按“{bank} {account}”导入过。同一个账户请用同一个银行名称和账号，"
        "没有导入任何一行。"
    ),
    "statement.taken": _l("这个文件已经导入。"),
    "statement.twice": _l("与第 {said} 行的流水号、日期、金额都相同"),
    "statement.unknown": _l("没有找到这个流水文件。"),
    "statement.zero": _l("金额为零"),
    "transfer.imported": _l("这条流水已随银行流水导入，请到“银行流水”里匹配。"),
    "seller.no_name": _l("还没有填写名称。"),
    "seller.no_uscc": _l("还没有填写统一社会信用代码（税号）。"),
    "seller.no_address": _l("还没有填写地址。"),
    "seller.no_phone": _l("还没有填写电话。"),
    "seller.no_bank": _l("还没有填写开户行。"),
    "seller.no_account": _l("还没有填写账号。"),
    "transfer.strange_payer": _l(
        "付款户名“{payer}”与发票抬头不一致。请收到加盖公章的说明后，在备注里写明再办理。"
    ),
    "transfer.counted": _l("订单已经付清，这条流水不能撤销。"),
    "transfer.known": _l("这条银行流水已经登记过，不能重复使用。"),
    "transfer.nobody": _l("请先登录。"),
    "transfer.not_payable": _l("此订单不再等待付款，请核对订单号。"),
    "transfer.not_proposed": _l("这条流水不在待复核状态。"),
    "transfer.over": _l(
        "金额比应付多 {surplus} 元，请核对；确属多付的，先退还多付部分再登记。"
    ),
    "transfer.own_order": _l("不能办理本人的订单。"),
    "transfer.same_person": _l("复核须由另一个人办理。"),
    "transfer.unknown": _l("没有找到这条流水。"),
}

LINE_GROUP: Mapping[str, LazyString] = MappingProxyType(
    {
        "open": _l("待匹配"),
        "confirm": _l("待复核"),
        "kept": _l("暂记待查"),
        "returning": _l("退回中"),
        "done": _l("已处理"),
        "out": _l("支出"),
        "aside": _l("与订单无关"),
        "all": _l("全部"),
    }
)

INVOICE_GROUP: Mapping[str, LazyString] = MappingProxyType(
    {
        "ready": _l("待开具"),
        "handed": _l("开具中"),
        "red": _l("红冲办理中"),
        "unpaid": _l("待付款"),
        "issued": _l("已开具"),
        "over": _l("已结束"),
        "all": _l("全部"),
    }
)
