"""Make `.venv` and install a lock file into it; called by the Makefile.

    python3 scripts/set_up.py requirements.lock

Uses nothing but the standard library, since it runs before anything is installed. What
was installed is remembered by content in `.venv/.installed-<lock file>`: an unchanged
lock costs nothing, a changed one installs again.
"""

import argparse
import ast
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
OLDEST = (3, 11)
LOG_TAIL = 15
STEPS_SHOWN = 20
# The lock names everything, so nothing is left to solve. Left to it, pip takes the
# newest release of what the lock pins with an extra (`a[b]==1`), and refuses it.
LOCKED = ("--no-deps", "--require-hashes", "--requirement")
# What pip is told of the places of packages: how uv is told, and what parts a list.
FOR_UV = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
}


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
    log = ENVIRONMENT / "install.log"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    # Modules are compiled when they are first imported; most of them never are.
    install = [*pip, "install", "--no-compile"]
    if not install_by_uv(lock, log, pip):
        say(f"Installing {packages} packages from {lock.name}: one to three minutes")
        locked = ["--progress-bar", "off", *LOCKED, str(lock)]
        if run_logged([*install, *locked], log, packages) != 0:
            return fail(f"pip could not install {lock.name}; its log is {log}", log)
    # Not isolated: the build backend is in the lock, so nothing unhashed is fetched.
    project = ["--no-build-isolation", "--no-deps", "--editable", str(ROOT)]
    if run_logged([*install, *project], log) != 0:
        return fail(f"pip could not install the project; its log is {log}", log)
    stamp_of(lock, ENVIRONMENT).write_text(fingerprint(lock), encoding="utf-8")
    say(f"Installed in {time.monotonic() - started:.0f} s")
    return 0


def install_by_uv(lock: Path, log: Path, pip: "list[str]") -> bool:
    """Install a lock by the uv that it pins, in seconds; say whether that was done.

    Where there is no uv for the machine, or it does not get on with the network, pip
    installs the same.
    """
    pinned = pinned_lines(lock, "uv")
    if not pinned:
        return False
    only = ENVIRONMENT / "uv.lock.txt"
    only.write_text(pinned, encoding="utf-8")
    binary = ["--no-compile", "--only-binary", ":all:", *LOCKED, str(only)]
    if run_logged([*pip, "install", *binary], log) != 0:
        return False
    say(f"Installing {count_packages(lock)} packages from {lock.name} by uv")
    flags, settings = as_for_uv(pip)
    python = ["--python", pip[0], "--no-progress", *flags]
    command = [str(Path(pip[0]).with_name("uv")), "pip", "install", *python]
    if run_logged([*command, *LOCKED, str(lock)], log, environment=settings) == 0:
        return True
    log.replace(log.with_name("uv.log"))
    say(f"  uv could not ({log.with_name('uv.log')}), so pip does")
    return False


def pinned_lines(lock: Path, name: str) -> str:
    """Give what a lock says of one package, its hashes included."""
    lines = lock.read_text(encoding="utf-8").splitlines(keepends=True)
    found: list[str] = []
    for line in lines:
        if line.startswith(f"{name}==") or (found and line.startswith(" ")):
            found.append(line)
        elif found:
            break
    return "".join(found)


def as_for_uv(pip: "list[str]") -> "tuple[list[str], dict[str, str]]":
    """Give flags and settings that lead uv where pip's files and settings lead pip."""
    listed = subprocess.run(  # noqa: S603 - our own command
        [*pip, "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    # In whatever order pip lists them, the environment is stronger than its files.
    lines = sorted(listed.splitlines(), key=lambda line: line.startswith(":env:"))
    told = {
        key.rpartition(".")[2]: str(ast.literal_eval(value)).split()
        for key, _, value in (line.partition("=") for line in lines)
        if value
    }
    settings = {
        variable: separator.join(told[name])
        for name, (variable, separator) in FOR_UV.items()
        if name in told
    }
    # As pip does: whichever index has the file with the right hash.
    settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    settings["UV_SYSTEM_CERTS"] = "true"
    # What the user tells uv itself goes first.
    is_alone = told.get("no-index", ["0"])[0].lower() in {"1", "true", "yes", "on"}
    return ["--no-index"] if is_alone else [], {**settings, **os.environ}


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


def run_logged(
    command: "list[str]",
    log: Path,
    packages: int = 0,
    environment: "dict[str, str] | None" = None,
) -> int:
    """Run a command with its words in a log, showing now and then how far it is."""
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
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
