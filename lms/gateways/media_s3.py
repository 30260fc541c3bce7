"""Films and covers in a store that speaks S3, under addresses signed and soon over.

What was sent in parts and what ffmpeg works on stays on this machine's disk; here lies
what is shown. Browsers fetch it themselves, so the bucket is nobody's to list or read:
every address is made for one film, for some hours.
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from lms.catalogue.ports import StoredFilm
from lms.gateways.media import KEY, copy, look
from lms.kernel.errors import NotFound, Unavailable
from lms.kernel.settings import S3Settings

_KINDS = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".jpg": "image/jpeg",
    ".pdf": "application/pdf",
}
_LONGEST_SECONDS = 7 * 86_400
"""So long an address may live at most, by the rules of signature version 4."""


class S3Store:
    """The media store in a bucket."""

    def __init__(self, settings: S3Settings, work: Path) -> None:
        self._settings, self._work = settings, work

    @cached_property
    def _inner(self) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        return self._client(self._settings.url)

    @cached_property
    def _outer(self) -> Any:  # noqa: ANN401 - as above
        """Sign for the address that browsers reach the store by."""
        return self._client(self._settings.public_url)

    def _client(self, url: str) -> Any:  # noqa: ANN401 - as above
        # A house that keeps films on its own disk does not pay for this import.
        import boto3  # noqa: PLC0415 - slow to import, and only with a bucket
        from botocore.config import Config  # noqa: PLC0415 - slow to import, and only with a bucket

        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": self._settings.style},
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 4, "mode": "standard"},
            # Other makers' stores do not know the newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.session.Session().client(
            "s3",
            endpoint_url=url,
            region_name=self._settings.region,
            aws_access_key_id=self._settings.key,
            aws_secret_access_key=self._settings.secret,
            config=config,
        )

    def put(self, stream: IO[bytes]) -> StoredFilm:
        """Store a film whole, or not at all; its type is what its bytes say.

        Raises: Refused for what is not a film that browsers play; Unavailable.
        """
        self._work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._work) as folder:
            draft = Path(folder) / "film"
            digest, size, kind = copy(stream, draft)
            codec, seconds = look(draft)
            key = self.keep(draft.rename(draft.with_suffix(f".{kind}")))
        return StoredFilm(key, digest, size, codec, seconds)

    def put_picture(self, jpeg: bytes) -> str:
        """Store a picture that was redrawn here; give its key."""
        key = f"{secrets.token_hex(16)}.jpg"
        with _answered():
            self._inner.put_object(
                Bucket=self._settings.bucket,
                Key=key,
                Body=jpeg,
                ContentType=_KINDS[".jpg"],
            )
        return key

    def keep(self, file: Path) -> str:
        """Store a file that was made here, whole or not at all; give its key."""
        key = f"{secrets.token_hex(16)}{file.suffix}"
        more = {"ContentType": _KINDS[file.suffix]}
        with _answered():
            self._inner.upload_file(
                str(file), self._settings.bucket, key, ExtraArgs=more
            )
        file.unlink()
        return key

    def place(self, key: str, seconds: int) -> str:
        """Give an address of a stored file, good for so long. Asks nobody.

        Raises: NotFound.
        """
        if not KEY.fullmatch(key):
            raise NotFound("media.unknown")
        address: str = self._outer.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._settings.bucket, "Key": key},
            ExpiresIn=min(seconds, _LONGEST_SECONDS),
        )
        return address

    def older(self, than: datetime) -> tuple[str, ...]:
        """List what was stored before an instant."""
        with _answered():
            pages = self._inner.get_paginator("list_objects_v2").paginate(
                Bucket=self._settings.bucket
            )
            return tuple(
                one["Key"]
                for page in pages
                for one in page.get("Contents", ())
                if KEY.fullmatch(one["Key"]) and one["LastModified"] < than
            )

    def drop_drafts(self, before: datetime) -> None:
        """Forget what was begun before an instant and never stored whole."""
        bucket = self._settings.bucket
        with _answered():
            begun = self._inner.list_multipart_uploads(Bucket=bucket)
            for one in begun.get("Uploads", ()):
                if one["Initiated"] < before:
                    self._inner.abort_multipart_upload(
                        Bucket=bucket, Key=one["Key"], UploadId=one["UploadId"]
                    )

    def drop(self, key: str) -> None:
        """Forget a file; one that is not there stays away."""
        if not KEY.fullmatch(key):
            return
        with _answered():
            self._inner.delete_object(Bucket=self._settings.bucket, Key=key)


@contextmanager
def _answered() -> Iterator[None]:
    """Turn what the store or the way to it says into one error of meaning."""
    from boto3.exceptions import Boto3Error  # noqa: PLC0415 - with boto3, as above
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import, and only with a bucket

    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error) as away:
        raise Unavailable("media.away") from away
