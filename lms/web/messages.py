"""Every word that a code becomes. Codes come from below; words live here."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.web import (
    application_words,
    calendar_words,
    certificate_words,
    class_words,
    design_words,
    dossier_words,
    error_words,
    export_codes,
    key_words,
    legacy_words,
    money_words,
    notice_words,
    offer_words,
    office_words,
    staff_words,
    thread_words,
)
from lms.web.employer_words import MESSAGES as EMPLOYER
from lms.web.film_words import MESSAGES as FILMS
from lms.web.filters import listed

MESSAGES: dict[str, LazyString] = {
    # -- the house ------------------------------------------------------------
    "form.expired": _l(
        "页面已过期或来源不明，请返回刷新后重试，您填写的内容没有提交。"
    ),
    # -- accounts and messages ----------------------------------------------------
    "account.bad_contact": _l("手机号或邮箱有误，请检查。"),
    "account.closed": _l("账号已注销，不能恢复。"),
    "account.staff_stays": _l("工作人员账号由协会负责人办理停用，不能自行注销。"),
    "account.taken": _l("此手机号或邮箱已有账号。"),
    "account.unknown": _l("没有找到此账号。"),
    "factor.staff_must": _l("工作人员必须使用两步验证，不能关闭。"),
    "factor.there_already": _l("两步验证已经开启。"),
    "mail.not_configured": _l("邮件服务尚未设置。"),
    "mail.unavailable": _l("邮件服务暂时不可用，系统会自动重发。"),
    "message.no_address": _l("收件人没有手机号或邮箱。"),
    "password.common": _l("这个密码太常见，容易被猜到，请换一个。"),
    "password.guessable": _l("密码里不要只用姓名、手机号、邮箱或平台名称，请换一个。"),
    "password.long": _l("密码过长，最多 256 个字符。"),
    "password.short_new": _l("密码太短：至少 15 个字符，汉字也算。"),
    "password.short": _l("密码太短：至少 15 个字符，已开启两步验证的至少 8 个。"),
    "session.unknown": _l("没有找到这个登录，它可能已经退出。"),
    "sms.not_configured": _l("短信服务尚未设置。"),
    # -- catalogue --------------------------------------------------------------
    "association.unknown": _l("没有找到该协会。"),
    "chapter.not_empty": _l("章节中还有课时，请先移走或删除课时。"),
    "course.draft_open": _l("这门课程已有一个草稿，请先完成它。"),
    "course.no_credit": _l("课程没有学时。"),
    "course.no_lessons": _l("课程还没有课时。"),
    "course.no_reason": _l("请写明退回的原因，作者会看到。"),
    "course.no_title": _l("课程没有名称。"),
    "course.not_a_draft": _l("只有草稿可以修改；已发布的版本请新建版本。"),
    "course.not_submitted": _l("这份草稿还没有提交，请作者先提交发布。"),
    "course.price": _l("价格不能为负。"),
    "course.second_person": _l("作者本人不能发布，请由另一位负责人发布。"),
    "course.state": _l("课程当前状态不能这样操作，请刷新页面。"),
    "course.unknown": _l("没有找到这门课程。"),
    "course.unsound": _l("课程还不能发布。涉及课时：{lessons}"),
    "cover.none": _l("请先选择一张图片。"),
    "cover.too_small": _l("图片太小，宽至少 480、高至少 200 像素。"),
    "lesson.negative": _l("学时和时长不能为负。"),
    "lesson.no_film": _l("有视频课时没有上传视频。"),
    "lesson.no_questions": _l("有测验课时没有题目。"),
    "lesson.no_text": _l("有图文课时没有正文。"),
    "lesson.no_title": _l("有课时没有名称。"),
    "lesson.quiz_credit": _l("测验课时不能计学时。"),
    "lesson.too_short": _l("有课时的时长不足以支撑所填学时。"),
    "lesson.unknown": _l("没有找到该课时。"),
    "media.codec": _l("浏览器不能播放这种编码（{codec}），请转换为 H.264 后上传。"),
    "media.not_a_film": _l("这不是可以播放的视频文件，请上传 MP4（H.264）。"),
    "media.unknown": _l("没有找到该视频文件。"),
    "package.courses": _l("套餐至少要有两门课程，且都是本协会在售的课程。"),
    "package.unknown": _l("没有找到这个套餐。"),
    # -- tests ------------------------------------------------------------------
    "attempt.unknown": _l("没有找到这次考试。"),
    "exam.bank_short": _l("题库题目不足，暂时无法组卷，请联系协会。"),
    "exam.choice_unknown": _l("答案内容有误，请刷新页面后重试。"),
    "exam.handed_in": _l("此试卷已经交卷。"),
    "exam.hours_short": _l("本专业学时尚未学满。"),
    "exam.locked": _l("考试机会已用完，请联系协会申请解锁。"),
    "exam.other_open": _l("您有另一场考试正在进行，请先完成。"),
    "exam.over": _l("考试时间已到，系统已按您保存的答案交卷。"),
    "exam.passed": _l("本专业考试已经合格。"),
    "exam.shut": _l("暂时不能开始考试。"),
    "blueprint.common": _l("公共题占比要在 0 到 100 之间。"),
    "blueprint.count": _l("每行至少 1 题，全卷最多 200 题。"),
    "blueprint.empty": _l("请至少填一行题目。"),
    "blueprint.many_rows": _l("最多 12 行。"),
    "blueprint.minutes": _l("考试时间要在 10 到 300 分钟之间。"),
    "blueprint.pass_mark": _l("合格线要在 1 到 100 分之间。"),
    "blueprint.not_asker": _l("只有提出人可以撤回。"),
    "blueprint.past": _l("启用日期不能早于今天。"),
    "blueprint.points": _l("各行题数乘分值，合计必须正好是 100 分。"),
    "blueprint.retakes": _l("补考次数要在 0 到 9 之间。"),
    "blueprint.row_points": _l("每题分值要在 0.5 到 100 分之间。"),
    "blueprint.short": _l("题库的题目不够这个方案组卷，请先补充题目。"),
    "blueprint.twice": _l("有两行的题型、章节和难度完全相同，请合并。"),
    "blueprint.unknown": _l("没有找到这个组卷方案。"),
    "blueprint.unsound": _l("组卷方案还不完整。"),
    "exam.extra_time": _l("加时只能是 25%、50% 或 100%，且注册仍在有效期内。"),
    "import.empty": _l("文件是空的。"),
    "import.format": _l("请上传 .xlsx 或 GIFT 文本文件（UTF-8）。"),
    "import.done": _l("这个文件已经导入。"),
    "import.old": _l("预览已过期，请重新上传文件。"),
    "import.rows": _l("一个文件最多 5000 题，且不能是空的。"),
    "import.unknown": _l("没有找到这个文件。"),
    "question.ahead": _l("这道题要等课程放到那里再回答。"),
    "question.in_use": _l("这道题正在使用。"),
    "question.newer": _l("这道题已有更新的版本，请刷新后再改。"),
    "question.no_option": _l("请从给出的选项中选择。"),
    "question.retired": _l("这道题已停用，请先重新启用再修改。"),
    "question.twin": _l("题库中已有相同的题目。"),
    "question.unchanged": _l("内容没有变化，不需要保存。"),
    "question.unknown": _l("没有找到这道题目。"),
    "question.unsound": _l("题目不完整：请检查题干、选项和答案。"),
    "unlock.needs_approval": _l("解锁须两人办理，缺少审批记录。"),
    "unlock.no_reason": _l("请填写解锁理由。"),
    "unlock.not_locked": _l("该学员尚有考试机会或已合格，无需解锁。"),
    "unlock.own": _l("不能为本人办理。"),
    # -- orders and money -------------------------------------------------------
    "cart.changed": _l("购物车或价格有变化，请返回购物车核对后重新提交。"),
    "cart.empty": _l("购物车里没有可以购买的课程。"),
    "offer.ordered": _l("此课程已在您的待付款订单中，请先付款或取消该订单。"),
    "offer.owned": _l("此课程已开通，无需再买。"),
    "offer.unknown": _l("没有找到此课程，它可能已经下架。"),
    "offer.withdrawn": _l("此课程已经下架。"),
    "order.expired": _l("订单已超过付款时间，请重新下单。"),
    "order.not_pending": _l("订单已不是待付款状态，请返回订单查看。"),
    "order.processing": _l("有一笔付款正在处理，请稍候片刻再操作。"),
    "order.state": _l("订单状态已变化，请刷新后重试。"),
    "order.transferring": _l(
        "此订单已登记银行转账，请补足差额或联系协会，不要另行付款。"
    ),
    "order.unknown": _l("没有找到此订单。"),
    "payment.method": _l("不支持这种付款方式。"),
    "payment.not_configured": _l("在线支付暂未开通，请用对公转账。"),
    "payment.refused": _l("支付平台没有受理这次付款，没有扣款，请重试或换一种方式。"),
    "payment.unavailable": _l("支付平台暂时没有应答，没有扣款，请稍后再试。"),
    "payment.unknown": _l("没有找到这次付款。"),
    "profile.incomplete": _l(
        "个人信息还没有填完整（{percent}%），请先到个人中心完善，再提交订单。"
    ),
    "refund.amount": _l("退款金额应大于零，且不超过可退的 {left} 元。"),
    "refund.begun": _l("订单里的课程已经开始学习，不能退款。"),
    "refund.certified": _l("付款后已签发合格证，不能退款。"),
    "refund.day": _l("退回日期不能晚于今天。"),
    "refund.line_known": _l("这条银行流水已经登记过，不能重复使用。"),
    "refund.no_reason": _l("请写明退款原因。"),
    "refund.not_waiting": _l("这笔退款不在等待银行退回的状态，请刷新页面。"),
    "refund.unknown": _l("没有找到这笔退款。"),
    "refund.whole": _l("已开通的订单只能整笔退款（{left} 元）。"),
    "enrolment.begun": _l("订单里的课程已经开始学习，不能退款。"),
    "webhook.shape": _l("内容不符合约定。"),
    "webhook.signature": _l("签名不符。"),
    "webhook.stranger": _l("不是本商户的通知。"),
    # -- certificates -----------------------------------------------------------
    "batch.broken": _l("资料无法读出"),
    "batch.moved": _l("这一条已由另一个进程处理。"),
    "batch.no_files": _l("这个批次还没有可以打包的证书文件。"),
    "batch.nobody": _l("没有符合范围的人。"),
    "batch.nobody_able": _l("这个批次里没有可以签发的人。"),
    "batch.not_now": _l("这个批次现在不能这样操作，请刷新页面查看最新情况。"),
    "batch.unknown": _l("没有找到这个批次。"),
    "batch.no_package": _l("没有找到这个压缩包，它可能已经过期。"),
    "batch.package_of_other": _l(
        "这个压缩包是同事申请的。需要时请自己打包：谁带走了个人信息，记录上要有姓名。"
    ),
    "paper.unknown": _l("没有找到这份补印记录。"),
    "api_key.name": _l("请写明用在哪里，最多 60 个字。"),
    "api_key.many": _l("正在使用的密钥最多 {most} 把，请先停用不再使用的。"),
    "api_key.unknown": _l("没有这把密钥。"),
    "api_key.invalid": _l("缺少有效的接口密钥。"),
    # -- staff ------------------------------------------------------------------
    **staff_words.MESSAGES,
    "staff.no_association": _l("您的账号尚未关联协会。"),
    "staff.no_office": _l("您的账号尚未关联注册窗口。"),
    "office.unknown": _l("没有这个注册窗口。"),
    "office.term_known": _l("这项职权已有同一起始日的登记。"),
    "office.ends_before": _l("截止日不能早于起始日。"),
    "office.asked": _l("这个账号的任命已有人提出，等另一位运维人员决定。"),
    "office.no_role": _l("只能任命为受理人员或审批人员。"),
    "office.no_document": _l("请写明任命文件的名称和文号。"),
    "office.bad_end": _l("任期截止日须在今天之后、三年之内。"),
    "office.own": _l("不能任命自己。"),
    "office.other_staff": _l("该账号另有协会、监督或平台职务，不能兼任窗口人员。"),
    "office.two_desks": _l("该账号已在另一窗口任职，一人只能在一个窗口任职。"),
    "consent.held": _l("这份记录正在依法保全，保全解除前不能删除。"),
    "consent.locked": _l(
        "已有付款，订单和合格证依法需要这些资料，不能再撤回；如需停止使用，可以注销账号。"
    ),
    "file.again": _l("请重新选择这个文件：有错误时，已选的文件不会保留。"),
    "consent.needed": _l("请单独同意后再保存；不同意时，这两项资料不会保存。"),
    "consent.none": _l("没有可以撤回的同意。"),
    # -- the personal centre ---------------------------------------------------
    "person.unknown": _l("没有找到这个人。"),
    "person.no_id_number": _l("尚未登记身份证号码。"),
    "person.no_picture": _l("没有这张图片。"),
    "person.incomplete": _l("个人资料尚未完善。"),
    "profile.invalid": _l("填写的内容有误，请检查。"),
    "profile.locked": _l("付款后资料已锁定，修改请申请更正。"),
    "section.unknown": _l("没有这个栏目。"),
    "name.length": _l("姓名应为 2 至 30 个字。"),
    "name.letters": _l("姓名只能是汉字和中间的“·”，请与身份证保持一致。"),
    "id_number.form": _l("身份证号码应为 18 位：前 17 位是数字，最后一位是数字或 X。"),
    "id_number.checksum": _l("身份证号码有误，请对照身份证逐位核对。"),
    "id_number.date": _l("身份证号码中的出生日期不存在，请核对。"),
    "id_number.too_young": _l(
        "按身份证号码计算未满 18 周岁，不能注册为建造师，请核对出生年份。"
    ),
    "id_number.too_old": _l("按身份证号码计算已超过 80 周岁，请核对出生年份。"),
    "id_number.taken": _l(
        "这个身份证号码暂时无法使用。请核对；如确认无误，请联系协会处理。"
    ),
    "uscc.form": _l("统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）。"),
    "uscc.checksum": _l("统一社会信用代码有误，请对照营业执照核对。"),
    "employer.bound": _l(
        "您已与聘用企业互相确认关联，这里须与它一致。"
        "换单位的，请先在“我的单位”登记离职。"
    ),
    "employer.name": _l("请填写企业全称。"),
    "qualification.unknown": _l("没有这本资格证书。"),
    "qualification.number": _l("证书编号应为 6 至 40 位数字、字母或汉字。"),
    "qualification.future": _l("签发日期不能晚于今天。"),
    "qualification.too_early": _l(
        "建造师制度 2002-12-05 才建立，资格证书不会早于这一天，请核对签发日期。"
    ),
    "qualification.too_young": _l(
        "签发那天还未满 18 周岁，请核对签发日期和身份证号码。"
    ),
    "qualification.name": _l("专业名称与所选专业不符。"),
    "qualification.needed": _l("注册信息中正在使用这个专业，不能删除。"),
    "registration.unknown": _l("尚未填写注册信息。"),
    "registration.number": _l(
        "注册编号应为 13 位或 17 位：一个汉字，后面是 12 位或 16 位数字。"
    ),
    "registration.no_specialty": _l("请至少勾选一个注册专业。"),
    "registration.granted": _l(
        "您的注册由注册机关在本平台登记，不能自行填写。内容有误的，请联系注册窗口。"
    ),
    "registration.number_taken": _l(
        "这个注册编号在证书库中属于另一个人，不能使用。请核对原证书。"
    ),
    "registration.twice": _l("同一专业填写了两次。"),
    "registration.main": _l("请选择一个主项专业。"),
    "registration.period": _l("有效期止应晚于有效期起。"),
    "registration.too_early": _l(
        "有效期起早于这个专业资格证书的签发日期：取得资格以后才能注册，请核对两个日期。"
    ),
    "registration.too_long": _l("有效期超过六年，请核对年份。"),
    "registration.unqualified": _l("有注册专业缺少对应的资格证书，请先添加资格证书。"),
    "sample.no_reason": _l("请写明投诉来源和事由，4 至 400 个字。"),
    "sample.open": _l("这个人已有一件未写结论的投诉核查，请在那里写结论。"),
    "sample.no_comment": _l("请写明您的看法，4 到 400 个字。"),
    "sample.unknown": _l("没有找到这份抽查样本。"),
    "hold.there": _l("这份记录已经在保全中。"),
    "hold.unknown": _l("这份记录没有在保全中。"),
    "hold.no_reason": _l("请写明理由，至少 4 个字。"),
    "pack.not_sealed": _l("证据尚未封存，请一分钟后再试。"),
    "photo.none": _l("请先选择一张图片，或在框内书写。"),
    "photo.format": _l("只接受 JPG、PNG 或 WebP 图片。"),
    "photo.too_big": _l("图片超过 10 MB，请压缩后再上传。"),
    "photo.too_many_pixels": _l("图片超过 2500 万像素，请缩小后再上传。"),
    "photo.too_small": _l("图片太小，宽和高都至少要 200 像素。"),
    "photo.unreadable": _l("图片打不开，可能已经损坏，请换一张。"),
    "photo.studio": _l("图片处理暂时不可用，请稍后再试。"),
    "photo.background": _l("照片已通过。背景偏暗或不够干净，建议换白色背景。"),
    "photo.blurred": _l("照片已通过，但不够清晰，建议换一张。"),
    "photo.not_looked": _l("请先查看照片，再作审核。"),
    "photo.refused_by_people": _l("协会审核没有通过，请换一张照片。"),
    "signature.empty": _l("没有找到字迹，请写得大一些、深一些。"),
    "signature.solid": _l("图片里不像是签名，请用白纸黑字书写后拍照。"),
    "correction.open": _l("这一项已有更正申请正在办理，请等待结果或先撤回。"),
    "correction.not_locked": _l("这一项还没有锁定，可以直接修改。"),
    "correction.stale": _l("申请的内容与现有资料冲突，无法生效，请与学员核对后退回。"),
    "reveal.no_reason": _l("请写明查看理由，至少 4 个字。"),
    "approval.unknown": _l("没有这份申请。"),
    "approval.ended": _l("这份申请已经办结。"),
    "approval.own": _l("不能办理自己提出或与自己有关的申请。"),
    "approval.heard": _l("您已对这份申请表示过意见，需由另一个人办理。"),
    "approval.last_role": _l("最后一步须由协会负责人办理。"),
    "approval.nobody": _l("请先登录。"),
    "approval.no_comment": _l("不同意时请写明原因。"),
    "approval.before": _l("您参与过原决定，申诉须由其他人办理。"),
    "approval.first_role": _l("第一步须由协会经办人核对。"),
    # -- claims -------------------------------------------------------------------
    "claim.hours_back": _l("学时已经补回，与证书相符，不能再撤销；请退回这项申请。"),
    "claim.about": _l("请填写名称，2 至 200 个字。"),
    "claim.below_zero": _l("扣减后学时会变成负数，不能办理。"),
    "claim.choose_again": _l("请重新选择文件：有错误时，浏览器不保留已选的文件。"),
    "claim.credit": _l("学时数须大于 0（更正可填负数），不超过 120，最多两位小数。"),
    "claim.future": _l("请填写日期，不能晚于今天。"),
    "claim.invalid": _l("填写的内容有误，请检查："),
    "claim.kind": _l("不能提出这一类申请。"),
    "claim.many_papers": _l("证明材料最多 5 个。"),
    "account.other_staff": _l("这个账号另有岗位；每人只担任一个，请换一个账号。"),
    "claim.nobody_left": _l(
        "请先由另一位没有参与原决定的人员核对：您办了第一步，就没有别人能作最后决定。"
    ),
    "claim.no_activity": _l("请选择一项工作。"),
    "claim.no_appeal": _l("这份申请不能申诉，或已经申诉过。"),
    "claim.no_hours": _l("讲课须填写讲了多少学时，大于 0，不超过 120。"),
    "claim.no_rank": _l("论文、专著须选择作者排名。"),
    "claim.no_characters": _l("专著须填写字数。"),
    "claim.low_rank": _l("按规定不能抵学时：论文只计第一作者，专著只计前两位作者。"),
    "claim.short": _l("按规定不能抵学时：专著须超过 5 万字。"),
    "claim.no_file": _l("没有这份材料，或已过保存期限。"),
    "claim.no_paper": _l("请上传证明材料。"),
    "claim.no_track": _l("请选择必修或选修。"),
    "claim.not_asker": _l("只有提出申请的人可以撤回。"),
    "claim.open": _l("同样的申请正在办理，请等待结果或先撤回。"),
    "claim.outside_period": _l("日期不在本专业的注册有效期内，不能计入。"),
    "claim.paper_used": _l("这份材料已用于您的另一份申请，同一成果只计一次。"),
    "claim.reason": _l("请写明理由，4 至 400 个字。"),
    "claim.revoking": _l("这张证书的撤销正在办理，有结果前不能换发。"),
    "claim.stale": _l("情况已有变化，现在不能生效，请核对后退回申请："),
    "claim.substitution_off": _l("您的注册地不办理充抵学时。"),
    "claim.unknown": _l("没有这份申请。"),
    "claim.worth_nothing": _l("按规定不能抵学时，请核对作者排名、字数或讲课学时数。"),
    "paper.acts": _l("PDF 中含有脚本、附件或自动动作，不能接收，请改用照片。"),
    "paper.format": _l("只接受 JPG、PNG、WebP 图片或 PDF。"),
    "paper.locked": _l("PDF 设有密码，请去掉密码后上传。"),
    "paper.many_pages": _l("PDF 页数过多，最多 60 页。"),
    "paper.too_big": _l("文件超过 10 MB，请压缩后再上传。"),
    "paper.unreadable": _l("文件打不开，可能已经损坏，请换一个。"),
    # -- study ----------------------------------------------------------------
    "enrolment.no_specialty": _l("请先选择这门公共课计入哪个专业，再开始学习。"),
    "enrolment.specialty_fixed": _l("这门课属于固定的专业，不能更改。"),
    "enrolment.already_credited": _l("这门课已经有学时入账，不能再改计入的专业。"),
    "enrolment.unknown": _l("没有找到这门课的报名。"),
    "lease.unknown": _l("学习计时已失效，请刷新页面后继续，已计时间都在。"),
    "lesson.no_media": _l("本课没有视频。"),
    "lesson.no_captions": _l("本课没有字幕。"),
    "specialty.unknown": _l("没有这个专业。"),
    "track.unknown": _l("没有这一类学时。"),
    "transparency.unknown": _l("没有这样的检查点或位置。"),
    "witness.address": _l("这个邮箱地址不对，请检查。"),
    "witness.unknown": _l("没有这位见证人，或已经停发。"),
    "check.many_faces": _l("照片里不止一个人，请只拍您自己，或用数字确认。"),
    "check.no_picture": _l("这次确认没有照片，或者照片已到期删除。"),
    "check.no_face": _l("照片里没有看到人脸，请正对镜头再拍，或用数字确认。"),
    "check.same_picture": _l("这张照片已经用过，请当场重新拍摄。"),
    "check.no_consent": _l("您没有同意用照片确认，请用题目或数字确认。"),
    "check.unknown": _l("这次确认已经结束，请刷新页面后继续，已计时间都在。"),
    "lease.taken": _l("您正在另一处学习，同一时间只在一处计时。"),
    **error_words.MESSAGES,
    **export_codes.MESSAGES,
    **certificate_words.MESSAGES,
    **class_words.MESSAGES,
    **EMPLOYER,
    **FILMS,
    **application_words.MESSAGES,
    **calendar_words.MESSAGES,
    **design_words.MESSAGES,
    **dossier_words.SENTENCES,
    **office_words.MESSAGES,
    **key_words.MESSAGES,
    **legacy_words.MESSAGES,
    **money_words.MESSAGES,
    **notice_words.MESSAGES,
    **offer_words.MESSAGES,
    **thread_words.MESSAGES,
}
"""Facts are filled in by name: `{missing}`."""


def words(code: str, facts: Mapping[str, object]) -> str:
    """Say a code in the visitor's language."""
    message = MESSAGES.get(code)
    if message is None:
        return str(_("操作未完成（%(code)s）。", code=code))
    said = str(message)
    try:
        return said.format_map(_said(facts))
    except (KeyError, IndexError):
        return said


def _said(facts: Mapping[str, object]) -> dict[str, object]:
    """Write a fact that is a list as the visitor's language lists things."""
    return {
        name: listed(fact) if isinstance(fact, tuple) else fact
        for name, fact in facts.items()
    }
