"""Who works in the demonstration: address, name, role, and where."""

from lms.accounts.rules import Role

STAFF = (
    ("author", "高老师", "author", "YSJX"),
    ("clerk", "白经办", "clerk", "YSJX"),
    ("manager", "额主任", "manager", "YSJX"),
    # An appeal is decided by others than the claim was.
    ("clerk2", "乌经办", "clerk", "YSJX"),
    ("manager2", "斯主任", "manager", "YSJX"),
    ("author.bt", "赵老师", "author", "BTJX"),
    ("clerk.bt", "陈经办", "clerk", "BTJX"),
    ("manager.bt", "孟主任", "manager", "BTJX"),
    ("clerk.gz", "黎经办", "clerk", "GZJX"),
    ("manager.gz", "龙主任", "manager", "GZJX"),
    ("reviewer", "方复核", "reviewer", "YSJX"),
    ("inspector", "检查员", "inspector", "YSJX"),
    ("operator", "运维人员", "operator", None),
    # An appointment to an office is agreed by two of them.
    ("operator2", "运维复核", "operator", None),
)
"""At an association, by its code."""

SEATS = (
    ("office", "窗口人员", Role.TELLER, "NM-JST"),
    ("approver", "审批人员", Role.APPROVER, "NM-JST"),
    # Who drew or proposed does not revoke: that takes a second approver.
    ("approver2", "审批人员二", Role.APPROVER, "NM-JST"),
    ("office.sc", "蜀受理", Role.TELLER, "SC-ZX"),
    ("approver.sc", "蜀审批", Role.APPROVER, "SC-JST"),
)
"""At an office, by its code."""
