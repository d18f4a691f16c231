"""What a request carries, as JSON or as multipart: read, and not judged yet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import msgspec
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

_PIECE_BYTES = 1024 * 1024


class SentFile(msgspec.Struct, frozen=True):
    """A file of a multipart request, as evidence."""

    field: str
    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(slots=True)
class Form:
    """The fields of a request, and the files of a multipart one in the order in which they came."""

    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    files: list[tuple[SentFile, bytes]] = field(default_factory=list[tuple[SentFile, bytes]])
    duplicates: list[str] = field(default_factory=list[str])
    is_valid: bool = True

    def find(self, *names: str) -> list[tuple[SentFile, bytes]]:
        return [(file, content) for file, content in self.files if file.field in names]


def read_form(content_type: str, body: bytes) -> Form:
    """Reads JSON or multipart; what is neither has no fields and is not valid."""
    kind, options = parse_options_header(content_type)
    if kind == "multipart/form-data" and options.get("boundary"):
        return _read_multipart(options["boundary"], body)
    try:
        content = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return Form(is_valid=False)
    return Form(content, is_valid=kind == "application/json")


def _read_multipart(boundary: str, body: bytes) -> Form:
    form = Form()
    segments: list[tuple[MultipartSegment, bytearray]] = []
    try:
        parser = PushMultipartParser(boundary)
        for at in range(0, len(body), _PIECE_BYTES):
            for event in parser.parse(body[at : at + _PIECE_BYTES]):
                if isinstance(event, MultipartSegment):
                    segments.append((event, bytearray()))
                elif event:
                    segments[-1][1].extend(event)
        parser.close()
    except MultipartError:
        form.is_valid = False
    for segment, content in segments:
        _add(form, segment, bytes(content))
    return form


def _add(form: Form, segment: MultipartSegment, content: bytes) -> None:
    name = segment.name or ""
    if segment.filename is None:
        if name in form.fields:
            form.duplicates.append(name)
        form.fields[name] = content.decode(errors="replace")
        return
    if not name.endswith("[]") and form.find(name):
        form.duplicates.append(name)
    digest = hashlib.sha256(content).hexdigest()
    kind = segment.content_type or ""
    form.files.append((SentFile(name, segment.filename, kind, len(content), digest), content))
