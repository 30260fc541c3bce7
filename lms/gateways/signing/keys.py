"""Make keys, and take those that were made elsewhere: the port of `signing`."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lms.gateways.drawing.fonts import Fonts, MissingGlyph
from lms.gateways.signing import (
    believing,
    credentials,
    der,
    documents,
    elsewhere,
    lists,
    names,
    seal_keys,
    seals,
    sm2,
    sm2_certificates,
    uploads,
    x509,
)
from lms.gateways.signing.believing import Roots
from lms.kernel.errors import Refused
from lms.signing.ports import (
    Authority,
    MadeKey,
    Revocations,
    RootPair,
    Subject,
    Upload,
)
from lms.signing.rules import (
    HOUSE_PLACE,
    Key,
    Purpose,
    Root,
    kid_of,
    seal_words,
)

_AUTHORITY_YEARS = 20
_PLAY_SINCE = datetime(2015, 1, 1, tzinfo=UTC)
_PLAY_UNTIL = datetime(2049, 12, 31, tzinfo=UTC)
"""A demonstration's documents are older than it is."""

_NONE = Roots()


class HouseKeyMaker:
    """Makes keys in this process."""

    def __init__(
        self, cache_dir: Path, base_url: str = "", roots: Roots = _NONE
    ) -> None:
        self._fonts = Fonts(cache_dir / "fonts")
        self._base_url = base_url
        self._roots = roots

    def found(
        self, now: datetime, *, demonstration: bool, generation: int = 1
    ) -> Authority:
        """Make the house's own authority; `generation` counts its renewals."""
        since = _PLAY_SINCE if demonstration else now - timedelta(hours=1)
        until = now + timedelta(days=365 * _AUTHORITY_YEARS)
        until = _PLAY_UNTIL if demonstration else until

        def called(kind: str) -> names.Name:
            return names.of_root(kind, generation, demonstration=demonstration)

        above = sm2_certificates.root(since, until, called("SM2"))
        maker = names.of_maker(generation, demonstration=demonstration)
        listed = self._list_at(above)
        return Authority(
            document=x509.root(since, until, called("X.509")),
            seal=above,
            maker=sm2_certificates.maker(above, since, maker, listed),
        )

    def revocations(self, by: RootPair, root: Root, told: Revocations) -> bytes:
        """Sign a root's list of what it revoked: a CRL, DER."""
        signed = lists.on_p256 if root is Root.DOCUMENT else lists.on_sm2
        return signed(by, told)

    def _list_at(self, by: RootPair) -> str:
        """Say where a root's list lies; a house without an address has none."""
        if not self._base_url:
            return ""
        return f"{self._base_url}/crl/{kid_of(by.certificate)}.crl"

    def make(self, purpose: Purpose, subject: Subject, by: Authority) -> MadeKey:
        """Make a key with its certificates, and the seal of a seal's.

        Raises: Refused when the name cannot be drawn on a seal.
        """
        makers: dict[Purpose, Callable[[Subject, Authority], MadeKey]] = {
            Purpose.DOCUMENT: self._document,
            Purpose.SEAL: self._seal,
            Purpose.CREDENTIAL: self._credential,
        }
        return makers[purpose](subject, by)

    def _document(self, subject: Subject, by: Authority) -> MadeKey:
        private = x509.new_key()
        leaf = x509.leaf(private, subject, by.document, self._list_at(by.document))
        return MadeKey(
            Purpose.DOCUMENT,
            x509.public_of(private),
            (leaf, by.document.certificate),
            subject.valid_from,
            min(subject.valid_until, by.document.valid_until),
            secret=x509.secret_of(private),
        )

    def _seal(self, subject: Subject, by: Authority) -> MadeKey:
        pair = sm2.generate()
        listed = self._list_at(by.seal)
        leaf = sm2_certificates.leaf(pair.point, subject, by.seal, listed)
        until = min(subject.valid_until, by.seal.valid_until)
        return MadeKey(
            Purpose.SEAL,
            sm2.spki(pair.point),
            (leaf, by.seal.certificate),
            subject.valid_from,
            until,
            material=self._made_seal(subject, leaf, (subject.valid_from, until), by),
            secret=sm2.pkcs8(pair),
        )

    def _credential(self, subject: Subject, _by: Authority) -> MadeKey:
        return credentials.make(subject)

    def _made_seal(
        self,
        subject: Subject,
        leaf: bytes,
        term: tuple[datetime, datetime],
        by: Authority,
    ) -> bytes:
        from lms.gateways.signing.stamp import stamp  # noqa: PLC0415 - Pillow is heavy

        words = seal_words(subject.owner)
        try:
            picture = seals.Picture(stamp(self._fonts, subject.name, words))
        except MissingGlyph as error:
            raise Refused("signing.undrawable") from error
        said = "（演示 DEMONSTRATION）" if subject.demonstration else ""
        facts = seals.SealFacts(
            number=kid_of(leaf).upper(),
            name=f"{subject.name}{words}{said}",
            certificates=(leaf,),
            made_at=subject.valid_from,
            since=term[0],
            until=term[1],
        )
        return seals.make(facts, picture, by.maker)

    def read(
        self, purpose: Purpose, subject: Subject, upload: Upload, by: Authority
    ) -> MadeKey:
        """Take a key that was made elsewhere.

        Raises: Refused("signing.import") with everything that is wrong.
        """
        if upload.place != HOUSE_PLACE:
            return self._outside(purpose, subject, upload, by)
        if not upload.key.strip():
            raise Refused("signing.import", reasons=("signing.no_key",))
        if purpose is Purpose.DOCUMENT:
            return self._called(documents.read(upload, subject.valid_from))
        if purpose is Purpose.SEAL:
            return self._read_seal(subject, upload, by)
        return credentials.read(subject, upload)

    def _called(self, made: MadeKey) -> MadeKey:
        """Add what a document's certificate calls its holder, and whom it hangs on."""
        return replace(
            made,
            certified=believing.called(made.chain[0]),
            trusted=self._roots.believes(made.chain, seal=False),
        )

    def _read_seal(self, subject: Subject, upload: Upload, by: Authority) -> MadeKey:
        own = seal_keys.scalar(upload)
        made = self._judged_seal(subject, upload, by, own=own)
        pair = sm2.Pair(sm2.point_of(made.public), own)
        return _with_secret(made, sm2.pkcs8(pair))

    def _judged_seal(
        self,
        subject: Subject,
        upload: Upload,
        by: Authority,
        *,
        own: bytes | None = None,
        point: bytes | None = None,
    ) -> MadeKey:
        now = subject.valid_from
        listed = uploads.certificates(upload.certificates)
        judged = seal_keys.judge(listed, own, point, now)
        leaf, term = judged.chain[0], (judged.valid_from, judged.valid_until)
        made = MadeKey(
            Purpose.SEAL,
            sm2.spki(judged.point),
            judged.chain,
            *term,
            certified=believing.called_on_sm2(leaf),
            trusted=self._roots.believes(judged.chain, seal=True),
        )
        if not upload.seal:
            seal = self._made_seal(subject, leaf, term, by)
            return replace(made, material=seal)
        found = seal_keys.seal(upload.seal, leaf, now)
        return replace(
            made,
            material=upload.seal,
            seal_name=found.name,
            trusted=made.trusted
            and self._roots.believes_maker(found.maker, made.chain),
            foreign_seal=found.maker != by.maker.certificate,
        )

    def certify(
        self, key: Key, subject: Subject, upload: Upload, by: Authority
    ) -> MadeKey:
        """Take the certificates that an authority gave for a key that is here.

        Raises: Refused("signing.import") with everything that is wrong.
        """
        if key.purpose is Purpose.CREDENTIAL:
            raise Refused("signing.no_certificate")
        made = self._certified(key.purpose, key.public, subject, upload, by)
        return _with_secret(made, key.secret, key.place)

    def _certified(
        self,
        purpose: Purpose,
        public: bytes,
        subject: Subject,
        upload: Upload,
        by: Authority,
    ) -> MadeKey:
        if purpose is Purpose.SEAL:
            point = sm2.point_of(public)
            return self._judged_seal(subject, upload, by, point=point)
        found = documents.certificates(upload.certificates)
        chain, since, until = documents.judge(public, found, subject.valid_from)
        return self._called(MadeKey(purpose, public, chain, since, until))

    def _outside(
        self, purpose: Purpose, subject: Subject, upload: Upload, by: Authority
    ) -> MadeKey:
        public = elsewhere.public_of(purpose, upload.certificates)
        made = (
            MadeKey(purpose, public, (), subject.valid_from, subject.valid_until)
            if purpose is Purpose.CREDENTIAL
            else self._certified(purpose, public, subject, upload, by)
        )
        made = _with_secret(made, b"", upload.place)
        elsewhere.check(made, subject.owner, upload.proof)
        return made

    def prove(self, purpose: Purpose, owner: str, upload: Upload) -> Upload:
        """Have a key that lies outside show that it answers; others need not.

        Raises: Refused("signing.import"); Unavailable when nobody answers there.
        """
        if upload.place == HOUSE_PLACE:
            return upload
        public = elsewhere.public_of(purpose, upload.certificates)
        given = elsewhere.proof(purpose, public, owner, upload.place)
        return replace(upload, proof=given)

    def seal_picture(self, material: bytes) -> tuple[str, bytes]:
        """Give the picture of a seal with its media type; ("", b"") without one."""
        try:
            return seal_keys.picture(seals.read(material))
        except der.Malformed:
            return "", b""

    def request(self, key: Key, subject: Subject) -> bytes:
        """Ask an outside authority to certify a key: PKCS#10, PEM."""
        if key.place != HOUSE_PLACE:
            raise Refused("signing.not_here")
        if key.purpose is Purpose.DOCUMENT:
            return x509.request(x509.private_of(key.secret), subject)
        pair = sm2.Pair(sm2.point_of(key.public), sm2.scalar_of(key.secret))
        return pem("CERTIFICATE REQUEST", sm2_certificates.request(pair, subject))


def pem(label: str, data: bytes) -> bytes:
    """Write PEM."""
    body = base64.encodebytes(data).replace(b"\n", b"")
    lines = [body[i : i + 64] for i in range(0, len(body), 64)]
    mark = label.encode()
    return b"\n".join(
        [b"-----BEGIN " + mark + b"-----", *lines, b"-----END " + mark + b"-----", b""]
    )


def _with_secret(made: MadeKey, secret: bytes, place: str = HOUSE_PLACE) -> MadeKey:
    return replace(made, secret=secret, place=place)
