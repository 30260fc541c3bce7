"""How keys are said: what they are for, how they stand, what was done to them."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.signing.rules import Act, Purpose, Root, Standing

PURPOSES: Mapping[Purpose, LazyString] = MappingProxyType(
    {
        Purpose.DOCUMENT: _l("文件签名密钥"),
        Purpose.SEAL: _l("电子印章密钥"),
        Purpose.CREDENTIAL: _l("凭证密钥"),
    }
)
EXPLAINED: Mapping[Purpose, LazyString] = MappingProxyType(
    {
        Purpose.DOCUMENT: _l("给 PDF 证书签名，改动一个字都能查出来"),
        Purpose.SEAL: _l("给 OFD 证书盖电子印章，用国密 SM2 算法"),
        Purpose.CREDENTIAL: _l("给二维码和电子凭证签名，没有网络也能核对"),
    }
)
KINDS: Mapping[Purpose, LazyString] = MappingProxyType(
    {
        Purpose.DOCUMENT: _l("ECDSA P-256 或 RSA，X.509 证书"),
        Purpose.SEAL: _l("SM2，国密证书"),
        Purpose.CREDENTIAL: _l("Ed25519"),
    }
)
ROOTS: Mapping[Root, LazyString] = MappingProxyType(
    {
        Root.DOCUMENT: _l("签发文件签名证书的根证书"),
        Root.SEAL: _l("签发电子印章证书的根证书"),
    }
)
ICONS: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.DOCUMENT: "file",
        Purpose.SEAL: "certificate",
        Purpose.CREDENTIAL: "shield-check",
    }
)
STANDINGS: Mapping[Standing, LazyString] = MappingProxyType(
    {
        Standing.ACTIVE: _l("正在使用"),
        Standing.RETIRED: _l("已更换"),
        Standing.COMPROMISED: _l("已停用（可能泄露）"),
    }
)
TONES: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.ACTIVE: "ok",
        Standing.RETIRED: "neutral",
        Standing.COMPROMISED: "bad",
    }
)
ACTS: Mapping[Act, LazyString] = MappingProxyType(
    {
        Act.GENERATE: _l("生成新密钥"),
        Act.IMPORT: _l("导入已有密钥"),
        Act.CERTIFY: _l("换用机构颁发的证书"),
        Act.COMPROMISE: _l("报告密钥可能泄露"),
        Act.RENEW: _l("更换平台根证书"),
    }
)
LINES: Mapping[str, LazyString] = MappingProxyType(
    {
        "generate": _l("经两人办理，由本平台生成"),
        "import": _l("经两人办理，从外部导入"),
        "certify": _l("经两人办理，换用机构颁发的证书"),
        "equip": _l("演示环境自动生成"),
        "retired": _l("换成了新密钥，从此不再用它签名"),
        "compromise": _l("有人报告可能泄露，立即停用"),
        "confirmed": _l("另一人确认停用"),
        "lifted": _l("另一人核实没有泄露，解除停用"),
        "vouched": _l("平台运维人员核实名称和印章，同意启用"),
    }
)

MESSAGES: Mapping[str, LazyString] = MappingProxyType(
    {
        "signing.alarm_stays": _l("报告泄露后不能自行撤回，须由另一人核实后解除。"),
        "signing.alarmed": _l("已经有人报告这个密钥可能泄露，它已停用。"),
        "signing.asked": _l("这类密钥已有一份申请等待另一人办理，请先办完那一份。"),
        "signing.chain": _l("缺少颁发机构的证书：请连同上级证书一起导入。"),
        "signing.no_authority": _l(
            "证书链里有一张不是颁发机构的证书，它无权签发下级证书。"
            "请向颁发机构索取正确的证书链。"
        ),
        "signing.chain_expired": _l("上级证书已经到期，请向颁发机构索取新的证书链。"),
        "signing.expired": _l("证书已经到期，不能再用来签名。"),
        "signing.import": _l("导入的密钥或证书不能使用，请看下面的原因。"),
        "signing.is_ca": _l("这是颁发机构的证书，不是本单位签名用的证书。"),
        "signing.kind": _l(
            "密钥的种类不对：文件签名用 P-256 或 RSA 2048 位以上，"
            "电子印章用 SM2，凭证用 Ed25519。"
        ),
        "signing.known": _l("这个密钥已经在系统里，不能重复导入。"),
        "signing.locked_key": _l("私钥有密码保护，这里读不了，请先解开密码再导入。"),
        "signing.mismatch": _l("私钥与证书不是一对：证书里没有这个私钥的公钥。"),
        "signing.no_certificate": _l("凭证密钥不需要证书。"),
        "signing.no_credential": _l("缺少凭证密钥。"),
        "signing.no_document": _l("缺少文件签名密钥。"),
        "signing.no_key": _l("请选择私钥文件，或粘贴私钥。"),
        "signing.no_keys": _l(
            "还没有可用的密钥，不能签发。请负责人在“密钥与签章”中设置。"
        ),
        "signing.no_seal": _l("缺少电子印章密钥。"),
        "signing.not_here": _l("私钥不在本机，请在保管它的设备上生成证书申请。"),
        "signing.not_in_use": _l("这个密钥已不在使用，不能办理。"),
        "signing.not_sm2": _l("电子印章须用 SM2 国密证书，导入的证书不是。"),
        "signing.no_roots": _l("还没有这类根证书，不用更换。"),
        "signing.not_yet": _l("证书还没有到生效日期。"),
        "signing.other_name": _l(
            "证书或印章上的名称是“{names}”，与本单位的登记名称不同，不能使用。"
            "单位改过名的，请颁发机构换发证书；或请平台运维人员先认可该颁发机构。"
        ),
        "signing.outside_busy": _l(
            "同时办理的太多，签章没有完成，没有保存任何内容，请稍后再试或分批办理。"
        ),
        "signing.outside_here": _l("这里不能等待外部签章服务，请换一种方式办理。"),
        "signing.outside_owed": _l("签章还没有完成，请再试一次。"),
        "signing.outside_refused": _l(
            "签章服务“{service}”拒绝签名：{reason}。没有保存任何内容，请联系运维人员。"
        ),
        "signing.outside_silent": _l(
            "签章服务“{service}”没有应答，没有保存任何内容，请过几分钟再试。"
        ),
        "signing.outside_wrong": _l(
            "签章服务给出的签名不对，没有使用，请联系运维人员。"
        ),
        "signing.outside": _l(
            "密钥在外部设备或签章服务里，本机没有连接它，现在不能签名。"
        ),
        "signing.password": _l("密码不对，打不开密钥文件。"),
        "signing.raced": _l("刚才有人办理了同一事项，请刷新后再看。"),
        "signing.reason": _l("请写明原因，4 至 400 字。"),
        "signing.role": _l("密钥由负责人办理。"),
        "signing.seal_broken": _l("电子印章里制章人的签名不对，请向制章单位核实。"),
        "signing.seal_ended": _l("电子印章不在有效期内。"),
        "signing.seal_picture": _l(
            "电子印章里的图像打不开，须为 PNG、JPEG 或 GIF，才能核对印章上的字。"
        ),
        "signing.seal_of_other": _l("电子印章不属于这张证书。"),
        "signing.self_signed": _l(
            "这是自己给自己签的证书，没有颁发机构，别人无法信任。"
        ),
        "signing.since": _l("时间不能晚于现在。"),
        "signing.too_large": _l("文件过大，不像密钥或证书。"),
        "signing.two_persons": _l("密钥须由两人办理，不能自动生成。"),
        "signing.undrawable": _l("单位名称里有字库没有的字，画不出印章。"),
        "signing.unknown": _l("没有找到这个密钥或申请。"),
        "signing.unread_certificate": _l("证书读不出来，请导出为 PEM 或 DER 格式。"),
        "signing.unread_key": _l(
            "私钥读不出来，请导出为 PEM、DER 或 PKCS#12（.pfx、.p12）。"
        ),
        "signing.unread_seal": _l("电子印章文件读不出来，须为 GB/T 38540 第 4 版。"),
        "signing.usage": _l("这张证书不是用来给文件签名的。"),
        "signing.vouch_reason": _l("请写明怎样核实的，4 至 400 字；理由会公开。"),
        "signing.was_broken": _l("这个密钥曾报告泄露，不能再用。"),
        "signing.years": _l("有效期为 1 至 5 年。"),
        "stamping.authority": _l("时间戳服务没有给出可用的时间戳，稍后会再试。"),
        "stamping.unreadable": _l("这份文件读不出来，不能加盖时间戳。"),
        "stamping.unsigned": _l("这份文件没有电子签名，不能加盖时间戳。"),
    }
)
