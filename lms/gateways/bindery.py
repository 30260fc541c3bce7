"""The fenced-in process that binds papers into a PDF. Run by `gateways.binding` alone.

Reads one line of JSON and the papers; answers one line of JSON and the PDF. One photo,
as most of them are, becomes a page without a parser of PDF being loaded.
"""

import json
import logging
import sys

from lms.gateways.binding_pages import PDF, STEPS, Paper, Unfit, page


def bind(papers: list[Paper], most: int) -> tuple[bytes, int]:
    """Bind papers so that they weigh no more than `most` bytes; give pages too.

    Raises: Unfit.
    """
    if len(papers) > 1 or papers[0][0] == PDF:
        from lms.gateways import binding_press  # noqa: PLC0415 - slower to load than a photo to bind

        return binding_press.bound(papers, most)
    for place in range(len(STEPS)):
        made = page(papers[0][1], place)
        if len(made) <= most:
            return made, 1
    raise Unfit("dossier.cannot_fit")


def main() -> int:
    """Bind what comes in."""
    logging.disable(logging.CRITICAL)
    asked = json.loads(sys.stdin.buffer.readline())
    papers = [(media, sys.stdin.buffer.read(size)) for media, size in asked["papers"]]
    try:
        made, pages = bind(papers, asked["most"])
    except Unfit as unfit:
        sys.stdout.write(json.dumps({"refused": str(unfit)}) + "\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        sys.stdout.write(json.dumps({"refused": "paper.unreadable"}) + "\n")
        return 1
    except (MemoryError, RecursionError, IndexError):
        sys.stdout.write(json.dumps({"refused": "paper.unreadable"}) + "\n")
        return 1
    sys.stdout.buffer.write(json.dumps({"pages": pages}).encode() + b"\n" + made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
