"""Bring one organisation of Grafana to what is wanted, and touch nothing else.

Ours is what carries our mark: dashboards by uid and tag, data sources by a mark in
their settings, rules and the route of the policies by the label `product`, contact
points and templates by name. What has one of our names without the mark is refused, not
replaced, and so is what Grafana reads from provisioning files.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from orchestrate.grafana_alerting import push_alerting
from orchestrate.grafana_api import Refused
from orchestrate.grafana_contents import FOLDER_UID, MARK, NotSet
from orchestrate.grafana_same import includes

if TYPE_CHECKING:
    from orchestrate.grafana_api import Grafana
    from orchestrate.grafana_contents import Contents
    from orchestrate.grafana_outcomes import Outcomes

Json = dict[str, Any]

TAG = "llm-cost"
MESSAGE = "llm-costs grafana push: "


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a push is done.

    Attributes:
        prune: Whether ours that is wanted no more is removed.
        editable: Whether people may edit rules and contact points in Grafana.
    """

    prune: bool = False
    editable: bool = False


def push(
    grafana: Grafana, contents: Contents, outcomes: Outcomes, manner: Manner
) -> None:
    """Create and change what differs.

    Args:
        grafana: The organisation, as a caller who may do this.
        contents: What is wanted.
        outcomes: Gets what became of each thing.
        manner: How it is done.

    Raises:
        StepFailed: Grafana cannot be reached, or does not know the caller.
    """
    if not _push_folder(grafana, contents.folder, outcomes):
        return
    for source in contents.sources:
        _push_source(grafana, contents, source, outcomes)
    for dashboard in contents.dashboards:
        _push_dashboard(grafana, dashboard, outcomes)
    _leave_over(grafana, contents, outcomes, manner)
    push_alerting(
        grafana, contents, outcomes, prune=manner.prune, editable=manner.editable
    )


def _push_folder(grafana: Grafana, title: str, outcomes: Outcomes) -> bool:
    if grafana.look_up(f"/api/folders/{FOLDER_UID}"):
        # Whoever gave it another title meant to.
        outcomes.note("folder", FOLDER_UID, "unchanged")
        return True
    body = {"uid": FOLDER_UID, "title": title}
    return outcomes.do(
        "folder",
        FOLDER_UID,
        "created",
        lambda: grafana.call("POST", "/api/folders", body),
    )


def _push_source(
    grafana: Grafana, contents: Contents, source: Json, outcomes: Outcomes
) -> None:
    kind, uid = "data source", source["uid"]
    found = grafana.look_up(f"/api/datasources/uid/{uid}")
    if found and found.get("readOnly"):
        outcomes.note(kind, uid, "kept", "comes from a provisioning file")
        return
    if found and not includes(found.get("jsonData", {}), MARK):
        if found["type"] != source["type"]:
            outcomes.note(
                kind,
                uid,
                "refused",
                f"somebody made it for {found['type']}, not {source['type']}",
            )
        else:
            outcomes.note(kind, uid, "kept", "made by somebody else")
        return
    try:
        wanted = contents.expanded(source)
    except NotSet as missing:
        outcomes.note(kind, uid, "refused", str(missing))
        return
    secrets = wanted["secureJsonData"]
    plain = {key: value for key, value in wanted.items() if key != "secureJsonData"}
    if found:
        # Which one is the default is for people to say.
        body = {**wanted, "isDefault": bool(found.get("isDefault"))}
        is_same = (
            includes(found, plain)
            and found["jsonData"].keys() == plain["jsonData"].keys()
        )
        if is_same and not secrets:
            outcomes.note(kind, uid, "unchanged")
        else:
            # Grafana never gives a secret back, so each push sends it anew.
            outcomes.do(
                kind,
                uid,
                "renewed" if is_same else "changed",
                lambda: grafana.call("PUT", f"/api/datasources/uid/{uid}", body),
                detail="its secrets are sent with every push" if is_same else "",
            )
    else:
        outcomes.do(
            kind,
            uid,
            "created",
            lambda: grafana.call("POST", "/api/datasources", wanted),
        )
    if not outcomes.is_dry:
        _ask_source(grafana, uid, outcomes)


