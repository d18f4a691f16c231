"""The signing secret of a server that keeps its own database: made once, beside it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from aiimagecraft.accounts.tokens import random_secret

NAME = "jwt-secret"


def local_secret(data_dir: Path) -> str:
    """Return the secret in the data directory; the first who asks makes it, readable by its owner only."""
    path = data_dir / NAME
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{NAME}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(random_secret())
            file.flush()
            os.fsync(file.fileno())
        # Whoever is second keeps what the first made, and never sees half of it.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
