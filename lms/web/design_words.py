"""What is said of designs of certificates, and of the logo in them."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "design.accent_pale": _l("主色太浅，印出来看不清，请选深一些的颜色。"),
    "design.brace": _l("正文里有单独的花括号，请成对书写，如 {{name}}。"),
    "design.changed": _l("刚才有同事改过草稿，请刷新后再改，以免互相覆盖。"),
    "design.colour": _l("颜色写法有误，请重新选择。"),
    "design.extra_protected": _l(
        "页脚不能出现机关的名称：{words}。合格证由本协会签发，不能写成机关监制或颁发。"
    ),
    "design.extra_long": _l("页脚附加一行最多 60 字。"),
    "design.heading_long": _l("证书上方的名称最多 20 字。"),
    "design.ink_pale": _l("文字颜色太浅，请选接近黑色的颜色。"),
    "design.logo_big": _l("标识文件过大，请换一张简单些的图片。"),
    "design.no_draft": _l("没有可发布的草稿，可能已由同事发布或放弃。"),
    "design.no_glyph": _l("字库里没有这些字，不能印在证书上：{words}"),
    "design.placeholder": _l("不能识别的占位符：{words}。请只用表中列出的。"),
    "design.seal_far": _l("印章移得太远，会压到别的内容。"),
    "design.second_person": _l("本协会要求双人办理：您改的草稿须由另一位负责人发布。"),
    "design.sentence_long": _l("正文最多 160 字。"),
    "design.sentence_missing": _l("请填写正文。"),
    "design.sentence_protected": _l(
        "正文不能写成由机关颁发、监制或认可：{words}。可以写依据的文件，如《……规定》。"
    ),
    "design.strange_sign": _l("文字里有看不见的控制字符，请重新输入。"),
    "design.subtitle_long": _l("英文副标题最多 60 个字母。"),
    "design.subtitle_not_english": _l("英文副标题只能用英文字母和标点。"),
    "design.subtitle_protected": _l("英文副标题不能用其他证件或机关的名称：{words}。"),
    "design.title_protected": _l(
        "证书名称和标题不能用其他证件或机关的名称：{words}。"
        "这是继续教育合格证，不能做得像注册证书、身份证件或机关文件。"
    ),
    "design.title_long": _l("证书标题最多 8 字。"),
    "design.title_missing": _l("请填写证书标题。"),
    "design.unknown": _l("没有找到这一版样式。"),
    "logo.too_big": _l("标识图片超过 1 MB，请压缩后再上传。"),
    "logo.too_rich": _l("标识图案太复杂，请换成图形标识，不要用照片。"),
    "logo.too_small": _l("标识太小，长边至少要 64 像素。"),
}
