"""The lock files: complete, hashed, of one mind, and free of any index."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-focus.lock")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def _read_blocks(lock: str) -> dict[str, list[str]]:
    """Give each pinned requirement with its hash lines."""
    blocks: dict[str, list[str]] = {}
    pin = ""
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        text = line.removesuffix("\\").strip()
        if line.startswith((" ", "\t")):
            blocks[pin].append(text)
        elif text and not text.startswith("#"):
            pin = text
            blocks[pin] = []
    return blocks


def _read_versions(lock: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for pin in _read_blocks(lock):
        requirement = Requirement(pin)
        name = canonicalize_name(requirement.name)
        versions.setdefault(name, set()).add(str(requirement.specifier)[2:])
    return versions


def _required(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    texts = project["dependencies"] + [
        one for extra in extras for one in optional[extra]
    ]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    """Without a hash, whoever controls a mirror controls what is installed."""
    blocks = _read_blocks(lock)

    assert blocks
    loose = [pin for pin in blocks if str(Requirement(pin).specifier)[:2] != "=="]
    bare = [
        pin
        for pin, hashes in blocks.items()
        if not hashes or not all(HASH.fullmatch(line) for line in hashes)
    ]
    assert not loose
    assert not bare


@pytest.mark.parametrize("lock", LOCKS)
def test_no_index_is_named(lock: str) -> None:
    """A lock that names somebody's mirror installs nowhere else."""
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert not re.search(r"^--(extra-)?(index-url|find-links)|://", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("requirements.lock", ("build",)), ("requirements-dev.lock", ("build", "dev"))],
)
def test_the_lock_has_what_the_project_asks_for(
    lock: str, extras: tuple[str, ...]
) -> None:
    """A dependency added without `make lock` is missing on every fresh machine."""
    versions = _read_versions(lock)

    unmet = [
        str(requirement)
        for requirement in _required(*extras)
        if not any(
            requirement.specifier.contains(version, prereleases=True)
            for version in versions.get(canonicalize_name(requirement.name), ())
        )
    ]

    assert not unmet


def test_both_locks_pin_the_same_versions() -> None:
    """What is tested has to be what is run."""
    core, dev = (_read_versions(lock) for lock in LOCKS[:2])

    assert {name: dev.get(name) for name in core} == core


def test_the_widgets_lock_is_complete_hashed_and_names_no_registry() -> None:
    """`npm ci` has to install the same everywhere, from whichever registry is near."""
    root = ROOT / "widget"
    text = (root / "package-lock.json").read_text(encoding="utf-8")
    own, *packages = json.loads(text)["packages"].items()
    wanted = json.loads((root / "package.json").read_text(encoding="utf-8"))

    assert "omit-lockfile-registry-resolved=true" in (root / ".npmrc").read_text()
    assert "resolved" not in text
    assert packages
    assert not [
        name
        for name, package in packages
        if not package["integrity"].startswith("sha512-") or not package["version"]
    ]
    for kind in ("dependencies", "devDependencies", "peerDependencies"):
        assert own[1].get(kind) == wanted.get(kind)
