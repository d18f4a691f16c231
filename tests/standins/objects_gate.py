"""The check of signatures in front of moto, which itself takes presigned addresses without a look.

It is botocore's own arithmetic, so that a client's is held against another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qsl

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

STAMP = "%Y%m%dT%H%M%SZ"
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of its signature."""

    credential: str
    signed_headers: str
    signature: str
    stamp: str
    seconds: int | None


class Gate:
    """Lets signed requests through, and those that create a bucket, which anybody may do here.

    Args:
        application: What is behind it.
        key: The access key.
        secret: Its secret.
    """

    def __init__(self, application: Application, key: str, secret: str) -> None:
        self._application = application
        self._credentials = cast("Any", Credentials)(key, secret)
        self._key = key

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        code = self._refusal(environ)
        if code is None:
            return self._application(environ, start_response)
        # A body that nobody reads would be taken for the next request.
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>Refused</Message></Error>'.encode()
        headers = [("content-type", "application/xml"), ("content-length", str(len(body)))]
        start_response("403 Forbidden", headers)
        return [body]

    def _refusal(self, environ: Environ) -> str | None:
        path, _, query = str(environ["RAW_URI"]).partition("?")
        if environ["REQUEST_METHOD"] == "PUT" and path.strip("/").count("/") == 0:
            return None
        claim = _in_query(query) if "X-Amz-Signature" in query else _in_headers(environ)
        if claim is None:
            return "AccessDenied"
        key, _, region, _, _ = claim.credential.split("/")
        if key != self._key:
            return "InvalidAccessKeyId"
        if claim.signature != self._signature(environ, claim, region):
            return "SignatureDoesNotMatch"
        began = datetime.strptime(claim.stamp, STAMP).replace(tzinfo=UTC)
        over = claim.seconds and datetime.now(UTC) > began + timedelta(seconds=claim.seconds)
        return "AccessDenied" if over else None

    def _signature(self, environ: Environ, claim: Claim, region: str) -> str:
        presigned = claim.seconds is not None
        path, _, query = str(environ["RAW_URI"]).partition("?")
        unsigned = "&".join(part for part in query.split("&") if not part.startswith("X-Amz-Signature="))
        names = claim.signed_headers.split(";")
        headers = {name: environ.get(f"HTTP_{name.upper().replace('-', '_')}", "") for name in names}
        headers |= {name: environ.get("CONTENT_TYPE", "") for name in names if name == "content-type"}
        headers |= {name: environ.get("CONTENT_LENGTH", "") for name in names if name == "content-length"}
        address = f"http://{environ['HTTP_HOST']}{path}?{unsigned}"
        request: Any = cast("Any", AWSRequest)(environ["REQUEST_METHOD"], address, headers)
        request.context["timestamp"] = claim.stamp
        signer: Any = (S3SigV4QueryAuth if presigned else S3SigV4Auth)(self._credentials, "s3", region)
        canonical = signer.canonical_request(request)
        return signer.signature(signer.string_to_sign(request, canonical), request)


def _in_query(query: str) -> Claim:
    given = dict(parse_qsl(query))
    return Claim(
        given["X-Amz-Credential"],
        given["X-Amz-SignedHeaders"],
        given["X-Amz-Signature"],
        given["X-Amz-Date"],
        int(given["X-Amz-Expires"]),
    )


def _in_headers(environ: Environ) -> Claim | None:
    scheme, _, rest = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme != "AWS4-HMAC-SHA256":
        return None
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    return Claim(
        given["Credential"],
        given["SignedHeaders"],
        given["Signature"],
        environ["HTTP_X_AMZ_DATE"],
        None,
    )
