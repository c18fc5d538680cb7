"""Setting up: nothing twice, all again when it has to be, clear when it cannot."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def set_up() -> ModuleType:
    """Load the script, which is in no package."""
    spec = importlib.util.spec_from_file_location(
        "set_up", ROOT / "scripts" / "set_up.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _make_environment(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    return folder


def test_installs_again_only_when_the_lock_changed(
    set_up: ModuleType, tmp_path: Path
) -> None:
    """A demo that runs on last month's dependencies is not the demo that was tested."""
    environment = _make_environment(tmp_path / ".venv")
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1 \\\n", encoding="utf-8")

    assert not set_up.is_installed(lock, environment)
    stamp = set_up.stamp_of(lock, environment)
    stamp.write_text(set_up.fingerprint(lock), encoding="utf-8")
    assert set_up.is_installed(lock, environment)
    lock.write_text("a==2 \\\n", encoding="utf-8")
    assert not set_up.is_installed(lock, environment)


def test_an_environment_without_its_python_is_made_again(
    set_up: ModuleType, tmp_path: Path
) -> None:
    """The stamp outlives a Python that was removed from the machine."""
    environment = _make_environment(tmp_path / ".venv")
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1 \\\n", encoding="utf-8")
    stamp = set_up.stamp_of(lock, environment)
    stamp.write_text(set_up.fingerprint(lock), encoding="utf-8")

    (environment / "bin" / "python").unlink()

    assert not set_up.is_installed(lock, environment)


def test_a_missing_python_is_told_with_the_way_out() -> None:
    """A shell's "not found" would leave the newcomer with nothing to do."""
    done = subprocess.run(
        ["make", "--no-print-directory", "demo", "PYTHON="],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "Python 3.11, 3.12 or 3.13 is needed" in done.stdout
    assert "make demo PYTHON=/path/to/python3.11" in done.stdout


def test_make_alone_lists_every_target() -> None:
    """What is not listed is not found."""
    done = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    for target in ("setup", "demo", "test", "test-fast", "lint", "format", "docs"):
        assert f"  make {target} " in done.stdout


@pytest.mark.parametrize(
    ("fails", "installers"),
    [("", ["uv"]), ("uv pip", ["uv", "pip"]), ("uv.lock.txt", ["pip"])],
    ids=["by uv", "uv fails", "there is no uv"],
)
def test_the_lock_is_installed_one_way_or_the_other(
    set_up: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fails: str,
    installers: list[str],
) -> None:
    """A release of a locked package on the morning of the demo would stop the demo.

    pip looks for the newest version of what the lock pins with an extra, finds no hash
    for it, and refuses the whole lock. And uv is not to be had for every machine.
    """
    commands: list[str] = []

    def run_logged(command: list[str], log: Path, *_: object, **__: object) -> int:
        log.touch()
        commands.append(" ".join(command))
        return int(bool(fails) and fails in commands[-1])

    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "ENVIRONMENT", _make_environment(tmp_path / ".venv"))
    monkeypatch.setattr(set_up, "run_logged", run_logged)
    monkeypatch.setattr(set_up, "as_for_uv", lambda _: ([], {}))
    monkeypatch.setattr(sys, "argv", ["set_up.py", "requirements.lock"])
    for name in ("requirements.lock", "pyproject.toml"):
        text = "a[b]==1 \\\n    --hash=sha256:1\nuv==2 \\\n    --hash=sha256:2\n"
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert set_up.main() == 0

    whole = [each for each in commands if each.endswith("requirements.lock")]
    assert ["uv" if "uv pip" in each else "pip" for each in whole] == installers
    assert all("--no-deps" in each for each in commands)
    hashed = [each for each in commands if "--editable" not in each]
    assert all("--require-hashes" in each for each in hashed)
    pinned = (tmp_path / ".venv" / "uv.lock.txt").read_text(encoding="utf-8")
    assert pinned == "uv==2 \\\n    --hash=sha256:2\n"


def test_uv_looks_where_pip_is_told_to_look(
    set_up: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a company's mirror uv would ask the public index, or trust nobody."""
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = http://old\ncert = /own.pem\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_INDEX_URL", "http://mirror")
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels http://more")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    for name in ("SSL_CERT_FILE", "UV_FIND_LINKS", "PIP_CERT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://for-uv")
    pip = [sys.executable, "-m", "pip"]

    flags, settings = set_up.as_for_uv(pip)

    assert flags == ["--no-index"]
    assert settings["UV_DEFAULT_INDEX"] == "http://for-uv"
    assert settings["UV_FIND_LINKS"] == "/wheels,http://more"
    assert settings["SSL_CERT_FILE"] == "/own.pem"
    monkeypatch.delenv("UV_DEFAULT_INDEX")
    assert set_up.as_for_uv(pip)[1]["UV_DEFAULT_INDEX"] == "http://mirror"


def test_what_is_installed_lacks_nothing() -> None:
    """Installed without solving, a lock with a gap shows only when it is used."""
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([\w.-]+)(?:\[.*\])?==", lock, re.MULTILINE))

    done = subprocess.run(
        [sys.executable, "-m", "pip", "check"],
        capture_output=True,
        text=True,
        check=False,
    )

    # What an older lock has left behind may lack something; it is not used any more.
    gaps = [line for line in done.stdout.splitlines() if line.split()[0] in locked]
    assert len(locked) > 100
    assert not gaps
