"""Rules about every file that the repository holds."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LARGEST_FILE = 1_000_000
LONGEST_MODULE = 300
# Hosts that only exist where somebody builds; addresses of products are welcome.
INDEX_HOST = re.compile(
    r"https?://[^/\s\"']*(pypi\.org/simple|/simple/?\b|artifactory|nexus|devpi|"
    r"jfrog|pythonhosted)",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(^|[\s\"'=:(])/(home|Users|root|work)/[\w.-]+")
SECRET = re.compile(
    r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|AccountKey=[\w+/]{20}"
)


@cache
def _files() -> tuple[Path, ...]:
    """Give what git holds or would add: nothing ignored, nothing generated here."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


@cache
def _texts() -> dict[str, str]:
    texts = {}
    for path in _files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        texts[str(path.relative_to(ROOT))] = text
    return texts


def test_no_file_is_too_big() -> None:
    """A big file stays in every clone for ever."""
    big = [path for path in _files() if path.stat().st_size > LARGEST_FILE]

    assert not big


@pytest.mark.parametrize("pattern", [INDEX_HOST, MACHINE_PATH, SECRET])
def test_no_file_names_an_index_a_machine_or_a_secret(pattern: re.Pattern[str]) -> None:
    """What is true on one machine only breaks on the next; a secret leaks."""
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in _texts().items()
        if name != "tests/repo/test_tree.py"
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]

    assert not found


def test_no_module_needs_a_map() -> None:
    """Beyond a few screens nobody reads a module as a whole."""
    packages = ("dashboards", "extract", "orchestrate", "sample_bills", "scripts")
    long = {
        name: len(text.splitlines())
        for name, text in _texts().items()
        if name.endswith(".py")
        and name.split("/")[0] in packages
        and len(text.splitlines()) > LONGEST_MODULE
    }

    assert not long


def test_no_test_is_switched_off_and_nothing_is_left_to_do() -> None:
    """A skipped test is a promise that nobody keeps."""
    switched_off = re.compile(r"mark\.(skip|xfail)|pytest\.skip\(|\bTODO\b|\bFIXME\b")
    found = [
        f"{name}:{number}"
        for name, text in _texts().items()
        if name.endswith((".py", ".sql", ".yml", ".md"))
        and name != "tests/repo/test_tree.py"
        for number, line in enumerate(text.splitlines(), start=1)
        if switched_off.search(line)
    ]

    assert not found
