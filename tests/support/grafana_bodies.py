"""What may stand in a request to Grafana: every field with its type, and no other."""

from __future__ import annotations

import re
from typing import Any

Json = Any


class _Maybe:
    """A field that may be missing."""

    def __init__(self, kind: Any) -> None:
        """Say what it is when it is there."""
        self.kind = kind


DURATION = re.compile(r"\d+(ms|[smhdw])")
UID = re.compile(r"[A-Za-z0-9_-]{1,40}")

_QUERY = {
    "refId": str,
    "queryType": str,
    "relativeTimeRange": {"from": int, "to": int},
    "datasourceUid": str,
    "model": dict,
}
_RULE = {
    "id": _Maybe(int),
    "uid": UID,
    "orgID": int,
    "folderUID": UID,
    "ruleGroup": str,
    "title": str,
    "condition": str,
    "data": [_QUERY],
    "updated": _Maybe(str),
    "noDataState": re.compile("NoData|Alerting|OK|KeepLast"),
    "execErrState": re.compile("Alerting|Error|OK|KeepLast"),
    "for": DURATION,
    "keep_firing_for": _Maybe(DURATION),
    "annotations": _Maybe({str: str}),
    "labels": _Maybe({str: str}),
    "provenance": _Maybe(str),
    "isPaused": bool,
    "notification_settings": _Maybe(object),
    "record": _Maybe(object),
}
_ROUTE: dict[str, Any] = {
    "receiver": str,
    "group_by": _Maybe([str]),
    "object_matchers": _Maybe([list]),
    "mute_time_intervals": _Maybe([str]),
    "active_time_intervals": _Maybe([str]),
    "continue": _Maybe(bool),
    "group_wait": _Maybe(DURATION),
    "group_interval": _Maybe(DURATION),
    "repeat_interval": _Maybe(DURATION),
}
_ROUTE["routes"] = _Maybe([_ROUTE])
SHAPES: dict[str, Any] = {
    "folder": {"uid": UID, "title": str, "parentUid": _Maybe(str)},
    "source": {
        "name": str,
        "uid": UID,
        "type": str,
        "access": re.compile("proxy|direct"),
        "url": _Maybe(str),
        "user": _Maybe(str),
        "database": _Maybe(str),
        "basicAuth": _Maybe(bool),
        "isDefault": _Maybe(bool),
        "jsonData": dict,
        "secureJsonData": _Maybe({str: str}),
    },
    "dashboard": {
        "dashboard": dict,
        "folderUid": str,
        "message": str,
        "overwrite": bool,
    },
    "group": {"title": str, "folderUid": UID, "interval": int, "rules": [_RULE]},
    "point": {
        "uid": UID,
        "name": str,
        "type": re.compile("email|slack|webhook"),
        "settings": dict,
        "disableResolveMessage": bool,
    },
    "template": {"template": str, "version": str},
    "policy": _ROUTE,
    "organisation": {"name": str},
    "member": {"loginOrEmail": str, "role": re.compile("Viewer|Editor|Admin")},
}


def check(shape: str, body: Json) -> None:
    """Refuse a body that is not as documented.

    Args:
        shape: Key of SHAPES.
        body: What was sent.
    """
    from grafana_server import Answer  # noqa: PLC0415 - which imports this module

    found = list(_findings(SHAPES[shape], body, shape))
    if found:
        raise Answer(400, {"message": "; ".join(found)})


def _findings(  # noqa: PLR0911 - one for each kind of shape
    shape: Any, value: Json, path: str
) -> list[str]:
    if isinstance(shape, _Maybe):
        return _findings(shape.kind, value, path)
    if isinstance(shape, re.Pattern):
        is_right = isinstance(value, str) and shape.fullmatch(value)
        return [] if is_right else [f"{path} is {value!r}"]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{path} is no list"]
        return [
            each
            for place, item in enumerate(value)
            for each in _findings(shape[0], item, f"{path}[{place}]")
        ]
    if isinstance(shape, dict) and str in shape:
        if not isinstance(value, dict):
            return [f"{path} is no object"]
        return [
            each
            for key, item in value.items()
            for each in _findings(shape[str], item, f"{path}.{key}")
        ]
    if isinstance(shape, dict):
        return _of_object(shape, value, path)
    if shape is int and isinstance(value, bool):
        return [f"{path} is {value!r}"]
    return [] if isinstance(value, shape) else [f"{path} is {value!r}"]


def _of_object(shape: dict[str, Any], value: Json, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path} is no object"]
    found = [f"{path}.{key} is not known" for key in value if key not in shape]
    for key, kind in shape.items():
        if key in value:
            found += _findings(kind, value[key], f"{path}.{key}")
        elif not isinstance(kind, _Maybe):
            found.append(f"{path}.{key} is missing")
    return found
