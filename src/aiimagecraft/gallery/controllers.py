"""The gallery's HTTP routes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import Body, FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_201_CREATED

from aiimagecraft.accounts import service as accounts
from aiimagecraft.conditional import requested_range, same_validator
from aiimagecraft.config import Settings
from aiimagecraft.errors import Forbidden, InvalidRequest, NotFound, Unauthorized
from aiimagecraft.gallery import archive, changes, overview, persist, purge, query, service
from aiimagecraft.gallery.filters import (
    Chosen,
    GalleryFilter,
    GalleryQuery,
    Matches,
    ModelsQuery,
    PlaceQuery,
    Timeline,
)
from aiimagecraft.gallery.schemas import (
    ArchiveReady,
    BulkChange,
    Change,
    Created,
    Deleted,
    GalleryPage,
    ImageDetail,
    Models,
    Placed,
    SourcesCreated,
    Target,
    Undone,
    Updated,
)
from aiimagecraft.gallery.uploads import MAX_FILE_BYTES, MAX_FILES, receive_uploads
from aiimagecraft.jobs import JobQueue
from aiimagecraft.operations import UploadOperation, query_operation
from aiimagecraft.realtime import STAMP, Hub
from aiimagecraft.schema import Ok
from aiimagecraft.storage import CONTENT_TYPES, Storage
from aiimagecraft.web import (
    OBJECT_HEADERS,
    PUBLIC,
    AnyRequest,
    has_bearer_token,
    json_response,
    parse_id,
    parse_query,
)

UPLOAD_BODY_BYTES = MAX_FILES * (MAX_FILE_BYTES + 4096)
INLINE_BYTES = 1024 * 1024
"""An object up to this size is answered in one piece."""


@get("/api/gallery", operation_class=query_operation(GalleryQuery), tags=["gallery"])
async def list_images(
    request: AnyRequest,
    owner: NamedDependency[int],
    storage: NamedDependency[Storage],
    hub: NamedDependency[Hub],
) -> Response[GalleryPage]:
    """List one's images, newest first."""
    headers = {STAMP: hub.stamp(owner)}
    return json_response(
        await query.page(storage, owner, parse_query(request, GalleryQuery)), headers=headers
    )


@get("/api/gallery/timeline", operation_class=query_operation(GalleryFilter), tags=["gallery"])
async def show_timeline(
    request: AnyRequest, owner: NamedDependency[int], hub: NamedDependency[Hub]
) -> Response[Timeline]:
    """Count one's images by month, newest first."""
    headers = {STAMP: hub.stamp(owner)}
    return json_response(await overview.timeline(owner, parse_query(request, GalleryFilter)), headers=headers)


@get("/api/gallery/place", operation_class=query_operation(PlaceQuery), tags=["gallery"])
async def show_place(request: AnyRequest, owner: NamedDependency[int]) -> Placed:
    """Tell where an image stands among those of a filter."""
    return Placed(await overview.place(owner, parse_query(request, PlaceQuery)))


@get("/api/gallery/models", operation_class=query_operation(ModelsQuery), tags=["gallery"])
async def list_models(request: AnyRequest, owner: NamedDependency[int]) -> Response[Models]:
    """Count one's images by model, for a filter to offer."""
    wanted = parse_query(request, ModelsQuery)
    return json_response({"items": await overview.models(owner, trash=wanted.trash)})


@get("/api/image/{image_id:str}", tags=["gallery"])
async def show_image(
    image_id: FromPath[str], owner: NamedDependency[int], storage: NamedDependency[Storage]
) -> Response[ImageDetail]:
    """Show everything that is kept of an image."""
    return json_response(await service.detail(storage, owner, parse_id(image_id)))


@patch("/api/image/{image_id:str}", tags=["gallery"])
async def change_image(
    image_id: FromPath[str], data: Annotated[Change, Body()], owner: NamedDependency[int]
) -> Ok:
    """Star or unstar an image, move it to Trash or restore it."""
    await changes.change(owner, [parse_id(image_id)], data)
    return Ok(ok=True)


