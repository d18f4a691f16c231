"""`serve`: one process that keeps the web server and the worker running, and ends them with itself."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable

import msgspec

from aiimagecraft.config import Settings, SettingsError, bundled

logger = logging.getLogger(__name__)

WEB, WORKER = "web", "worker"
CANNOT_START = 3
"""Exit status of a child that would fail again, such as with a port in use."""
RESTART_SECONDS = (0.5, 15.0)
"""First and longest wait before a child that died is started again."""
STEADY_SECONDS = 30.0
"""A child that lived this long starts again without a longer wait."""
WATCH_SECONDS = 5.0
"""Between two looks at the database."""
STOP_SECONDS = 15.0
"""How long a child may take to end before it is killed."""


def check_start(settings: Settings) -> None:
    """See that the web server can start, before anything is started.

    Raises:
        SettingsError: The address is in use or none of this machine's, the objects' folder is none or
            their bucket cannot be used, or the built page is missing.
    """
    if not (bundled("frontend_dist") / "manifest.json").is_file():
        raise SettingsError("frontend_dist is missing: build it with scripts/build_frontend.py")
    # The server shares a port with whoever lets it, so two of them would take turns unnoticed.
    try:
        with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        problem = os.strerror(error.errno or 0).lower()
        raise SettingsError(f"PORT: {settings.host}:{settings.port}: {problem}") from error
    check_objects(settings)


def check_objects(settings: Settings) -> None:
    """See that the objects can be read and written, as far as this is told at once.

    Raises:
        SettingsError: The objects' folder is none, or their bucket cannot be used.
    """
    objects = settings.data_dir / "objects"
    if settings.s3_bucket is not None:
        # A start on a local directory must not wait for the store's client to be imported.
        from aiimagecraft.storage import verify  # noqa: PLC0415

        verify(settings)
    elif objects.exists() and not os.access(objects / ".", os.W_OK | os.X_OK):
        raise SettingsError(f"DATA_DIR: {objects} is no folder that can be written")


class Child:
    """A child process, started at once and let go when the database is ready.

    It reads the settings from its standard input, so that secrets stand in no argument list, and it
    ends when that input ends, so that it never outlives its parent, however that dies.

    Args:
        role: `web` or `worker`.
    """

    def __init__(self, role: str) -> None:
        self.role = role
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process; it imports what it needs and waits for the settings."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "aiimagecraft",
            "child",
            self.role,
            stdin=asyncio.subprocess.PIPE,
            # A session of its own, so that Ctrl-C reaches only the supervisor.
            start_new_session=True,
        )

    async def run(self, settings: Settings) -> None:
        """Keep the child running until cancelled; then end it.

        Raises:
            ChildProcessError: The child cannot start.
        """
        delay, longest = RESTART_SECONDS
        while True:
            started = time.monotonic()
            status = await self._life(settings)
            if status == CANNOT_START:
                raise ChildProcessError(f"The {self.role} could not start")
            if time.monotonic() - started > STEADY_SECONDS:
                delay = RESTART_SECONDS[0]
            logger.warning("The %s ended with status %s; starting it again", self.role, status)
            await asyncio.sleep(delay)
            delay = min(delay * 2, longest)

    async def _life(self, settings: Settings) -> int:
        if self._process is None:
            await self.start()
        process = self._process
        if process is None or process.stdin is None:
            raise RuntimeError("The child has no input")
        try:
            process.stdin.write(msgspec.json.encode(settings, enc_hook=str) + b"\n")
            return await process.wait()
        finally:
            await self.stop()

    async def stop(self) -> None:
        """End the process, by force when it takes too long."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def supervise(
    children: Iterable[Child], settings: Settings, *, keep_database: Callable[[], None]
) -> None:
    """Keep the children and the database running until SIGINT or SIGTERM.

    Args:
        children: What to run.
        settings: What they are told.
        keep_database: Blocks until the database is there, and brings it back when it is not.

    Raises:
        ChildProcessError: A child cannot start.
    """
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    tasks = [asyncio.create_task(child.run(settings)) for child in children]
    tasks.append(asyncio.create_task(_watch(keep_database)))
    ending = asyncio.create_task(stopping.wait())
    try:
        done, _ = await asyncio.wait([*tasks, ending], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        ending.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _watch(keep_database: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        try:
            await asyncio.to_thread(keep_database)
        except Exception as error:  # noqa: BLE001 - the next round may do better; the app says what it lacks.
            logger.error("The database could not be brought back: %s", error)  # noqa: TRY400


def settings_from_parent(source: int) -> Settings:
    """Return the settings that the parent wrote, and end this process when the parent ends.

    Args:
        source: Descriptor of this process's standard input.
    """
    line = bytearray()
    while not line.endswith(b"\n"):
        # Unbuffered: a reader of Python's own would hold a lock when the interpreter ends.
        piece = os.read(source, 65_536)
        if not piece:
            sys.exit(0)
        line += piece
    threading.Thread(target=_end_with_parent, args=(source,), name="parent", daemon=True).start()
    return msgspec.json.decode(line, type=Settings, dec_hook=lambda kind, value: kind(value))


def _end_with_parent(source: int) -> None:
    while os.read(source, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
