"""What an answer cost in itself: requests to a language model, and their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_ai.usage import RunUsage


@dataclass(kw_only=True)
class Spent:
    """What a language model was asked for one answer, whether it was of use or not.

    Attributes:
        model: Vendor and model; None where none was asked.
        requests: Requests that it answered.
        input_tokens: Tokens of the prompts, cached ones included.
        cache_read_tokens: Those of the input that the vendor had cached.
        cache_write_tokens: Those of the input that the vendor was to cache.
        output_tokens: Tokens of what came back.
    """

    model: str | None = None
    requests: int = 0
    input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0

    def add(self, model: str, usage: RunUsage) -> None:
        """Add what some requests have used."""
        self.model = model
        self.requests += usage.requests
        self.input_tokens += usage.input_tokens
        self.cache_read_tokens += usage.cache_read_tokens
        self.cache_write_tokens += usage.cache_write_tokens
        self.output_tokens += usage.output_tokens
