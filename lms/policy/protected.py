"""Words that a certificate of study may not go by: names of other papers, of offices.

An association writes the words on its own certificates. It may not make them look like
a registration certificate, an identity card, or a paper of a ministry.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lms.policy.licences import LICENCES

PAPERS = (
    # What the construction authorities issue.
    "注册证", "执业证", "建造师证", "建造师执业", "一级建造师", "一级注册建造师",
    "资格证", "执业印章", "注册章", "信息卡", "安全生产考核合格证", "资质证",
    "许可证", "岗位证书", "上岗证", "操作证", "职称证",
    # What says who somebody is, or what they may.
    "身份证", "护照", "通行证", "居住证", "户口", "驾驶证", "社会保障卡", "社保卡",
    "营业执照", "学历", "学位", "毕业证", "不动产权", "公证书", "委任状",
)  # fmt: skip
"""Names of papers of others, by the part that makes the name."""

PAPERS_IN_ENGLISH = (
    "identity card", "id card", "passport", "registration certificate",
    "certificate of registration", "registered constructor certificate", "license",
    "licence", "permit", "diploma", "degree", "ministry", "government",
    "peoples republic",
)  # fmt: skip

_OFFICES = (
    "中华人民共和国", "国务院", "人民政府", "建设部", "住建部", "人力资源和社会保障部",
    "人社部", "教育部", "公安部", "建设厅", "住建厅", "人社厅", "教育厅", "公安厅",
    "建设委员会", "住建委", "住建局", "城乡建设局", "公安局", "行政审批局", "国徽",
)  # fmt: skip

OFFICES = tuple(
    dict.fromkeys((*_OFFICES, *(each.authority for each in LICENCES.values())))
)
"""Names of offices and ministries, by the part that makes the name."""

ISSUING = (
    "监制", "颁发", "核发", "签发", "印制", "制发", "授予", "发证", "盖章", "批准",
    "授权", "认可", "认定",
)  # fmt: skip
"""What an office does with a paper of its own."""

_NEAR = 12
"""Units: signs between an office and what it is said to do."""

_OLD_FORMS = str.maketrans(
    "註冊證証書師級設國職業執資學歷營許員區縣務廳頒發監製簽質護駕駛產權",
    "注册证证书师级设国职业执资学历营许员区县务厅颁发监制签质护驾驶产权",
)
_SILENT = re.compile(r"[\W_]+")
_LATIN = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Titles:
    """The words of a certificate that an association chooses, by where they stand."""

    heading: str
    title: str
    subtitle: str
    sentence: str
    extra: str


def plain(text: str) -> str:
    """Write words as they are compared: one width, one form, no signs between.

    >>> plain("注 册·證 書"), plain("ＩＤ　Card")
    ('注册证书', 'idcard')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SILENT.sub("", folded).translate(_OLD_FORMS)


def found(words: Titles) -> Mapping[str, tuple[str, ...]]:
    """Name the protected words of a certificate, by where they stand.

    What stands above the text is read as one: a name parted between two lines is that
    name. The sentence may speak of offices and their papers, but may not say that one
    of them issued this.

    >>> found(Titles("二级建造师", "注册证书", "", "", "住房和城乡建设部监制"))
    {'title': ('注册证',), 'extra': ('建设部',)}
    """
    above = plain(words.heading) + plain(words.title)
    below = plain(words.extra)
    told = {
        "title": _longest(one for one in (*PAPERS, *OFFICES) if one in above),
        "subtitle": _english(words.subtitle),
        "sentence": _longest(_issuing(plain(words.sentence))),
        "extra": _longest(one for one in OFFICES if one in below),
    }
    return {place: named for place, named in told.items() if named}


def _longest(named: Iterable[str]) -> tuple[str, ...]:
    """Leave out what is part of another name that was found."""
    listed = tuple(named)
    return tuple(
        one
        for one in listed
        if not any(one != other and one in other for other in listed)
    )


def _english(text: str) -> tuple[str, ...]:
    bare = f" {_LATIN.sub(' ', unicodedata.normalize('NFKC', text).casefold())} "
    bare = bare.replace(" s ", "s ")
    return tuple(one for one in PAPERS_IN_ENGLISH if f" {one} " in bare)


def _issuing(text: str) -> Iterator[str]:
    for office in OFFICES:
        near = rf"{office}.{{0,{_NEAR}}}({'|'.join(ISSUING)})"
        if re.search(near, text):
            yield office
