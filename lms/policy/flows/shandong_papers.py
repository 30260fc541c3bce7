"""The lists of papers that Jinan asks for, in its own words.

Source: 《二级建造师证书办理须知》(济南) 所需材料, 个人信息更改.
"""

from dataclasses import replace

from lms.policy.flow import Case, Check, Material, MaterialKind, Party

SIGNED_AND_SEALED = frozenset({Check.SIGNED, Check.SEALED})
FORM = Material(
    MaterialKind.FORM,
    "申请表",
    "1.注册系统打印出的申请表(省网打印)；2.申请表中的个人承诺，需本人亲笔签字；"
    "3.申请表中的单位承诺加盖单位公章。",
    SIGNED_AND_SEALED,
)
BOSS_SIGNS = Material(
    MaterialKind.FORM,
    "申请表",
    "1.注册系统打印出的申请表(省网打印)；2.申请表中的个人签名需本人签字；"
    "3.申请表中的单位负责人签名为企业法人签名，并加盖单位公章。",
    SIGNED_AND_SEALED,
)
IN_TWO_COPIES = Material(
    MaterialKind.FORM,
    "申请表",
    "1.省注册系统打印出表申请表一式两份；2.申请表中的本人亲笔签名；"
    "3.申请表中的单位负责人签名为企业法人签名，并加盖单位公章。",
    SIGNED_AND_SEALED,
)
EDUCATION = Material(
    MaterialKind.EDUCATION,
    "学历证书",
    "中等专科以上本专业(工程、工程经济类)毕业证书、学信网打印学历证明"
    "（学信网无法打印证明请提交补充资料“毕业生登记表”“报到证”）。",
)
ID_SCAN = Material(MaterialKind.ID_CARD, "身份证", "身份证请将扫描件上传。")
ID_ORIGINAL = Material(
    MaterialKind.ID_CARD, "身份证", "身份证原件", frozenset({Check.ORIGINAL})
)
ID_BOTH_SIDES = Material(
    MaterialKind.ID_CARD,
    "身份证",
    "身份证原件及复印件，复印件正反两面复印件。",
    frozenset({Check.BOTH_SIDES, Check.ORIGINAL}),
)
SAME_EMPLOYER = Material(
    MaterialKind.CONTRACT,
    "劳动合同",
    "资格证书考试单位与注册单位一致：合同截止日期要求自提交二级建造师初始注册书面申请表"
    "起满一年以上。",
    frozenset({Check.ENDS_A_YEAR_ON}),
    unless=Case.OTHER_EMPLOYER_SINCE_EXAM,
)
OTHER_EMPLOYER = Material(
    MaterialKind.CONTRACT,
    "劳动合同",
    "考试报名时的企业与注册时的企业不一致的：劳动合同开始日期要在解聘日期之后，"
    "合同截止日期要求自提交二级建造师初始注册书面申请表起满一年以上。",
    frozenset({Check.ENDS_A_YEAR_ON, Check.BEGINS_AFTER_DISMISSAL}),
    case=Case.OTHER_EMPLOYER_SINCE_EXAM,
)
RENEWED_CONTRACT = Material(
    MaterialKind.CONTRACT,
    "劳动合同",
    "劳动合同截止日期要求自提交二级建造师延期注册书面申请表起满一年以上。",
    frozenset({Check.ENDS_A_YEAR_ON}),
)
THREE_MONTHS = Material(
    MaterialKind.INSURANCE,
    "诚信证明",
    "核查聘用企业缴纳的3个月社保情况（网络查询，请提供有效的查询方式）；"
    "审批时会核查注册人员的执业经历，如需补充资料会告知补正。",
    frozenset({Check.THREE_MONTHS}),
    unless=Case.RETIRED,
)
INSURANCE = Material(
    MaterialKind.INSURANCE,
    "诚信证明",
    "核查聘用企业缴纳的社保情况（网络查询，请提供有效的查询方式）；"
    "审批时会核查注册人员的执业经历，如需补充资料会告知补正。",
    unless=Case.RETIRED,
)
RETIREMENT = Material(
    MaterialKind.RETIREMENT,
    "诚信证明",
    "退休人员需退休文件，山东省人力资源和社会保障厅出具的退休证。",
    case=Case.RETIRED,
)
VIDEO = Material(
    MaterialKind.VIDEO, "本人视频", "申请人持身份证有声视频。", frozenset({Check.SOUND})
)
CERTIFICATE_ORIGINAL = Material(
    MaterialKind.OLD_CERTIFICATE, "注册证书", "原件", frozenset({Check.ORIGINAL})
)
CERTIFICATE_SEALED = Material(
    MaterialKind.OLD_CERTIFICATE,
    "注册证书",
    "原件及复印要求内容完整，并加盖执业印章。",
    frozenset({Check.ORIGINAL, Check.PRACTICE_SEALED}),
)
DISMISSAL = Material(
    MaterialKind.DISMISSAL,
    "解聘证明",
    "解聘证明日期要在注册证书签发日期之后。",
    frozenset({Check.AFTER_CERTIFICATE}),
)

