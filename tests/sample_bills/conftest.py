"""Bills that several tests read: one delivery, a day shorter, and a later one."""

from datetime import date
from pathlib import Path

import pytest

from sample_bills import write_bills

START = date(2026, 8, 20)
END = date(2026, 10, 12)


@pytest.fixture(scope="session")
def bills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with 54 days of bills."""
    out = tmp_path_factory.mktemp("bills") / "delivery"
    write_bills(out, start=START, end=END, rows_per_day=300)
    return out


@pytest.fixture(scope="session")
def shorter_bills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the same bills without the last day."""
    out = tmp_path_factory.mktemp("bills") / "shorter"
    write_bills(out, start=START, end=date(2026, 10, 11), rows_per_day=300)
    return out


@pytest.fixture(scope="session")
def later_bills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the same bills and September in its later delivery."""
    out = tmp_path_factory.mktemp("bills") / "later"
    write_bills(out, start=START, end=END, rows_per_day=300, restate=["2026-09"])
    return out


@pytest.fixture(params=["bills", "later_bills"])
def any_bills(request: pytest.FixtureRequest) -> Path:
    """Give each delivery in turn: the key must hold for a restated one, too."""
    folder: Path = request.getfixturevalue(request.param)
    return folder
