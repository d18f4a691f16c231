from __future__ import annotations

from collections.abc import Generator

import msgspec
import pytest
from tests.standins.images_api import StandIn, images_api

from aiimagecraft.config import Settings
from aiimagecraft.generation.providers import openai

KEY = "sk-test-0123456789abcdef"


@pytest.fixture(scope="session")
def images_server() -> Generator[StandIn]:
    with images_api(key=KEY) as server:
        yield server


@pytest.fixture
def images(images_server: StandIn) -> StandIn:
    """A stand-in for the paid Images API that remembers nothing of other tests."""
    images_server.release()
    images_server.clear()
    return images_server


@pytest.fixture
def configured(settings: Settings, images: StandIn) -> Settings:
    """Settings with an images server."""
    return msgspec.structs.replace(settings, openai_api_key=KEY, openai_base_url=images.url)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pauses between the tries to fetch an image be short."""
    monkeypatch.setattr(openai, "FETCH_PAUSES", (0.01, 0.01))
