"""Who issues credentials here by which keys, and what was withdrawn: for programs.

Source: W3C did:web; W3C Bitstring Status List 1.0.
"""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from lms.credentials import queries
from lms.credentials.ports import StatusPress
from lms.credentials.rules.issuers import (
    did_document,
    house_did,
    issuer_document,
    owner_in,
)
from lms.evidence.ports import Sealer
from lms.signing import queries as signing
from lms.signing.rules import kid_of
from lms.web import desk
from lms.web.doors import api
from lms.web.limits import limiter

bp = Blueprint("did", __name__)

_each = limiter.shared_limit("120/minute", scope="credentials")
_HOUR, _MINUTE = 3600, 60
_JSON, _TOKEN = "application/vc", "application/vc+jwt"


@bp.get("/.well-known/did.json")
@api
@_each
def house() -> ResponseReturnValue:
    """Name the keys with which this house seals its book, and signs status lists."""
    did, status = house_did(desk.settings().base_url), desk.port(StatusPress).public
    named = {"evidence": desk.port(Sealer).key.public, kid_of(status): status}
    said = did_document(did, named, named)
    return _kept(_written(said), "application/did+json", _HOUR)


@bp.get("/issuers/<issuer>/did.json")
@api
@_each
def issuer(issuer: str) -> ResponseReturnValue:
    """List the keys of an association or an office, also those of former years."""
    keys = signing.published(desk.reading())
    status = desk.port(StatusPress).public
    said = issuer_document(desk.settings().base_url, owner_in(issuer), keys, status)
    if said is None:
        return jsonify(code="issuer.unknown"), 404
    return _kept(_written(said), "application/did+json", _MINUTE)


@bp.get("/status/<issuer>/<page>")
@api
@_each
def status(issuer: str, page: str) -> ResponseReturnValue:
    """Give an issuer's list of withdrawn certificates, signed, as it stands now.

    Where the issuer has no key that can sign now, the house's own does: the list
    matters more than whose hand wrote it.
    """
    session, owner = desk.reading(), owner_in(issuer)
    listed = queries.status_list(session, owner, page)
    if listed is None:
        return jsonify(code="status.unknown"), 404
    key = signing.credential_key(session, owner, desk.now())
    files = desk.port(StatusPress).status_list(listed, desk.today(), key)
    form = request.accept_mimetypes.best_match([_JSON, _TOKEN], default=_JSON)
    response = _kept(files.jwt if form == _TOKEN else files.json, form, _MINUTE)
    response.vary.add("Accept")
    return response


def _written(said: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _kept(data: bytes, form: str, seconds: int) -> BaseResponse:
    """Answer so that caches may keep it, and pages of other houses may read it."""
    response = Response(data, content_type=form)
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    return response.make_conditional(request)
