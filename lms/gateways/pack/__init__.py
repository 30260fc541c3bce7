"""Evidence packs: what an inspector takes along."""

from lms.gateways.pack.wrapping import ZipWrapper

__all__ = ["ZipWrapper"]
