"""What the documents say is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md")
BIN = Path(sys.executable).parent
SETTING = re.compile(r"\bLLM_COSTS_[A-Z0-9_]*[A-Z0-9]\b")


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _help(*command: str) -> str:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:], "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_command_that_is_shown_exists(document: str) -> None:
    """The first command that fails is where a newcomer leaves."""
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.MULTILINE))

    shown = set(re.findall(r"[`$] ?make ([a-z-]+)", _read(document)))

    assert shown <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_llm_costs_command_that_is_shown_exists(document: str) -> None:
    """A command from another version wastes the reader's trust."""
    shown = set(re.findall(r"[`$] ?llm-costs ([a-z]+)(?=[ `\n])", _read(document)))
    text = _help("llm-costs")

    assert all(re.search(rf"^│ {name} ", text, re.MULTILINE) for name in shown)


def test_every_option_that_is_shown_exists() -> None:
    """A documented option that the program refuses is a bug in both."""
    for document in DOCUMENTS:
        for command, option in re.findall(
            r"llm-costs ([a-z]+)[^`\n]*?(--[a-z-]+)", _read(document)
        ):
            assert option in _help("llm-costs", command), (command, option)


def test_dlt_loads_bills_by_the_command_as_written() -> None:
    """`dlt pipeline run` exists by our plugin only, which dlt may stop finding."""
    assert "--force" in _help("dlt", "pipeline", "run")


def test_the_marts_of_the_readme_are_the_marts_there_are() -> None:
    """A mart that is missing from the list is a mart that nobody finds."""
    table = _read("README.md").split("## Marts")[1].split("## ")[0]
    told = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))

    marts = {path.stem for path in (ROOT / "dbt_project/models/marts").rglob("*.sql")}

    assert told == marts


def test_the_example_lists_every_setting_that_the_code_reads() -> None:
    """A setting that is nowhere listed can only be found by reading the code."""
    sources = [ROOT / "dbt_project.yml", ROOT / "profiles.yml"]
    for folder in ("chat", "dashboards", "extract", "orchestrate", "sample_bills"):
        sources += (ROOT / folder).rglob("*.py")
    sources += (ROOT / "dbt_project").rglob("*.sql")
    read = {
        name for path in sources for name in SETTING.findall(path.read_text("utf-8"))
    }

    assert read == set(SETTING.findall(_read(".env.example")))


def test_the_example_lists_only_settings_that_the_sources_have() -> None:
    """A setting that nobody reads is silently without effect."""
    shown = re.findall(r"SOURCES__([A-Z_]+?)__([A-Z_]+)=", _read(".env.example"))

    assert shown
    for source, name in shown:
        modules = (ROOT / "extract" / "sources" / source.lower()).glob("*.py")
        code = "".join(module.read_text("utf-8") for module in modules)
        for access in ("Aws", "Azure", "Google"):
            if re.search(rf"class \w+\([^)]*{access}Access", code):
                code += _read(f"extract/{access.lower()}.py")
        assert re.search(rf"^    {name.lower()}: ", code, re.MULTILINE)


@pytest.mark.parametrize("document", [*DOCUMENTS, "docs/decisions/README.md"])
def test_every_link_leads_somewhere(document: str) -> None:
    """A dead link in the first document is the last one that is clicked."""
    folder = (ROOT / document).parent
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", _read(document))

    assert not [x for x in links if "://" not in x and not (folder / x).exists()]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_is_shown_exists(document: str) -> None:
    """A renamed folder leaves its old name in the documents."""
    parts = "extract|dbt_project|dashboards|sample_bills|orchestrate|tests|docs|scripts"
    shown = re.findall(rf"`((?:{parts})/[\w./-]*)`", _read(document))

    assert not [path for path in shown if not (ROOT / path).exists()]


def test_the_map_of_anomaly_models_has_every_one_of_them() -> None:
    """Twenty models in a chain are followed by their map, or not at all."""
    document = _read("docs/anomalies.md")
    folder = ROOT / "dbt_project" / "models" / "intermediate" / "daily"

    table, drawn = document.split("| step |")[1], document.split("```mermaid")[1]
    models = {path.stem for path in folder.glob("*.sql")}
    assert set(re.findall(r"`(int_\w+)`", table)) == models
    series = {name.removeprefix("int_series_") for name in models if "_series_" in name}
    assert series <= set(re.findall(r"\b[a-z_]+\b", drawn.split("```")[0]))
