"""The stand-in itself: routes, evidence and controls."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs
from uuid import uuid4

import h11

from tests.standins.images_answers import Batch, Site, Stream, answer_json
from tests.standins.images_exchange import Exchange, Gate, Received
from tests.standins.images_faults import Faults, refusal
from tests.standins.images_forms import Form, read_form
from tests.standins.images_orders import MODELS, check
from tests.standins.images_pictures import Painter, gradients
from tests.standins.wire import BodyTooLarge, Head, Refused, Reply, Wire, json_reply

OTHER_MODELS = ("gpt-5.2", "text-embedding-3-small", "whisper-1")
"""Models that make no pictures; OpenAI's list holds many."""
ROUTES = {"/v1/models": "GET", "/v1/images/generations": "POST", "/v1/images/edits": "POST"}


@dataclass(frozen=True, slots=True)
class Options:
    """How the server is run: see its `--help`."""

    key: str | None = None
    latency: float = 0
    models: Sequence[str] = MODELS
    painter: Painter = gradients
    fresh: bool = False


class Server:
    """The Images API and its controls, for any number of connections at a time."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._received: list[Received] = []
        self._spent: Counter[tuple[str, str]] = Counter()
        self._made: Counter[str] = Counter()
        self._generated: dict[str, bytes] = {}
        self._gate = Gate()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        wire = Wire(reader, writer)
        try:
            while (head := await wire.head()) is not None:
                await self._exchange(wire, head)
                if not wire.is_reusable():
                    break
        except (h11.ProtocolError, ConnectionError):
            pass
        finally:
            wire.close()

    async def _exchange(self, wire: Wire, head: Head) -> None:
        received_at = time.time()
        if head.path.startswith("/_"):
            await wire.body()
            await wire.reply(self._control(f"{head.method} {head.path}"))
            return
        form, outcome = Form(), None
        try:
            body = await wire.body()
            form = await asyncio.to_thread(read_form, head.headers.get("content-type", ""), body)
        except BodyTooLarge:
            outcome = "too large"
        except h11.RemoteProtocolError:
            outcome = "client left"
        exchange = Exchange(wire, self._note(head, form, received_at), self._gate)
        if outcome == "too large":
            await exchange.reply(refusal(413, "Maximum content size limit exceeded.", None))
        elif outcome or not await wire.attend(self._answer(exchange, head, form)):
            exchange.received.end("client left")

    def _note(self, head: Head, form: Form, received_at: float) -> Received:
        received = Received(
            method=head.method,
            path=head.path + (f"?{head.query}" if head.query else ""),
            authorization=self._judge(head.headers.get("authorization", "")),
            headers={name: value for name, value in head.headers.items() if name != "authorization"},
            fields=form.fields,
            files=[file for file, _ in form.files],
            request_id=f"req_{uuid4().hex}",
            received_at=received_at,
        )
        self._received.append(received)
        return received

    def _control(self, request: str) -> Reply:
        if request == "GET /_requests":
            return json_reply(self._received)
        if request == "DELETE /_requests":
            self._received.clear()
            self._spent.clear()
            self._made.clear()
            return json_reply([])
        if request == "GET /_held":
            return json_reply({"held": self._gate.held})
        if request == "POST /_release":
            return json_reply({"released": self._gate.release()})
        return json_reply({"error": f"There is no {request}"}, 404)

    def _judge(self, authorization: str) -> str:
        if not authorization:
            return "missing"
        is_right = self._options.key is None or authorization == f"Bearer {self._options.key}"
        return "right" if is_right else "wrong"

    async def _answer(self, exchange: Exchange, head: Head, form: Form) -> None:
        try:
            if head.path.startswith("/generated/"):
                await exchange.reply(self._find_generated(head))
                return
            self._check_route(head)
            self._check_key(head)
            if head.path == "/v1/models":
                await exchange.reply(self._models())
                return
            await self._make(exchange, head, form)
        except Refused as refused:
            await exchange.reply(refused.reply)

    def _find_generated(self, head: Head) -> Reply:
        target = parse_qs(head.query).get("to")
        if head.path == "/generated/redirect" and target:
            return Reply(302, b"", {"location": target[0]})
        picture = self._generated.get(head.path.rpartition("/")[2])
        if picture is None:
            raise Refused(refusal(404, "There is no such picture.", None))
        return Reply(200, picture, {"content-type": f"image/{head.path.rpartition('.')[2]}"})

    def _check_route(self, head: Head) -> None:
        method = ROUTES.get(head.path)
        if method is None:
            raise Refused(refusal(404, f"Invalid URL ({head.method} {head.path})", None))
        if head.method != method:
            raise Refused(refusal(405, f"Not allowed to {head.method} on {head.path}.", None))

    def _check_key(self, head: Head) -> None:
        given = head.headers.get("authorization", "")
        if self._options.key is None or self._judge(given) == "right":
            return
        key = given.removeprefix("Bearer ")
        masked = re.sub(r"(?<=^.{5}).+(?=..$)", "***", key)
        message = f"Incorrect API key provided: {masked}." if key else "You didn't provide an API key."
        raise Refused(refusal(401, message, "invalid_api_key"))

    def _models(self) -> Reply:
        names = [*self._options.models, *OTHER_MODELS]
        same = {"object": "model", "created": 1790000000, "owned_by": "openai"}
        return json_reply({"object": "list", "data": [{"id": name, **same} for name in names]})

    async def _make(self, exchange: Exchange, head: Head, form: Form) -> None:
        edit = head.path.endswith("/edits")
        prompt = form.fields.get("prompt")
        faults = Faults(prompt if isinstance(prompt, str) else "", self._spent)
        if faults.take("hold"):
            await self._gate.wait()
        if faults.take("hang"):
            await exchange.hang()
        if "stream" in form.fields and faults.take("nostream"):
            raise Refused(refusal(400, "Unknown parameter: 'stream'.", "unknown_parameter", "stream"))
        faults.refuse()
        order = await asyncio.to_thread(check, form, edit=edit, models=self._options.models)
        seconds = self._options.latency + faults.seconds("slow")
        is_fresh = faults.take("fresh") is not None or self._options.fresh
        site = Site(f"http://{head.headers.get('host', '')}", self._generated)
        batch = Batch(order, faults, self._made[order.prompt] if is_fresh else 0, site)
        self._made[order.prompt] += order.n
        if order.stream and not faults.take("json despite stream"):
            kind = "image_edit" if edit else "image_generation"
            await Stream(exchange, batch, self._options.painter, kind, seconds).send(faults)
        else:
            await asyncio.sleep(seconds)
            await answer_json(exchange, batch, self._options.painter, faults)
