"""Which unit tests may say something else on a target that holds other clouds.

A unit test is given all that its model reads. So it is the same one on every target,
unless the model's SQL asks for the clouds, or is switched off where others are held.
"""

import json
from pathlib import Path
from typing import Any

ASKS = "macro.llm_costs.enabled_clouds"


def cloud_unit_tests(built: Path, usual: Path) -> list[str]:
    """Name the unit tests of a build that those of the usual clouds do not stand for.

    Args:
        built: The warehouse whose build is meant.
        usual: A warehouse that was built with the usual clouds.
    """
    manifest, usual_manifest = _manifest(built), _manifest(usual)
    asking = _asking(manifest)
    return sorted(
        unit_test["name"]
        for unit_test in manifest["unit_tests"].values()
        for model in unit_test["depends_on"]["nodes"]
        if model in asking or model not in usual_manifest["nodes"]
    )


def _manifest(warehouse: Path) -> dict[str, Any]:
    path = warehouse.with_name("target") / "manifest.json"
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _asking(manifest: dict[str, Any]) -> set[str]:
    """Return the models that use the macro, themselves or by other macros."""
    reaching, found = {ASKS}, set[str]()
    while reaching != found:
        found = set(reaching)
        reaching |= {
            name
            for name, macro in manifest["macros"].items()
            if found & set(macro["depends_on"]["macros"])
        }
    return {
        name
        for name, node in manifest["nodes"].items()
        if found & set(node["depends_on"].get("macros", ()))
    }
