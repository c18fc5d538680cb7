"""What is generated for the widget is that of today's API."""

import hashlib
from pathlib import Path

from chat.openapi import is_stale, render

ROOT = Path(__file__).resolve().parents[2]


def test_the_specification_of_the_widget_is_the_one_that_is_served() -> None:
    """Types of another API turn up as an empty answer at a customer's."""
    assert not is_stale(), "widget/openapi.json is stale: make widget-types"


def test_the_types_of_the_widget_are_those_of_its_specification() -> None:
    """A new field that the types lack is a field that nobody shows."""
    types = (ROOT / "widget/src/api/schema.d.ts").read_text(encoding="utf-8")

    expected = hashlib.sha256(render().encode()).hexdigest()
    assert f"sha256 {expected}." in types.splitlines()[0], "stale: make widget-types"
