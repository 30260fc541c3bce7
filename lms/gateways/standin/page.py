"""The payment page, and the handles by which tests make the world worse."""

import hmac
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from lms.gateways.standin.api import store
from lms.gateways.standin.sender import Sender

Json = dict[str, Any]

bp = Blueprint("page", __name__)

METHODS = {"wechat_pay": "微信支付", "alipay": "支付宝", "card": "银行卡"}


@bp.get("/")
def home() -> ResponseReturnValue:
    """Say what this is."""
    return render_template("home.html")


@bp.get("/pay/<name>")
def pay(name: str) -> ResponseReturnValue:
    """Show the payment page."""
    store().run_due()
    session = store().sessions.get(name) or abort(404)
    return render_template(
        "pay.html",
        session=session,
        items=store().items[name],
        methods={
            key: METHODS[key]
            for key in session["payment_method_types"]
            if key in METHODS
        },
        chosen=request.args.get("method", session["payment_method_types"][0]),
        declined=request.args.get("declined") == "1",
        minutes=max(0, (session["expires_at"] - store().now()) // 60),
    )


@bp.post("/pay/<name>")
def act(name: str) -> ResponseReturnValue:
    """Do what the visitor of the demonstration chose."""
    session = store().sessions.get(name) or abort(404)
    method = request.form.get("method", "card")
    choice = request.form.get("act", "")
    if choice == "cancel":
        return redirect(session["cancel_url"] or session["success_url"], 303)
    if session["status"] != "open":
        return redirect(url_for("page.pay", name=name), 303)
    if choice == "decline":
        there = url_for("page.pay", name=name, declined=1, method=method)
        return redirect(there, 303)
    if choice == "pay":
        store().pay(name, method)
    elif choice in {"slow", "slow-fail"}:
        store().pay_later(name, method, good=choice == "slow")
    else:
        abort(400)
    return redirect(session["success_url"], 303)


@bp.get("/_control")
def state() -> ResponseReturnValue:
    """Tell a test what is waiting, and which events there are."""
    _keyed()
    return jsonify(waiting=_sender().waiting, events=list(store().events.values()))


@bp.post("/_control")
def control() -> ResponseReturnValue:
    """Make deliveries, or the API, worse: copies, delay, hold, down, slow money."""
    _keyed()
    asked: Json = request.get_json()
    manners = _sender().manners
    manners.copies = int(asked.get("copies", manners.copies))
    manners.delay_seconds = float(asked.get("delay_seconds", manners.delay_seconds))
    manners.hold = bool(asked.get("hold", manners.hold))
    store().async_seconds = int(asked.get("async_seconds", store().async_seconds))
    current_app.config["DOWN"] = bool(asked.get("down", current_app.config["DOWN"]))
    if "release" in asked:
        _sender().release(asked["release"])
    return jsonify(ok=True)


@bp.post("/_control/sessions/<name>")
def bend(name: str) -> ResponseReturnValue:
    """Change a session behind everybody's back, as a fault at Stripe would."""
    _keyed()
    with store().change():
        session = store().sessions.get(name) or abort(404)
        session.update(request.get_json())
    return jsonify(session)


def _keyed() -> None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given, current_app.config["API_KEY"]):
        abort(404)


def _sender() -> Sender:
    found: Sender = current_app.extensions["standin.sender"]
    return found


@bp.app_template_filter("yuan")
def yuan(amount: int) -> str:
    """Write an amount for people."""
    return f"¥{amount // 100:,}.{amount % 100:02d}"


@bp.after_app_request
def dress(response: Response) -> Response:
    """Shut the page as the house shuts its own."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; "
            "frame-ancestors 'none'; base-uri 'none'"
        )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
