"""The embedded PostgreSQL: a private server in the data directory, shared by all processes that use it."""

import fcntl
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from aiimagecraft.embedded.server import EmbeddedPostgresError, Server

__all__ = ["EmbeddedPostgresError", "embedded_postgres"]


@contextmanager
def embedded_postgres(data_dir: Path) -> Generator[str]:
    """Run, or join, the PostgreSQL server of a data directory for as long as the context lasts.

    Any number of processes may be inside at once: the first starts the server, the last to leave stops it.
    The kernel releases the locks of a process that was killed, so a server left behind is adopted, and one
    that crashed is recovered, by whoever comes next.

    The cluster is `data_dir/postgres` (0700, UTF-8, independent of the machine's locales), the log
    `data_dir/postgres.log` (begun anew beyond 10 MB, with one predecessor kept). The server listens on a unix
    socket in the cluster's own directory only, or, where that path does not fit a socket's address, in a 0700
    directory under the temporary folder; whoever can open that directory is trusted. Database and role are
    the `postgres` that initdb makes: another pair would add a step that can be interrupted, and the server is
    ours alone.

    PostgreSQL refuses to run as root. Started by root, it runs as the cluster's owner, or for a new cluster
    as the system user `aiimagecraft`, made when missing. That user receives the cluster, the log and the lock
    files; its group may traverse the data directory (0710); and the directories above that and above the
    server's programs that others cannot traverse get the traverse bit for others (o+x, never read). Nothing
    else outside the data directory is changed.

    Args:
        data_dir: Made with mode 0700 when missing.

    Yields:
        A DSN for asyncpg and psycopg alike.

    Raises:
        EmbeddedPostgresError: The server cannot be started, or belongs to another major version.
    """
    with _one_error(data_dir):
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        server = Server(data_dir.resolve())
        guard, users = server.open_lock("guard"), server.open_lock("users")
    try:
        with _one_error(data_dir), _exclusive(guard):
            fcntl.flock(users, fcntl.LOCK_SH)
            sockets = server.start_or_adopt()
        yield f"postgresql://postgres@/postgres?host={quote(str(sockets), safe='/')}"
    finally:
        with _one_error(data_dir), _exclusive(guard):
            if _is_last(users):
                server.stop()
        os.close(users)
        os.close(guard)


@contextmanager
def _one_error(data_dir: Path) -> Generator[None]:
    try:
        yield
    except (OSError, subprocess.SubprocessError) as error:
        reason = " ".join(str(error).split())
        raise EmbeddedPostgresError(f"PostgreSQL in {data_dir} cannot be used: {reason}.") from error


@contextmanager
def _exclusive(lock: int) -> Generator[None]:
    """Hold a lock alone; starting and stopping wait for each other here."""
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
