"""What an image cost, from the tokens that a server counted. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec

MILLION = 1_000_000
PRECISION = Decimal("0.000001")
"""Costs are kept to a millionth of a dollar."""


class Prices(msgspec.Struct, frozen=True):
    """US dollars for a million tokens."""

    text_in: str
    image_in: str
    image_out: str
    text_out: str = "0"


# OpenAI's model pages, November 2026.
PRICES = Prices("5", "8", "30")
OLDER_PRICES = Prices("5", "8", "32", "10")
SMALL_PRICES = Prices("2", "2.5", "8")
FIRST_PRICES = Prices("5", "10", "40")


class TokenDetails(msgspec.Struct):
    """Tokens by what they stand for."""

    text_tokens: int | None = None
    image_tokens: int | None = None

    @property
    def total(self) -> int:
        """Both together."""
        return (self.text_tokens or 0) + (self.image_tokens or 0)


class Usage(msgspec.Struct):
    """The tokens of one answer, as the Images API tells them; a server may leave out any of it."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    input_tokens_details: TokenDetails | None = None
    output_tokens_details: TokenDetails | None = None

    @property
    def total(self) -> int:
        """All tokens, even where only their parts were told."""
        return max(self.total_tokens or 0, (self.input_tokens or 0) + (self.output_tokens or 0))


def cost_of(usage: Usage | None, prices: Prices | None) -> Decimal | None:
    """Return US dollars, or None when the tokens or the prices are not known.

    What a server does not tell apart counts as text going in and as image coming out.
    """
    if usage is None or prices is None or not usage.total:
        return None
    given, made = usage.input_tokens_details, usage.output_tokens_details
    if given is None or not given.total:
        given = TokenDetails(text_tokens=usage.input_tokens)
    if made is None or not made.total:
        made = TokenDetails(image_tokens=usage.output_tokens)
    parts = (
        (given.text_tokens, prices.text_in),
        (given.image_tokens, prices.image_in),
        (made.image_tokens, prices.image_out),
        (made.text_tokens, prices.text_out),
    )
    dollars = sum(((tokens or 0) * Decimal(price) for tokens, price in parts), Decimal(0)) / MILLION
    return dollars.quantize(PRECISION, ROUND_HALF_UP)
