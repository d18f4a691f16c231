"""Presigned addresses: AWS Signature Version 4 in a query, for a stretch of time that the caller chooses.

obstore signs, too, but always from the present moment on, so that no two of its addresses are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec

ALGORITHM = "AWS4-HMAC-SHA256"
NAME: Final = "{name}"
"""Stands for the object's key in a header that an answer is asked to bear."""

WINDOWS = {"thumb": 3_600, "preview": 3_600}
"""Seconds for which an address stays the same, by the folder of its key."""
ORIGINAL_WINDOW = 86_400


class Access(msgspec.Struct, frozen=True):
    """A bucket and the key that opens it.

    Attributes:
        address: The store's address and the bucket's name, `https://host/bucket`.
        region: The store's region.
        key: The access key.
        secret: Its secret.
    """

    address: str
    region: str
    key: str
    secret: str

    def __repr__(self) -> str:
        """Leave the secret out of logs and tracebacks."""
        return f"Access({self.address!r})"


class Window:
    """A stretch of time within which an object has one and the same address to be read at.

    What does not depend on the object is signed and encoded once: an address costs two hashes.

    Args:
        access: The bucket.
        start: The first second of the stretch, in seconds since 1970.
        seconds: How long the addresses hold from then on; stores take up to 604,800.
        answer: Query parameters such as `response-content-type`, by which a store sets headers of its
            answer; `NAME` in a value stands for the object's key.
    """

    def __init__(self, access: Access, start: int, seconds: int, answer: Mapping[str, str]) -> None:
        stamp = datetime.fromtimestamp(start, UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{stamp[:8]}/{access.region}/s3/aws4_request"
        place = urlsplit(access.address)
        parameters = {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{access.key}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
            **answer,
        }
        self._query = "&".join(f"{name}={_encoded(parameters[name])}" for name in sorted(parameters))
        self._origin = f"{place.scheme}://{place.netloc}"
        self._path = place.path
        self._tail = f"\nhost:{_host(access.address)}\n\nhost\nUNSIGNED-PAYLOAD"
        self._preamble = f"{ALGORITHM}\n{stamp}\n{scope}\n"
        self._key = _signing_key(access.secret, scope)

    def url(self, key: str) -> str:
        """Return the address of an object, whether it is there or not."""
        # `quote` is ten times as slow once a character is not safe, and one key in four has this one.
        encoded = quote(key, safe="@/-_.~").replace("@", "%40")
        path = f"{self._path}/{encoded}"
        query = self._query.replace(NAME, encoded.replace("/", "%2F"))
        request = f"GET\n{path}\n{query}{self._tail}"
        text = self._preamble + sha256(request.encode()).hexdigest()
        signature = digest(self._key, text.encode(), "sha256").hex()
        return f"{self._origin}{path}?{query}&X-Amz-Signature={signature}"


class Delivery:
    """The addresses under which browsers read a bucket's objects, the same ones for a whole window.

    So a browser has a picture in its cache when it meets it again, and all processes say the same.

    Args:
        access: The bucket.
        content_types: The content type of each file name extension.
    """

    def __init__(self, access: Access, content_types: Mapping[str, str]) -> None:
        self._access = access
        self._content_types = content_types
        self._windows: dict[tuple[int, str], tuple[int, Window]] = {}

    def url(self, key: str, now: int) -> str:
        """Return an object's address, which is valid for one more window at least.

        Args:
            key: The object's name.
            now: The present, in seconds since 1970.
        """
        seconds = WINDOWS.get(key.partition("/")[0], ORIGINAL_WINDOW)
        start, kind = now - now % seconds, (seconds, key.rpartition(".")[2])
        began, window = self._windows.get(kind, (-1, None))
        if window is None or began != start:
            window = self._window(start, *kind)
            self._windows[kind] = start, window
        return window.url(key)

    def _window(self, start: int, seconds: int, extension: str) -> Window:
        # An address that is handed out in a window's last second has another whole window to live.
        lifetime = 2 * seconds
        answer = {
            "response-cache-control": f"private, max-age={lifetime}, immutable",
            "response-content-type": self._content_types.get(extension, "application/octet-stream"),
        }
        if seconds == ORIGINAL_WINDOW:
            # Browsers heed a link's `download` only within a site; an <img> does not mind this header.
            answer["response-content-disposition"] = f'attachment; filename="{NAME}"'
        return Window(self._access, start, lifetime, answer)


def origin_of(address: str) -> str:
    """Return an address's origin, as pages write it in their policies."""
    place = urlsplit(address)
    return f"{place.scheme}://{_host(address)}"


def _encoded(value: str) -> str:
    return NAME.join(quote(part, safe="-_.~") for part in value.split(NAME))


def _host(address: str) -> str:
    """Return what a browser sends as Host: without the port that the scheme implies."""
    place = urlsplit(address)
    host = place.netloc.lower()
    return host.removesuffix({"http": ":80", "https": ":443"}[place.scheme])


def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = digest(key, part.encode(), "sha256")
    return key
