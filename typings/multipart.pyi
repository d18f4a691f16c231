# Of what is used of `multipart`. Piccolo Admin brings python-multipart, which has a package of this name, too: at
# run time it hands over to the real one, which type checkers do not see.
from collections.abc import Iterator

class MultipartError(ValueError): ...

class MultipartSegment:
    name: str | None
    filename: str | None
    content_type: str | None

class PushMultipartParser:
    def __init__(self, boundary: str) -> None: ...
    def parse(self, chunk: bytes) -> Iterator[MultipartSegment | bytearray | None]: ...
    def close(self) -> None: ...

def parse_options_header(header: str) -> tuple[str, dict[str, str]]: ...
