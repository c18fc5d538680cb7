"""Sample bills: made once, used again."""

import json
from datetime import date
from pathlib import Path

import pytest

from orchestrate.bills import Wish, find_bills, make_bills, source_settings
from orchestrate.steps import StepFailed

MADE = {"seed": 7, "start": "2026-10-12", "end": "2026-11-20"}


@pytest.mark.parametrize(
    ("wish", "is_met"),
    [
        (Wish(), True),
        (Wish(days=40, seed=7, end=date(2026, 11, 20)), True),
        (Wish(days=41), False),
        (Wish(seed=8), False),
        (Wish(end=date(2026, 11, 21)), False),
        (Wish(fresh=True), False),
    ],
)
def test_bills_are_used_again_only_if_they_are_what_was_asked_for(
    tmp_path: Path, wish: Wish, *, is_met: bool
) -> None:
    """Asking for seed 8 and silently getting seed 7 is a wrong answer."""
    (tmp_path / "manifest.json").write_text(json.dumps({"parameters": MADE}), "utf-8")

    assert (find_bills(tmp_path, wish) is not None) == is_met


@pytest.mark.parametrize("text", ["", "{", '{"parameters": {}}', "[]"])
def test_bills_without_a_readable_manifest_are_made_anew(
    tmp_path: Path, text: str
) -> None:
    """A demo that was interrupted while it wrote must not need a clean-up by hand."""
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")

    assert find_bills(tmp_path, Wish()) is None
    assert find_bills(tmp_path / "nowhere", Wish()) is None


def test_a_wish_that_cannot_be_met_is_told(tmp_path: Path) -> None:
    """A traceback for a date before the exchange rates begin tells nobody why."""
    with pytest.raises(StepFailed, match="cannot be made"):
        make_bills(tmp_path, Wish(days=3, end=date(2020, 1, 1)), lambda _: None)


def test_every_source_is_pointed_at_the_bills(sample_bills_dir: Path) -> None:
    """A source that is left out would load somebody's real bill in a demo."""
    settings = source_settings(sample_bills_dir)

    for name in ("AWS_CUR__BUCKET_URL", "AZURE_COSTS__BASE_URL"):
        assert settings[f"SOURCES__{name}"].startswith("file:///")
    for value in settings.values():
        if value.startswith("file://"):
            assert Path(value.removeprefix("file://")).is_dir()
    assert json.loads(settings["SOURCES__AZURE_COSTS__SCOPES"])
