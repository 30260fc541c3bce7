"""What drawing a design anew costs while somebody types. Units: milliseconds of CPU."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from lms.credentials.rules.designs import Design, Layout
from lms.gateways.drawing.previews import Previews
from tests.bench.pdf_cost import mean
from tests.gateways.specimens import HOST, ISSUER


def of() -> float:
    """Draw each of the designs with other words each time; give the dearest."""
    with tempfile.TemporaryDirectory() as folder:
        previews = Previews(Path(folder), HOST)
        return max(mean(partial(_draw, previews, layout)) for layout in Layout)


def _draw(previews: Previews, layout: Layout, turn: int) -> None:
    extra = "甲乙丙丁戊己庚辛"[turn % 8] * (1 + turn % 3)
    previews.preview(Design(layout=layout, extra=extra), ISSUER)
