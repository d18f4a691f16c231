"""Routes in the API document whose parameters or bodies the framework does not see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import msgspec
from litestar.openapi.spec import OpenAPIMediaType, Operation, Parameter, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

from aiimagecraft.schema import In


def query_operation(shape: type[In]) -> type[Operation]:
    """Return the API document's operation for a route that parses its query with `parse_query`."""
    definition = msgspec.json.schema(shape)["$defs"][shape.__name__]

    @dataclass
    class QueryOperation(Operation):
        def __post_init__(self) -> None:
            self.parameters = [
                Parameter(
                    name=name,
                    param_in="query",
                    required=name in definition.get("required", ()),
                    schema=_schema(prop),
                )
                for name, prop in definition["properties"].items()
            ] + list(self.parameters or [])

    return QueryOperation


def _schema(prop: dict[str, Any]) -> Schema:
    kinds = [kind for kind in prop.get("anyOf", [prop]) if kind.get("type") != "null"]
    kind: dict[str, Any] = kinds[0]
    return Schema(
        type=OpenAPIType(kind.get("type", "string")),
        enum=kind.get("enum"),
        format=kind.get("format"),
        minimum=kind.get("minimum"),
        pattern=kind.get("pattern"),
        max_length=kind.get("maxLength"),
        default=prop.get("default"),
        description=prop.get("description"),
    )


@dataclass
class UploadOperation(Operation):
    """The API document's operation for a route that receives files."""

    def __post_init__(self) -> None:
        """Describe the body, which is parsed as it arrives and so has no parameter."""
        files = Schema(
            type=OpenAPIType.ARRAY,
            items=Schema(type=OpenAPIType.STRING, format=cast("Any", "binary")),
            min_items=1,
            max_items=100,
        )
        body = Schema(type=OpenAPIType.OBJECT, properties={"file": files}, required=["file"])
        self.request_body = RequestBody(
            content={"multipart/form-data": OpenAPIMediaType(schema=body)}, required=True
        )
