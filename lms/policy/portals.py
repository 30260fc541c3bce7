"""Where each place takes registrations: names as published, addresses where known.

Maintained by hand; each entry says where it was read and of which day that is. An
address stands here only when a document of the place, or a published list, prints it; a
name without one is to be searched for by its name.
"""

from dataclasses import dataclass
from datetime import date

from lms.policy.model import Province


@dataclass(frozen=True, slots=True)
class Portal:
    """One place's own door: its name, the way inside, its address if known.

    `source` is what prints it, `as_of` the day of that.
    """

    place: str
    name: str
    path: str = ""
    url: str | None = None
    province: Province | None = None
    source: str = "各地二建证书注册网站汇编"
    as_of: date = date(2021, 12, 8)


PORTALS: tuple[Portal, ...] = (
    Portal(
        "全国",
        "全国建筑市场监管公共服务平台",
        url="http://www.mohurd.gov.cn",
        province=Province.NATIONAL,
        source="《重庆市二级建造师电子注册证书样式和使用规则》",
        as_of=date(2022, 1, 1),
    ),
    Portal(
        "内蒙古",
        "内蒙古政务服务网",
        "建造师注册资格认定",
        province=Province.INNER_MONGOLIA,
        source="内建行函〔2022〕508号",
        as_of=date(2022, 8, 5),
    ),
    Portal(
        "贵州",
        "贵州政务服务网",
        "搜索“二级建造师执业资格认定”",
        url="http://zwfw.guizhou.gov.cn",
        province=Province.GUIZHOU,
        source="黔建建通〔2023〕55号",
        as_of=date(2023, 7, 7),
    ),
    Portal("安徽", "安徽省住房和城乡建设厅", "住房和城乡建设执业资格人员注册管理系统"),
    Portal(
        "重庆",
        "渝快办",
        "个人办事 → 服务部门 → 市住房城乡建委 → 二级注册建造师相关注册",
        province=Province.CHONGQING,
    ),
    Portal("北京", "北京市住房城乡建设委门户网", province=Province.BEIJING),
    Portal("福建", "福建省建设执业资格注册管理中心"),
    Portal("甘肃", "甘肃省建设厅执业资格注册中心"),
    Portal("河南", "河南政务服务网"),
    Portal("湖南", "湖南省住房和城乡建设厅"),
    Portal("湖北", "湖北政务服务网"),
    Portal("河北", "河北省住房和城乡建设厅"),
    Portal(
        "黑龙江",
        "黑龙江建设网",
        "政务服务管理信息系统 → 业务申办 → 人员证书事项 → 建设执业注册资格证事项",
    ),
    Portal("江苏", "江苏建设人才网"),
    Portal("江西", "江西住建云平台", "个人服务平台 → 执业注册"),
    Portal("广西", "广西建设网"),
    Portal("广东", "广东省建设执业资格注册中心"),
    Portal(
        "吉林",
        "吉林省建筑市场监管公共服务平台",
        "二级建造师管理 → 吉林省注册建造师管理系统",
    ),
    Portal("辽宁", "辽宁省二级建造师注册管理系统"),
    Portal(
        "上海",
        "上海市住房和城乡建设管理委员会网上政务大厅",
        "人员类 → 二级注册建造师注册申请",
    ),
    Portal("陕西", "陕西省住房和城乡建设厅"),
    Portal(
        "山东",
        "山东省建设执业资格注册暨继续教育管理系统",
        "二级注册建造师 → 注册申报",
        url="http://124.128.19.211:81/organizationalztree/orgindex",
        province=Province.SHANDONG,
        source="《二级建造师证书办理须知》（济南）",
        as_of=date(2021, 2, 1),
    ),
    Portal("山西", "山西省二级建造师注册管理系统"),
    Portal(
        "四川",
        "四川政务服务网",
        "直通部门 → 住房城乡建设厅 → 个人服务 → 二级注册建造师注册资格认定 → 申请",
        url="https://www.sczwfw.gov.cn/",
        province=Province.SICHUAN,
    ),
    Portal("天津", "天津市二级建造师注册管理系统"),
    Portal("云南", "云南省建筑市场与诚信信息网", "平台登录 → 企业用户 → 人员管理"),
)

_BY_PROVINCE = {each.province: each for each in PORTALS if each.province}


def portal_of(province: Province) -> Portal:
    """Find the door of a province that has rules here."""
    return _BY_PROVINCE[province]