@delete("/api/image/{image_id:str}", status_code=200, tags=["gallery"])
async def delete_image(
    image_id: FromPath[str], owner: NamedDependency[int], storage: NamedDependency[Storage]
) -> Ok:
    """Delete an image of Trash for ever."""
    await purge.delete_image(storage, owner, parse_id(image_id))
    return Ok(ok=True)


@patch("/api/images/bulk", tags=["gallery"])
async def change_images(data: Annotated[BulkChange, Body()], owner: NamedDependency[int]) -> Updated:
    """Change many images, all of them or none."""
    updated, undo = await changes.change(
        owner, _target(data), Change(starred=data.starred, delete_to_trash=data.delete_to_trash)
    )
    return Updated(ok=True, updated=updated, undo=undo)


@post("/api/undo/{change_id:str}", status_code=200, tags=["gallery"])
async def undo_change(change_id: FromPath[str], owner: NamedDependency[int]) -> Undone:
    """Take a bulk change back, for ten minutes, of the images that are still as it left them."""
    return Undone(ok=True, updated=await changes.undo(owner, parse_id(change_id)))


@post("/api/images/purge", status_code=200, tags=["gallery"])
async def purge_images(
    data: Annotated[Target, Body()], owner: NamedDependency[int], storage: NamedDependency[Storage]
) -> Deleted:
    """Delete images of Trash for ever, all of them or none."""
    return Deleted(ok=True, deleted=await purge.purge(storage, owner, _target(data)))


@post("/api/images/zip", status_code=HTTP_201_CREATED, tags=["gallery"])
async def prepare_archive(data: Annotated[Target, Body()], owner: NamedDependency[int]) -> ArchiveReady:
    """Note which originals to download as one archive."""
    prepared = await archive.prepare(owner, _target(data))
    return ArchiveReady(f"/api/images/zip/{prepared.id}", prepared.count, prepared.bytes)


@get("/api/images/zip/{archive_id:str}", media_type="application/zip", tags=["gallery"])
async def download_archive(
    archive_id: FromPath[str], owner: NamedDependency[int], storage: NamedDependency[Storage]
) -> Stream:
    """Download an archive; it is made while it is sent."""
    found = parse_id(archive_id)
    await archive.find(owner, found)
    name = f"aiimagecraft-{datetime.now(UTC):%Y-%m-%d}.zip"
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return Stream(archive.stream(storage, owner, found), headers=headers, media_type="application/zip")


def _target(data: Target) -> Chosen:
    """Return what a request names.

    Raises:
        InvalidRequest: It names both ids and a filter, or neither; or exceptions without a filter.
    """
    ids, selection, without = data.ids, data.filter, data.without
    if ids is msgspec.UNSET and selection is not msgspec.UNSET:
        return Matches(selection, () if without is msgspec.UNSET else without)
    if selection is not msgspec.UNSET or ids is msgspec.UNSET:
        raise InvalidRequest("Name either ids or a filter", field="ids")
    if without is not msgspec.UNSET:
        raise InvalidRequest("This goes with filter", field="except")
    return ids


@post(
    "/api/images",
    operation_class=UploadOperation,
    request_max_body_size=UPLOAD_BODY_BYTES,
    status_code=HTTP_201_CREATED,
    tags=["gallery"],
)
async def upload_images(
    request: AnyRequest,
    owner: NamedDependency[int],
    storage: NamedDependency[Storage],
    queue: NamedDependency[JobQueue],
) -> Response[Created]:
    """Add pictures to the gallery, all or none."""
    async with receive_uploads(request.headers.get("content-type", ""), request.stream()) as uploads:
        ids = await persist.add_uploads(storage, queue, owner, uploads)
    return json_response({"items": await query.items(storage, owner, ids)}, HTTP_201_CREATED)


