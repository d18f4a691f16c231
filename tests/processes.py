"""Real processes of `aiimagecraft` for tests."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import httpx

from aiimagecraft.embedded import embedded_postgres
from tests.standins.process import PLAIN

START_SECONDS = 60.0
STOP_SECONDS = 30.0
STEP_SECONDS = 0.02


class Serving:
    """A running `aiimagecraft serve`, or a `worker`, which answers nowhere.

    Args:
        process: The supervisor.
        url: Where its web server answers, without a slash at the end.
        log: The file that everything it says goes to.
    """

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self._log = log
        self._orphans: dict[str, int] = {}

    @property
    def output(self) -> str:
        """What it and its children have said so far."""
        return self._log.read_text(errors="replace")

    def children(self) -> dict[str, int]:
        """The process ids of its live children by role, `web` and `worker`."""
        found = [(pid, _arguments(pid)) for pid in _process_ids() if _parent(pid) == self.process.pid]
        return {arguments[-1]: pid for pid, arguments in found if arguments[-2:-1] == ["child"]}

    def is_ready(self) -> bool:
        try:
            return (
                httpx.get(f"{self.url}/health/ready", timeout=5, verify=PLAIN, trust_env=False).status_code
                == 200
            )
        except httpx.TransportError:
            return False

    def wait_until_ready(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, f"serve ended with {self.process.returncode}:\n{self.output}"
            return self.is_ready()

        assert wait_for(ready), f"serve is not ready after {START_SECONDS} s:\n{self.output}"

    @contextmanager
    def paused(self, role: str) -> Generator[None]:
        """Let a child stand still, so that what it would do next has not happened yet."""
        pid = self.children()[role]
        pause(pid)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it as Ctrl-C does; it must end well."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(STOP_SECONDS)
        assert code == 0, f"serve ended with {code}:\n{self.output}"

    def kill(self) -> None:
        """End it without a chance to clean up; its children follow by themselves."""
        self._orphans = self.children()
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def clean_up(self, data_dir: Path) -> None:
        """End all that is left of it: a killed server leaves its database, and for a moment its children."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        if self.process.poll() is None:
            self.kill()
        for pid in self._orphans.values():
            if not wait_for(lambda pid=pid: not is_alive(pid), STOP_SECONDS):
                os.kill(pid, signal.SIGKILL)
        if (data_dir / "postgres" / "postmaster.pid").exists():
            with embedded_postgres(data_dir):
                pass


@contextmanager
def serving(data_dir: Path, **env: str) -> Generator[Serving]:
    """Run `aiimagecraft serve` on a free port until the context ends.

    Several may be nested on one data directory, such as one that starts after another was killed.

    Args:
        data_dir: Its data directory; what it says goes to a file beside that.
        **env: Settings; of the environment it sees only these, PATH and HOME.

    Yields:
        The server, ready.
    """
    with launched(data_dir, "serve", **env) as served:
        served.wait_until_ready()
        yield served


@contextmanager
def launched(data_dir: Path, *command: str, **env: str) -> Generator[Serving]:
    """Run a command that runs until it is told to end, such as `serve --no-worker` or `worker`.

    Args:
        data_dir: Its data directory; what it says goes to a file beside that.
        *command: The command and its options.
        **env: Settings, as for `serving`.

    Yields:
        The process, which has only begun to start.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    if "DATABASE_URL" not in env and not data_dir.exists():
        furnish(data_dir)
    port = free_port()
    log = data_dir.with_name(f"{data_dir.name}.{port}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "aiimagecraft", *command],
            # A folder of its own, because a file .env in the current one would be read.
            cwd=data_dir.parent,
            env={**kept, "PORT": str(port), "DATA_DIR": str(data_dir), **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    served = Serving(process, f"http://127.0.0.1:{port}", log)
    try:
        yield served
        if process.poll() is None:
            served.stop()
    finally:
        served.clean_up(data_dir)


def furnish(data_dir: Path) -> None:
    """Make a data directory with a database as a first start leaves it, in a tenth of the time."""
    data_dir.mkdir(mode=0o700)
    subprocess.run(["/bin/cp", "-a", template() / "postgres", data_dir], check=True)


@cache
def template() -> Path:
    """A data directory that a first start made."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    folder.chmod(0o755)  # Started by root, the database server is another user and has to pass.
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-m", "aiimagecraft", "migrate"]
    subprocess.run(command, cwd=folder, env={**kept, "DATA_DIR": str(folder / "data")}, check=True)
    return folder / "data"


def user(data_dir: Path, *arguments: str, stdin: str = "") -> str:
    """Run `aiimagecraft user` beside the server of a data directory and return what it says."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    result = subprocess.run(
        [sys.executable, "-m", "aiimagecraft", "user", *arguments],
        cwd=data_dir.parent,
        env={**kept, "DATA_DIR": str(data_dir)},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return result.stdout + result.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], seconds: float = START_SECONDS) -> bool:
    """Ask again and again until the condition holds; false when it does not in time.

    After long waits it asks less often, to leave the machine to what it waits for.
    """
    began = time.monotonic()
    while not condition():
        waited = time.monotonic() - began
        if waited > seconds:
            return False
        time.sleep(max(STEP_SECONDS, waited / 50))
    return True


def pause(pid: int) -> None:
    """Let a process stand still, and return when it does."""
    os.kill(pid, signal.SIGSTOP)
    assert wait_for(lambda: (_stat(pid) or ["gone"])[0] == "T")


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not waited for does not."""
    stat = _stat(pid)
    return stat is not None and stat[0] != "Z"


def _process_ids() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]


def _arguments(pid: int) -> list[str]:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return line.decode(errors="replace").rstrip("\0").split("\0")


def _parent(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[1]) if stat else 0


def _stat(pid: int) -> list[str] | None:
    """The state, the parent and what follows; the name before them may hold anything, even a bracket."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
