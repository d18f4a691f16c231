"""What the embedded server needs of the operating system: a user, permissions, the process table."""

import os
import pwd
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
SYSTEM_USER = "aiimagecraft"
POLL_SECONDS = 0.02
# No PG* variable and no locale of the caller's may reach the server or its tools.
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be used; the message is one line, and names the log if there is one."""


def wait(condition: Callable[[], T], seconds: float) -> T:
    """Ask every 20 ms until the answer is true, or the time is over, and return the last answer."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return answer


def system_user() -> tuple[int, int]:
    """User and group id of the system user `aiimagecraft`, which is made when missing; only root can."""
    with suppress(KeyError):
        return _user_ids()
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            command, env=ENVIRONMENT, capture_output=True, text=True, check=False
        )
        why = " ".join(done.stderr.split())
    except FileNotFoundError:
        why = "useradd is missing"
    try:
        return _user_ids()
    except KeyError as error:
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses to run as root, and the system user {SYSTEM_USER} cannot be made: {why}."
        ) from error


def _user_ids() -> tuple[int, int]:
    entry = pwd.getpwnam(SYSTEM_USER)
    return entry.pw_uid, entry.pw_gid


def let_pass(directory: Path, uid: int) -> None:
    """Give o+x to a directory and those above it, where they are another's and lack it."""
    for path in (directory, *directory.parents):
        info = path.stat()
        if info.st_uid != uid and not info.st_mode & stat.S_IXOTH:
            path.chmod(stat.S_IMODE(info.st_mode) | stat.S_IXOTH)


def let_in(directory: Path, uid: int, gid: int) -> None:
    """Let a user traverse a directory of ours: by its group where nobody uses that, else as everyone."""
    info = directory.stat()
    mode = stat.S_IMODE(info.st_mode)
    if info.st_uid == uid or mode & stat.S_IXOTH or (info.st_gid == gid and mode & stat.S_IXGRP):
        return
    if mode & stat.S_IRWXG:
        directory.chmod(mode | stat.S_IXOTH)
    else:
        os.chown(directory, -1, gid)
        directory.chmod(mode | stat.S_IXGRP)


def check_private(directory: Path, uid: int) -> None:
    """Refuse a directory that anyone but the given user can enter, such as one planted by another."""
    info = directory.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != uid or info.st_mode & 0o077:
        raise EmbeddedPostgresError(
            f"{directory} must be a directory of user {uid} with mode 0700; it is not."
        )


def process_ids() -> list[int]:
    """All processes that can be seen; none on a system without /proc."""
    table = Path("/proc")
    return [int(path.name) for path in table.iterdir() if path.name.isdecimal()] if table.exists() else []


def command_line(pid: int) -> bytes:
    """A live process's arguments or title; empty for a zombie, or none."""
    with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    if Path("/proc/self").exists():
        return b""
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False)  # noqa: S603 - a fixed command
    return done.stdout


def send(pid: int, signal: int) -> None:
    """Signal a process, which may have gone."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal)
