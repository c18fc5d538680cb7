"""What Grafana accepts, as far as it can be known without a Grafana.

The foundation SDK's classes are generated from Grafana's own schema, but its
``from_json`` drops keys it does not know and lets any value through. So a dashboard is
read and written again, what got lost is listed, and every value is checked against the
annotation of the field it landed in.
"""

from __future__ import annotations

import enum
import json
import types
import typing
import warnings
from typing import Any

from grafana_foundation_sdk.cog import encoder, plugins, runtime
from grafana_foundation_sdk.models import units

with warnings.catch_warnings():
    # The SDK advertises the next dashboard format; files for provisioning are of this.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.models import dashboard as schema

Json = dict[str, Any]

plugins.register_default_plugins()

UNITS = {value for value in vars(units).values() if isinstance(value, str)}
PANEL_TYPES = {
    "stat",
    "gauge",
    "bargauge",
    "piechart",
    "timeseries",
    "barchart",
    "table",
    "alertlist",
}
REDUCERS = {"firstNotNull", "first", "lastNotNull", "last", "sum", "mean", "min", "max"}
PROPERTIES = {
    "unit",
    "decimals",
    "displayName",
    "color",
    "links",
    "mappings",
    "thresholds",
    "noValue",
    "min",
    "max",
    "fieldMinMax",
}


def written(thing: Any) -> Any:
    """Write an object of the SDK as plain JSON."""
    return json.loads(encoder.JSONEncoder().encode(thing))


def losses(before: Any, after: Any, path: str = "") -> list[str]:
    """List what is in one JSON and not, or otherwise, in another."""
    if isinstance(before, dict):
        if not isinstance(after, dict):
            return [f"CHANGED {path}"]
        found = []
        for key, value in before.items():
            here = f"{path}.{key}"
            if key in after:
                found += losses(value, after[key], here)
            elif value is not None:
                found.append(f"LOST {here}")
        return found
    if isinstance(before, list):
        if not isinstance(after, list) or len(before) != len(after):
            return [f"CHANGED {path}"]
        pairs = zip(before, after, strict=True)
        return [
            each
            for place, (old, new) in enumerate(pairs)
            for each in losses(old, new, f"{path}[{place}]")
        ]
    return [] if before == after else [f"CHANGED {path}: {before!r} to {after!r}"]


def _scalar(value: Any, hint: Any, path: str) -> list[str]:
    if hint is float:
        is_right = isinstance(value, int | float) and not isinstance(value, bool)
    elif hint is int:
        is_right = isinstance(value, int) and not isinstance(value, bool)
    else:
        is_right = isinstance(value, hint)
    return [] if is_right else [f"TYPE {path}: {value!r} is no {hint.__name__}"]


def _collection(value: Any, hint: Any, path: str) -> list[str]:
    """Check a list or a mapping."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if not isinstance(value, origin):
        return [f"TYPE {path}: {value!r} is no {origin.__name__}"]
    items = value.items() if origin is dict else enumerate(value)
    return [
        each
        for key, item in items
        for each in mistakes(item, arguments[-1], f"{path}[{key}]")
    ]


def mistakes(value: Any, hint: Any, path: str = "") -> list[str]:
    """List values that are not what a type annotation says.

    Args:
        value: Value to check; an object of the SDK is walked through.
        hint: Its annotation.
        path: Where it stands.
    """
    origin = typing.get_origin(hint)
    if hint in (object, Any):
        # Options, field settings: the SDK has made an object of the panel's kind.
        return walk(value, path) if hasattr(value, "to_json") else []
    if origin in (typing.Union, types.UnionType):
        tries = [mistakes(value, each, path) for each in typing.get_args(hint)]
        return min(tries, key=len)
    if origin is typing.Literal:
        return [] if value in typing.get_args(hint) else [f"VALUE {path}: {value!r}"]
    if origin in (list, dict):
        return _collection(value, hint, path)
    return _single(value, hint, path)


def _single(value: Any, hint: Any, path: str) -> list[str]:
    """Check what is no collection: null, a choice, an object, a number, a text."""
    if hint is type(None):
        return [] if value is None else [f"TYPE {path}: {value!r} is not null"]
    if issubclass(hint, enum.Enum):
        is_known = value in [each.value for each in hint]
        return [] if is_known else [f"VALUE {path}: {value!r} is no {hint.__name__}"]
    if isinstance(value, dict) and hasattr(hint, "from_json"):
        # Lists of objects are left as they were read.
        parsed = hint.from_json(value)
        return [*losses(value, written(parsed), path), *walk(parsed, path)]
    if isinstance(value, hint) and hasattr(value, "to_json"):
        return walk(value, path)
    return _scalar(value, hint, path)


def walk(thing: Any, path: str) -> list[str]:
    """List mistakes in the fields of an object of the SDK."""
    return [
        each
        for name, hint in typing.get_type_hints(type(thing)).items()
        if hasattr(thing, name)
        for each in mistakes(getattr(thing, name), hint, f"{path}.{name}")
    ]


def schema_findings(made: Json) -> list[str]:
    """List everything in a dashboard that Grafana's schema does not know.

    The SDK reads a query by its panel's data source, so a panel that mixes several is
    read as one panel for each.
    """
    single = [
        {**panel, "datasource": query["datasource"], "targets": [query]}
        for panel in made["panels"]
        for query in panel["targets"]
    ]
    made = {**made, "panels": single}
    parsed = schema.Dashboard.from_json(json.loads(json.dumps(made)))
    return [*losses(made, written(parsed)), *walk(parsed, made["uid"])]


def property_findings(panel: Json) -> list[str]:
    """List overrides whose property or value the panel's kind does not know."""
    config = runtime.panelcfg_config(panel["type"])
    read_custom = config.field_config_from_json_hook if config else None
    found = []
    for override in panel["fieldConfig"]["overrides"]:
        for each in override["properties"]:
            name, value = each["id"], each["value"]
            path = f"{panel['title']}: {override['matcher']['options']}"
            if name.startswith("custom.") and read_custom:
                before, read = {name.removeprefix("custom."): value}, read_custom
            elif name in PROPERTIES:
                before, read = {name: value}, schema.FieldConfig.from_json
            else:
                found.append(f"UNKNOWN {path}.{name}")
                continue
            try:
                parsed = read(before)
            except (KeyError, TypeError, ValueError) as error:
                found.append(f"VALUE {path}.{name}: {error}")
                continue
            found += losses(before, written(parsed), path) + walk(parsed, path)
    return found
