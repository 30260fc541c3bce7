"""The published keys: with what associations and offices sign, and signed before."""

import base64
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from lms.kernel.errors import NotFound
from lms.signing import queries
from lms.signing.rules import PublishedKey, Purpose, fingerprint
from lms.web import desk, key_words
from lms.web.doors import api, public
from lms.web.limits import limiter

bp = Blueprint("keys", __name__)

_FRESH = "public, max-age=300"
"""Seconds after which a key that was called broken is known everywhere."""

_ED25519 = bytes.fromhex("302a300506032b6570032100")
"""What goes before 32 bytes to make them a SubjectPublicKeyInfo (RFC 8410)."""

_each = limiter.shared_limit("120/minute", scope="keys")


@bp.get("/keys")
@public
@_each
def index() -> ResponseReturnValue:
    """List the keys by owner."""
    listed = sorted(queries.published(desk.reading()), key=_place)
    owners = [
        (name, tuple(keys)) for name, keys in groupby(listed, lambda one: one.owner)
    ]
    return render_template(
        "public/keys.html",
        owners=owners,
        roots=queries.roots(desk.reading()),
        now=desk.now(),
        fingerprint=fingerprint,
        said=key_words,
    )


@bp.get("/keys.json")
@api
@_each
def listed() -> ResponseReturnValue:
    """Give the keys to programs; an answer may be kept for five minutes."""
    keys = [_card(key) for key in queries.published(desk.reading())]
    response = jsonify(keys=keys)
    response.headers["Cache-Control"] = _FRESH
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/keys/<kid>.pem")
@api
@_each
def pem(kid: str) -> ResponseReturnValue:
    """Give a key's certificates, or the bare public key of one that has none."""
    found = queries.trust(desk.reading()).get(kid)
    if found is None:
        raise NotFound("signing.unknown")
    blocks = [_pem("CERTIFICATE", one) for one in found.chain]
    text = "".join(blocks or [_pem("PUBLIC KEY", spki(found))])
    response = Response(text, mimetype="application/x-pem-file")
    response.headers["Cache-Control"] = _FRESH
    response.headers["Content-Disposition"] = f'attachment; filename="{found.kid}.pem"'
    return response


@bp.get("/crl/<kid>.crl")
@api
@_each
def crl(kid: str) -> ResponseReturnValue:
    """Give a root's list of revoked certificates, as readers of certificates fetch it.

    It is asked by programs, over plain http too: the list is signed.
    """
    response = Response(
        queries.revoked(desk.reading(), kid), mimetype="application/pkix-crl"
    )
    response.headers["Cache-Control"] = _FRESH
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/roots/<kid>.pem")
@api
@_each
def root(kid: str) -> ResponseReturnValue:
    """Give the certificate of one of the house's own roots."""
    for card in queries.roots(desk.reading()):
        if card.kid == kid:
            response = Response(
                _pem("CERTIFICATE", card.certificate), mimetype="application/x-pem-file"
            )
            name = f'attachment; filename="root-{kid}.pem"'
            response.headers["Content-Disposition"] = name
            response.headers["Cache-Control"] = _FRESH
            return response
    raise NotFound("signing.unknown")


def _place(key: PublishedKey) -> tuple[str, str, int]:
    """Put owners in order, and the purposes of each as their page has them."""
    return key.owner, key.owner_name, list(Purpose).index(key.purpose)


def spki(key: PublishedKey) -> bytes:
    """Write a public key as SubjectPublicKeyInfo, DER."""
    bare = key.purpose is Purpose.CREDENTIAL
    return _ED25519 + key.public if bare else key.public


def _card(key: PublishedKey) -> dict[str, Any]:
    bare = key.purpose is Purpose.CREDENTIAL
    return {
        "kid": key.kid,
        "purpose": key.purpose.value,
        "owner": key.owner,
        "owner_name": key.owner_name,
        "raw" if bare else "spki": _base64url(key.public),
        "x5c": [base64.b64encode(one).decode() for one in key.chain],
        "valid": {
            "from": key.valid_from.isoformat(),
            "until": key.valid_until.isoformat(),
        },
        "standing": key.standing.value,
        "changed_at": key.changed_at.isoformat() if key.changed_at else None,
        "broken_at": key.broken_at.isoformat() if key.broken_at else None,
        "demonstration": key.demonstration,
        "other_name": key.other_name,
        "vouched": key.vouched,
    }


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _pem(label: str, data: bytes) -> str:
    body = base64.b64encode(data).decode()
    lines = [body[i : i + 64] for i in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
