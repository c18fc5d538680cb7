"""Make `.venv` and install a lock file into it; called by the Makefile.

    python3 scripts/set_up.py requirements.lock

Uses nothing but the standard library, since it runs before anything is installed. What
was installed is remembered by content in `.venv/.installed-<lock file>`: an unchanged
lock costs nothing, a changed one installs again.
"""

import argparse
import hashlib
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
OLDEST = (3, 11)
LOG_TAIL = 15
STEPS_SHOWN = 20


def main() -> int:
    """Install what the lock file names, unless that is done already."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lock", type=Path, help="requirements.lock or another one")
    lock = ROOT / parser.parse_args().lock
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST:
        return fail(f"Python 3.11 or newer is needed; {sys.executable} is {version}.")
    if is_installed(lock, ENVIRONMENT):
        return 0
    started = time.monotonic()
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        say(f"Making .venv with Python {version} ({sys.executable})")
        command = [sys.executable, "-m", "venv", str(ENVIRONMENT)]
        if subprocess.call(command) != 0:  # noqa: S603 - our own command
            return fail(
                "Python could not make .venv. On Debian and Ubuntu its venv module "
                "is a package of its own: apt-get install python3-venv"
            )
    packages = count_packages(lock)
    say(f"Installing {packages} packages from {lock.name}: one to three minutes")
    log = ENVIRONMENT / "install.log"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install"]
    # The lock names everything, so pip has nothing to solve. Left to it, pip takes the
    # newest release of what the lock pins with an extra (`a[b]==1`), and refuses it.
    locked = ["--progress-bar", "off", "--no-deps", "--require-hashes"]
    locked += ["--requirement", str(lock)]
    if run_logged([*pip, *locked], log, packages) != 0:
        return fail(f"pip could not install {lock.name}; its log is {log}", log)
    # Not isolated: the build backend is in the lock, so nothing unhashed is fetched.
    project = ["--no-build-isolation", "--no-deps", "--editable", str(ROOT)]
    if run_logged([*pip, *project], log) != 0:
        return fail(f"pip could not install the project; its log is {log}", log)
    stamp_of(lock, ENVIRONMENT).write_text(fingerprint(lock), encoding="utf-8")
    say(f"Installed in {time.monotonic() - started:.0f} s")
    return 0


def is_installed(lock: Path, environment: Path) -> bool:
    """Whether the environment was made from the lock and project file as they are."""
    stamp = stamp_of(lock, environment)
    python = environment / "bin" / "python"
    if not (stamp.exists() and python.exists()):
        return False
    return stamp.read_text(encoding="utf-8") == fingerprint(lock)


def stamp_of(lock: Path, environment: Path) -> Path:
    """Give the file that remembers what was installed from a lock."""
    return environment / f".installed-{lock.name}"


def fingerprint(lock: Path) -> str:
    """Give a digest of everything that decides what is installed."""
    digest = hashlib.sha256()
    for path in (lock, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    # An editable install points at the folder: a copied .venv is installed again.
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def count_packages(lock: Path) -> int:
    """Count the packages that the lock names."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return sum("==" in line and not line.startswith((" ", "#")) for line in lines)


def run_logged(command: "list[str]", log: Path, packages: int = 0) -> int:
    """Run a command with its words in a log, showing now and then how far it is."""
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        found = 0
        for line in process.stdout or ():
            file.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                found += 1
                if packages and found % STEPS_SHOWN == 0:
                    say(f"  {found} of {packages} found")
            elif line.startswith("Installing collected packages"):
                say("  unpacking")
        return process.wait()


def say(text: str) -> None:
    """Tell the user at once, also where the output goes to a file."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fail(message: str, log: "Path | None" = None) -> int:
    """Tell what went wrong, with the end of the log, and give the exit code."""
    if log is not None:
        tail = log.read_text(encoding="utf-8").splitlines()[-LOG_TAIL:]
        sys.stderr.write("\n".join(tail) + "\n")
    sys.stderr.write(message + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
