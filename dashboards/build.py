"""Write the dashboards' JSON and the provisioning files, or say which are stale.

Run ``python -m dashboards.build`` to write all targets and Phase 2, ``--check`` to
compare only, ``--target postgres`` for one of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards import house, phase_2, provisioning
from dashboards.alert_rules import INTERVAL
from dashboards.alerts import DAILY_LIMIT_USD
from dashboards.dialects import DIALECTS, MARTS, dialect_for
from dashboards.notifications import CHANNELS
from dashboards.readers import without_links_elsewhere
from dashboards.registry import DASHBOARDS

if TYPE_CHECKING:
    from collections.abc import Container

    from dashboards.dialects import Dialect
    from dashboards.layout import Dashboard
    from dashboards.mixed import Mixed
    from dashboards.readers import Tenant

GENERATED = Path(__file__).parent / "generated"
# Of what was generated; anything else in the folder is not touched.
PATTERNS = ("*.json", "alerting/*.yaml", "datasources/*.yaml")
DEFAULTS = provisioning.Choices()


def render(
    target: str,
    schema: str = MARTS,
    *,
    parts: tuple[phase_2.Part, ...] = phase_2.EXAMPLE,
    tenant: Tenant | None = None,
) -> dict[str, str]:
    """Give the text of each dashboard's file of one folder, by file name.

    Args:
        target: dbt target whose warehouse the dashboards read; ``phase_2`` for one
            warehouse per cloud.
        schema: Schema of the marts.
        parts: The warehouses of Phase 2.
        tenant: Customer that reads them by a credential of its own, when not the
            company's own people: panels that it cannot read are left out, and
            dashboards that are internal or of which nothing is left.
    """
    made = [
        house.dashboard(contents, source, tenant)
        for contents, source in _contents(target, schema, parts, tenant)
        if tenant is None or not contents.is_internal
    ]
    kept = [each for each in made if each["panels"]]
    if tenant:
        uids = {each["uid"] for each in kept}
        kept = [without_links_elsewhere(each, uids) for each in kept]
    return {
        f"{each['uid']}.json": json.dumps(
            each, indent=2, sort_keys=True, ensure_ascii=False
        )
        + "\n"
        for each in kept
    }


def provision(
    target: str,
    schema: str = MARTS,
    *,
    parts: tuple[phase_2.Part, ...] = phase_2.EXAMPLE,
    choices: provisioning.Choices = DEFAULTS,
) -> dict[str, str]:
    """Give the text of each provisioning file of one folder, by its path there.

    Args:
        target: dbt target whose warehouse is read, or ``phase_2``.
        schema: Schema of the marts.
        parts: The warehouses of Phase 2.
        choices: What the installation chooses about its alerts.
    """
    return provisioning.files(sources_of(target, schema, parts), choices)


def sources_of(
    target: str,
    schema: str = MARTS,
    parts: tuple[phase_2.Part, ...] = phase_2.EXAMPLE,
    tenant: Tenant | None = None,
) -> tuple[Dialect, ...]:
    """Give the data sources of one folder.

    Args:
        target: dbt target whose warehouse is read, or ``phase_2``.
        schema: Schema of the marts.
        parts: The warehouses of Phase 2.
        tenant: Customer that reads them by a credential of its own.
    """
    is_tenants = tenant is not None
    if target == phase_2.FOLDER:
        return tuple(each.dialect(schema, is_tenants=is_tenants) for each in parts)
    return (dialect_for(target, schema, is_tenants=is_tenants),)


def build(
    target: str,
    out: Path = GENERATED,
    schema: str = MARTS,
    *,
    parts: tuple[phase_2.Part, ...] = phase_2.EXAMPLE,
    choices: provisioning.Choices = DEFAULTS,
) -> list[Path]:
    """Write one target's dashboards and provisioning into a folder of its name.

    Files of dashboards that no longer exist are removed: Grafana would keep them.

    Args:
        target: dbt target whose warehouse the dashboards read, or ``phase_2``.
        out: Folder that holds the targets' folders.
        schema: Schema of the marts.
        parts: The warehouses of Phase 2.
        choices: What the installation chooses about its alerts.
    """
    files = _files(target, schema, parts, choices)
    folder = out / target
    for path in _left_over(folder, files):
        path.unlink()
    written = []
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def stale(
    target: str,
    out: Path = GENERATED,
    schema: str = MARTS,
    *,
    parts: tuple[phase_2.Part, ...] = phase_2.EXAMPLE,
    choices: provisioning.Choices = DEFAULTS,
) -> list[Path]:
    """Find files that are missing, differ from what would be written, or are left over.

    Args:
        target: dbt target whose warehouse the dashboards read, or ``phase_2``.
        out: Folder that holds the targets' folders.
        schema: Schema of the marts.
        parts: The warehouses of Phase 2.
        choices: What the installation chooses about its alerts.
    """
    folder = out / target
    files = _files(target, schema, parts, choices)
    found = [
        folder / name
        for name, text in files.items()
        if not (folder / name).is_file()
        or (folder / name).read_text(encoding="utf-8") != text
    ]
    return sorted(found + _left_over(folder, files))


def _files(
    target: str,
    schema: str,
    parts: tuple[phase_2.Part, ...],
    choices: provisioning.Choices,
) -> dict[str, str]:
    return {
        **render(target, schema, parts=parts),
        **provision(target, schema, parts=parts, choices=choices),
    }


def _left_over(folder: Path, files: Container[str]) -> list[Path]:
    return [
        path
        for pattern in PATTERNS
        for path in folder.glob(pattern)
        if path.relative_to(folder).as_posix() not in files
    ]


def _contents(
    target: str,
    schema: str,
    parts: tuple[phase_2.Part, ...],
    tenant: Tenant | None,
) -> list[tuple[Dashboard, Dialect | Mixed]]:
    is_tenants = tenant is not None
    if target == phase_2.FOLDER:
        return phase_2.dashboards_of(parts, schema, is_tenants=is_tenants)
    dialect = dialect_for(target, schema, is_tenants=is_tenants)
    return [(contents, dialect) for contents in DASHBOARDS]


def main(arguments: list[str] | None = None) -> int:
    """Build or check from the command line; 1 when something is stale."""
    known = sorted([*DIALECTS, phase_2.FOLDER])
    parser = argparse.ArgumentParser(prog="python -m dashboards.build")
    parser.add_argument("--target", choices=known, action="append")
    parser.add_argument("--out", type=Path, default=GENERATED)
    parser.add_argument("--schema", default=MARTS)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument(
        "--daily-limit",
        type=int,
        default=DAILY_LIMIT_USD,
        help="USD of a day above which an alert fires",
    )
    parser.add_argument(
        "--channel",
        choices=[*CHANNELS],
        action="append",
        help="way to tell of alerts (default: all)",
    )
    parser.add_argument(
        "--rules-every",
        default=INTERVAL,
        help="how often rules are judged, as 30m or 6h; it wakes the warehouse",
    )
    chosen = parser.parse_args(arguments)
    targets = chosen.target or known
    try:
        choices = provisioning.Choices(
            daily_limit_usd=chosen.daily_limit,
            channels=tuple(chosen.channel or CHANNELS),
            rules_every=chosen.rules_every,
        )
    except ValueError as error:
        parser.error(str(error))
    make = stale if chosen.check else build
    paths = [
        path
        for each in targets
        for path in make(each, chosen.out, chosen.schema, choices=choices)
    ]
    word = "stale" if chosen.check else "wrote"
    sys.stdout.writelines(f"{word} {path}\n" for path in paths)
    return 1 if chosen.check and paths else 0


if __name__ == "__main__":
    sys.exit(main())
