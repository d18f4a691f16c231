"""What lies beneath an error."""

from __future__ import annotations

from collections.abc import Iterator


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what lies beneath it, each once: the client library's chains may be circles."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        # The library keeps some reasons as arguments.
        candidates = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        waiting += [candidate for candidate in candidates if isinstance(candidate, BaseException)]


def reason_of(error: BaseException) -> str:
    """Return the innermost reason of a failed request, in a few words."""
    innermost = [str(cause) or type(cause).__name__ for cause in causes_of(error)][-1]
    return innermost.partition("\n")[0][:200]
