"""Rules about who may use whom."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Package -> what it never imports, and why that would hurt.
FORBIDDEN = {
    "chat": {"dbt", "dlt", "extract", "dashboards", "orchestrate", "sample_bills"},
    "extract": {"dbt", "dashboards", "orchestrate"},
    "dashboards": {"extract", "dbt", "dlt", "orchestrate", "sample_bills"},
    "sample_bills": {"extract", "dbt", "dlt", "dashboards", "orchestrate"},
}
# Where a dashboard is found is told by a module that builds none.
ALLOWED = {("chat", "dashboards.addresses")}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_layer_imports_no_layer_that_is_not_its_own(package: str) -> None:
    """A loader that needs dbt, or a dashboard that needs a loader, cannot run alone."""
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in _imports(path)
        if name.split(".")[0] in FORBIDDEN[package] and (package, name) not in ALLOWED
    }

    assert not found


def test_only_the_house_module_imports_grafanalib() -> None:
    """Grafanalib is frozen; its defects are to be met in one place."""
    found = {
        str(path.relative_to(ROOT))
        for package in ("chat", "dashboards", "extract", "orchestrate", "sample_bills")
        for path in (ROOT / package).rglob("*.py")
        for name in _imports(path)
        if name.split(".")[0] == "grafanalib"
    }

    assert found == {"dashboards/house.py"}


def test_no_model_or_test_branches_on_the_target() -> None:
    """A model that asks where it runs is several models, and only one is tested."""
    branch = re.compile(r"\btarget\s*\.\s*(type|name)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("models", "tests")
        for path in (ROOT / "dbt_project" / folder).rglob("*.sql")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if branch.search(line)
    ]

    assert not found


def test_library_code_does_not_print() -> None:
    """A print in a library ends up in the middle of somebody's output."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in ("chat", "dashboards", "extract", "orchestrate", "sample_bills")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]

    assert not found
