"""Put the stand-in together."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from lms.gateways.standin import api, page
from lms.gateways.standin.sender import Sender
from lms.gateways.standin.store import Store
from lms.kernel.clock import Clock, system_clock


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """How a stand-in is set up. Without `webhook_url` nothing is sent."""

    api_key: str
    webhook_secret: str
    public_url: str
    webhook_url: str | None = None
    file: Path | None = None
    clock: Clock = system_clock


def create(plan: Plan) -> Flask:
    """Build the stand-in; its sender is started by who serves it."""
    app = Flask("lms.gateways.standin")
    app.config.update(
        API_KEY=plan.api_key,
        PUBLIC_URL=plan.public_url.rstrip("/"),
        DOWN=False,
        MAX_CONTENT_LENGTH=256 * 1024,
    )
    store = Store(plan.file, plan.clock)
    app.extensions["standin.store"] = store
    app.extensions["standin.sender"] = Sender(
        store, plan.webhook_url, plan.webhook_secret
    )
    app.register_blueprint(api.bp)
    app.register_blueprint(page.bp)
    return app
