"""What certificates call those who sign. A demonstration says so in each name."""

from dataclasses import dataclass

from lms.signing.ports import Subject
from lms.signing.rules import PLAY, cut

_UNITS = {"document": "电子文件签名", "seal": "电子签章"}


@dataclass(frozen=True, slots=True)
class Name:
    """The names of a certificate's holder; readers show the common one."""

    organisation: str
    unit: str
    common: str


def of_root(kind: str, generation: int, *, demonstration: bool) -> Name:
    """Name the house's own authority; a renewed one says that it is another."""
    called = _counted("学时自建证书机构", generation)
    return _name("学时平台", kind, called, demonstration=demonstration)


def of_maker(generation: int, *, demonstration: bool) -> Name:
    """Name the house's maker of seals."""
    called = _counted("学时制章人", generation)
    return _name("学时平台", "SM2", called, demonstration=demonstration)


def _counted(name: str, generation: int) -> str:
    return name if generation == 1 else f"{name} G{generation}"


def of_owner(subject: Subject, purpose: str) -> Name:
    """Name an owner, cut where a certificate has no more room."""
    return _name(
        subject.name,
        _UNITS[purpose],
        subject.name,
        demonstration=subject.demonstration,
    )


def _name(organisation: str, unit: str, common: str, *, demonstration: bool) -> Name:
    said = PLAY if demonstration else ""
    return Name(cut(organisation), cut(said + unit), cut(said + common))
