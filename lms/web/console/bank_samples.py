"""One question of each kind, for templates."""

from lms.exams.rules import NewQuestion, Part, QuestionKind
from lms.exams.rules.questions import TRUE_FALSE
from lms.policy.model import Specialty

SAMPLES = (
    NewQuestion(
        None,
        None,
        QuestionKind.SINGLE,
        "注册与执业管理",
        "二级建造师注册证书的有效期为（　）。",
        ("1年", "2年", "3年", "5年"),
        (2,),
        "有效期3年，期满可申请延续注册。",
        "《注册建造师管理规定》",
    ),
    NewQuestion(
        None,
        Specialty.BUILDING,
        QuestionKind.MULTIPLE,
        "施工安全技术",
        "下列属于临边作业防护的有（　）。",
        ("防护栏杆", "挡脚板", "密目网", "安全帽"),
        (0, 1, 2),
    ),
    NewQuestion(
        None,
        Specialty.BUILDING,
        QuestionKind.TRUE_FALSE,
        "主体结构",
        "混凝土浇筑后应及时养护。",
        TRUE_FALSE,
        (0,),
    ),
    NewQuestion(
        None,
        Specialty.BUILDING,
        QuestionKind.CASE,
        "地基与基础",
        "某工程基坑开挖深度6米，施工单位编制了专项施工方案。",
        parts=(
            Part(
                QuestionKind.SINGLE,
                "该专项方案是否需要专家论证？",
                ("需要", "不需要"),
                (0,),
                "开挖深度5米（含）以上须论证。",
            ),
            Part(
                QuestionKind.MULTIPLE,
                "监测内容应包括（　）。",
                ("水平位移", "沉降", "地下水位", "气温"),
                (0, 1, 2),
            ),
        ),
    ),
)