def _ask_source(grafana: Grafana, uid: str, outcomes: Outcomes) -> None:
    """Let the data source try its connection."""
    try:
        answer = grafana.call("GET", f"/api/datasources/uid/{uid}/health") or {}
    except Refused as refusal:
        outcomes.note("data source", uid, "refused", f"does not answer: {refusal}")
        return
    if answer.get("status") not in {"OK", None}:
        said = answer.get("message", answer["status"])
        outcomes.note("data source", uid, "refused", f"does not answer: {said}")


def _push_dashboard(grafana: Grafana, dashboard: Json, outcomes: Outcomes) -> None:
    kind, uid = "dashboard", dashboard["uid"]
    found = grafana.look_up(f"/api/dashboards/uid/{uid}")
    message = MESSAGE + fingerprint(dashboard)
    body: Json = {
        "dashboard": dashboard,
        "folderUid": FOLDER_UID,
        "message": message,
        "overwrite": False,
    }
    if not found:
        outcomes.do(
            kind,
            uid,
            "created",
            lambda: grafana.call("POST", "/api/dashboards/db", body),
        )
        return
    meta, there = found["meta"], found["dashboard"]
    if meta.get("provisioned"):
        outcomes.note(kind, uid, "refused", "Grafana reads it from a provisioning file")
        return
    if not is_ours(there):
        outcomes.note(kind, uid, "refused", "somebody else's dashboard has its uid")
        return
    if _is_same(there, dashboard) or _last_message(grafana, uid) == message:
        outcomes.note(kind, uid, "unchanged")
        return
    # It stays in the folder to which people may have moved it. What changed since then
    # is not overwritten: Grafana compares the version.
    body["folderUid"] = meta.get("folderUid", "")
    body["dashboard"] = {**dashboard, "version": there["version"]}
    outcomes.do(
        kind, uid, "changed", lambda: grafana.call("POST", "/api/dashboards/db", body)
    )


def is_ours(dashboard: Json) -> bool:
    """Say whether a dashboard carries one of our tags."""
    tags = dashboard.get("tags") or []
    return any(tag == TAG or str(tag).startswith(f"{TAG}-") for tag in tags)


def fingerprint(dashboard: Json) -> str:
    """Give a short name for what a dashboard holds."""
    text = json.dumps(dashboard, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _is_same(there: Json, wanted: Json) -> bool:
    own = {"id", "version"}
    return {key: value for key, value in there.items() if key not in own} == wanted


def _last_message(grafana: Grafana, uid: str) -> str:
    """Give what was said when the newest version was saved.

    Grafana may give a dashboard back in a newer form than it was saved in, so its text
    alone does not tell whether it is the same.
    """
    path = f"/api/dashboards/uid/{uid}/versions"
    answer = grafana.look_up(path, limit=1)
    # A list up to Grafana 11.
    versions = answer.get("versions", []) if isinstance(answer, dict) else answer
    return str(versions[0].get("message", "")) if versions else ""


def _leave_over(
    grafana: Grafana, contents: Contents, outcomes: Outcomes, manner: Manner
) -> None:
    """Tell of our dashboards that are wanted no more, or remove them."""
    wanted = {each["uid"] for each in contents.dashboards}
    found = grafana.look_up(
        "/api/search", type="dash-db", folderUIDs=FOLDER_UID, limit=5_000
    )
    for each in found or []:
        uid = each["uid"]
        if uid in wanted or not is_ours(each) or not uid.startswith("llm-costs-"):
            continue
        path = f"/api/dashboards/uid/{quote(uid, safe='')}"
        if manner.prune:
            remove = partial(grafana.call, "DELETE", path)
            outcomes.do("dashboard", uid, "removed", remove)
        else:
            outcomes.note("dashboard", uid, "kept", "left over; --prune removes it")
