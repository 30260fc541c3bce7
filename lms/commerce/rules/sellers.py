"""Who sells, as an invoice says it. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Seller:
    """What an invoice says of an association; two of its managers agreed to it."""

    name: str = ""
    uscc: str = ""
    address: str = ""
    phone: str = ""
    bank: str = ""
    account: str = ""


def lacking(seller: Seller) -> tuple[str, ...]:
    """List what an invoice cannot do without, and the association has not said."""
    return tuple(
        f"seller.no_{name}" for name, told in written(seller).items() if not told
    )


def written(seller: Seller) -> dict[str, str]:
    """Write down what an invoice was handed over with."""
    return asdict(seller)


def opened(body: Mapping[str, str]) -> Seller:
    """Read what was written down."""
    return Seller(**body)