@post(
    "/api/sources",
    operation_class=UploadOperation,
    request_max_body_size=UPLOAD_BODY_BYTES,
    status_code=HTTP_201_CREATED,
    tags=["create"],
)
async def upload_sources(
    request: AnyRequest, owner: NamedDependency[int], storage: NamedDependency[Storage]
) -> Response[SourcesCreated]:
    """Keep pictures that only serve to make images, all or none."""
    async with receive_uploads(request.headers.get("content-type", ""), request.stream()) as uploads:
        items = await persist.add_sources(storage, owner, uploads)
    return json_response({"items": items}, HTTP_201_CREATED)


@post("/api/trash/empty", status_code=200, tags=["gallery"])
async def empty_trash(owner: NamedDependency[int], storage: NamedDependency[Storage]) -> Deleted:
    """Delete all of one's Trash for ever."""
    return Deleted(ok=True, deleted=await purge.empty_trash(storage, owner))


@post("/api/cleanup", status_code=200, opt=PUBLIC, tags=["operations"])
async def cleanup(
    request: AnyRequest, settings: NamedDependency[Settings], storage: NamedDependency[Storage]
) -> Deleted:
    """Run the nightly cleanup now; for an external cron with the cleanup token."""
    _check_token(request, settings.cleanup_token)
    accounts.act_as(accounts.CLEANUP)
    outcome = await purge.cleanup(storage, timedelta(days=settings.trash_days))
    return Deleted(ok=True, deleted=outcome.images)


def _check_token(request: AnyRequest, token: str | None) -> None:
    if token is None:
        raise Forbidden("No CLEANUP_TOKEN is set on this server")
    if not has_bearer_token(request, token):
        raise Unauthorized("Send the header Authorization: Bearer CLEANUP_TOKEN")


@route(
    "/uploads/{key:path}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    media_type="application/octet-stream",
    tags=["objects"],
)
async def read_object(
    request: AnyRequest, key: FromPath[str], owner: NamedDependency[int], storage: NamedDependency[Storage]
) -> Response[bytes]:
    """Read an object's bytes."""
    found = await service.find_object(owner, key.lstrip("/"))
    headers = {**OBJECT_HEADERS, "accept-ranges": "bytes", "etag": found.etag}
    try:
        size = await storage.size(found.key)
        if same_validator(request, found.etag):
            return Response(b"", status_code=304, headers=headers)
        span = requested_range(request, size, found.etag)
        return await _object(request, storage, found, size, span, headers)
    except FileNotFoundError:
        raise NotFound("The bytes of this object are missing from the store") from None


async def _object(  # noqa: PLR0913, PLR0917 - the pieces of one response.
    request: AnyRequest,
    storage: Storage,
    found: service.FoundObject,
    size: int,
    span: tuple[int, int] | None,
    headers: dict[str, str],
) -> Response[Any]:
    start, stop = span or (0, size)
    headers |= {"cache-control": "private, max-age=31536000, immutable", "content-length": str(stop - start)}
    status_code = 200
    if span:
        status_code = 206
        headers["content-range"] = f"bytes {start}-{stop - 1}/{size}"
    media_type = CONTENT_TYPES[found.format]
    if request.method == "HEAD":
        return Response(b"", status_code=status_code, headers=headers, media_type=media_type)
    if stop - start <= INLINE_BYTES and span is None:
        return Response(
            await storage.read(found.key), status_code=status_code, headers=headers, media_type=media_type
        )
    part = await storage.open(found.key, span)
    return Stream(part.chunks, status_code=status_code, headers=headers, media_type=media_type)


ROUTES = [
    list_images,
    show_timeline,
    show_place,
    list_models,
    show_image,
    change_image,
    delete_image,
    change_images,
    undo_change,
    purge_images,
    prepare_archive,
    download_archive,
    upload_images,
    upload_sources,
    empty_trash,
    cleanup,
    read_object,
]