INITIAL = (
    FORM,
    EDUCATION,
    ID_SCAN,
    SAME_EMPLOYER,
    OTHER_EMPLOYER,
    THREE_MONTHS,
    RETIREMENT,
    VIDEO,
)
RENEWAL = (FORM, ID_BOTH_SIDES, RENEWED_CONTRACT, INSURANCE, RETIREMENT, VIDEO)
CHANGE = (
    FORM,
    ID_ORIGINAL,
    CERTIFICATE_ORIGINAL,
    DISMISSAL,
    SAME_EMPLOYER,
    OTHER_EMPLOYER,
    INSURANCE,
    RETIREMENT,
    VIDEO,
)
RENAMED = (
    FORM,
    ID_ORIGINAL,
    CERTIFICATE_ORIGINAL,
    Material(
        MaterialKind.LICENCE,
        "企业营业执照",
        "原件扫描件",
        frozenset({Check.ORIGINAL}),
        by=Party.EMPLOYER,
    ),
    Material(
        MaterialKind.UNIT_QUALIFICATION,
        "企业资质证书",
        "原件扫描件",
        frozenset({Check.ORIGINAL}),
        by=Party.EMPLOYER,
    ),
    Material(
        MaterialKind.REPRESENTATIVE_VIDEO,
        "企业法人的申请视频",
        checks=frozenset({Check.SOUND}),
        by=Party.EMPLOYER,
    ),
)
ADD_SPECIALTY = (FORM, ID_BOTH_SIDES, CERTIFICATE_SEALED, VIDEO)
CANCELLATION = (
    BOSS_SIGNS,
    ID_ORIGINAL,
    Material(MaterialKind.DECLARATION, "二级注册建造师注销注册声明", choice="reason"),
    Material(MaterialKind.HIGHER_LEVEL, "高级别考试合格证", choice="reason"),
    Material(MaterialKind.DISMISSAL, "解聘证明", choice="reason"),
    Material(MaterialKind.OLD_CERTIFICATE, "注册证书", choice="certificate"),
    Material(
        MaterialKind.LOSS_REPORT,
        "有关报告",
        "证书丢失，需要提交有关报告，写明原因及承担责任的主体。",
        case=Case.CERTIFICATE_LOST,
        choice="certificate",
    ),
)
LOST = (IN_TWO_COPIES, ID_BOTH_SIDES, VIDEO)
INFORMATION = (
    Material(
        MaterialKind.FORM,
        "二级建造师个人信息更改申请表",
        "本人签字，单位盖章",
        SIGNED_AND_SEALED,
    ),
    replace(ID_ORIGINAL, title="身份证原件", note=""),
    Material(
        MaterialKind.HOUSEHOLD,
        "户口薄原件",
        checks=frozenset({Check.ORIGINAL}),
        choice="proof",
    ),
    Material(
        MaterialKind.CHANGE_PROOF,
        "公安机关开具的身份证号变更证明",
        checks=frozenset({Check.ORIGINAL}),
        choice="proof",
    ),
    Material(
        MaterialKind.QUALIFICATION,
        "原执业资格证书原件",
        checks=frozenset({Check.ORIGINAL}),
    ),
    Material(
        MaterialKind.OLD_CERTIFICATE,
        "原注册证书原件",
        checks=frozenset({Check.ORIGINAL}),
        case=Case.REGISTERED,
    ),
    Material(
        MaterialKind.BUNDLE,
        "扫描形成一个PDF文件",
        "不大于2M",
        frozenset({Check.ONE_PDF}),
    ),
)
