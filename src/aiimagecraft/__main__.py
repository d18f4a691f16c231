from __future__ import annotations

from aiimagecraft.cli import main

main()
