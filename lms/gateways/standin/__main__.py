"""Serve the stand-in: `python -m lms.gateways.standin --port N`."""

import argparse
import contextlib
import signal
import sys
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from lms.gateways.standin.app import Plan, create
from lms.kernel.settings import BadSettings, from_env


class _Quiet(WSGIRequestHandler):
    """A handler that does not log each request."""

    def log_request(self, *_args: object) -> None:
        """Keep silent."""


def main() -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    given = parser.parse_args()
    try:
        settings = from_env()
    except BadSettings as bad:
        sys.exit("\n".join(bad.problems))
    stripe = settings.stripe
    if not stripe.secret_key or not stripe.webhook_secret:
        sys.exit("LMS_STRIPE_SECRET_KEY and LMS_STRIPE_WEBHOOK_SECRET are needed")
    app = create(
        Plan(
            api_key=stripe.secret_key,
            webhook_secret=stripe.webhook_secret,
            public_url=stripe.api_base or f"http://{given.host}:{given.port}",
            webhook_url=f"{settings.base_url}/webhooks/stripe",
            file=settings.data_dir / "standin.json",
        )
    )
    sender = app.extensions["standin.sender"]
    server = make_server(
        given.host, given.port, app, threaded=True, request_handler=_Quiet
    )
    signal.signal(signal.SIGTERM, _leave)
    sender.start()
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        server.serve_forever()
    sender.stop()
    return 0


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit


if __name__ == "__main__":
    sys.exit(main())
