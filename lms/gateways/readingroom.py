"""The fenced-in process that reads one strange PDF. Run by `gateways.reader` alone.

Reads one line of JSON, the keys of its parent, and the file; answers with JSON.
"""

import json
import logging
import pickle
import sys

from lms.credentials.rules.files import FileKind, Trust
from lms.gateways import reader


def main() -> int:
    """Read what comes in."""
    logging.disable(logging.CRITICAL)
    head = json.loads(sys.stdin.buffer.readline())
    keys, stampers = pickle.loads(sys.stdin.buffer.read(head["trust"]))  # noqa: S301 - from the parent alone
    found = reader.read(FileKind.PDF, sys.stdin.buffer.read(), Trust(keys, stampers))
    sys.stdout.buffer.write(reader.folded(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
