"""The API reference in a browser, under its policy."""

from __future__ import annotations

from playwright.async_api import expect
from tests.e2e.conftest import Visit


async def test_the_reference_is_shown_without_the_internet(visit: Visit) -> None:
    """What the policy refuses, and what is asked of another host, fails every test of a page."""
    page = await visit("/schema")
    await expect(page.get_by_text("/api/gallery/timeline").first).to_be_visible()
