"""Every cheat, by what it abuses: importing this fills the list."""

from tests.hostile.cheats import (  # noqa: F401 - each adds its cheats
    beats,
    bodies,
    doors,
    leases,
    presence,
    things,
)
from tests.hostile.cheats.registry import CHEATS, Cheat

__all__ = ["CHEATS", "Cheat"]
