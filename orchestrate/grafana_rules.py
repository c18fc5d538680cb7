"""Alert rules in Grafana, a group at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from orchestrate.grafana_api import EDITABLE, Refused
from orchestrate.grafana_contents import FOLDER_UID
from orchestrate.grafana_same import includes

if TYPE_CHECKING:
    from orchestrate.grafana_api import Grafana
    from orchestrate.grafana_contents import Contents
    from orchestrate.grafana_outcomes import Outcomes, State

Json = dict[str, Any]

API = "/api/v1/provisioning"
FROM_FILE = "file"
BY_FILE = "Grafana reads it from a provisioning file"
OUR_MATCHER = ["product", "=", "llmcost"]


def push_rules(
    grafana: Grafana,
    contents: Contents,
    outcomes: Outcomes,
    headers: dict[str, str],
    *,
    prune: bool,
) -> None:
    """Create and change the rules that differ.

    Args:
        grafana: The organisation.
        contents: What is wanted.
        outcomes: Gets what became of each rule.
        headers: Whether people may edit them in Grafana.
        prune: Whether ours that are wanted no more are removed.
    """
    found = {each["uid"]: each for each in grafana.call("GET", f"{API}/alert-rules")}
    wanted = {rule["uid"] for group in contents.groups for rule in group["rules"]}
    for group in contents.groups:
        _push_group(grafana, group, found, outcomes, headers)
    for uid, rule in found.items():
        if uid in wanted or not _is_our_rule(rule):
            continue
        if prune and rule.get("provenance") != FROM_FILE:
            path = f"{API}/alert-rules/{uid}"
            remove = partial(grafana.call, "DELETE", path, headers=headers)
            outcomes.do("alert rule", uid, "removed", remove)
        else:
            outcomes.note("alert rule", uid, "kept", "left over; --prune removes it")


def _is_our_rule(rule: Json) -> bool:
    _, _, product = OUR_MATCHER
    labels = rule.get("labels") or {}
    return rule["uid"].startswith("llm-costs-") and labels.get("product") == product


def _push_group(
    grafana: Grafana,
    group: Json,
    found: dict[str, Json],
    outcomes: Outcomes,
    headers: dict[str, str],
) -> None:
    """Bring a group of rules, in which those of others stay as they are."""
    rules, states = _sorted_out(group["rules"], found, outcomes)
    title = group["title"]
    path = f"{API}/folder/{FOLDER_UID}/rule-groups/{title}"
    current = grafana.look_up(path)
    is_same = current is not None and current["interval"] == group["interval"]
    if not rules or (is_same and set(states.values()) == {"unchanged"}):
        _note(states, outcomes)
        return
    sent = {each["uid"] for each in rules}
    # A group is written as a whole: what is not in it is gone.
    others = [
        each for each in (current or {}).get("rules", []) if each["uid"] not in sent
    ]
    if any(each.get("provenance") == FROM_FILE for each in others):
        why = "some of its rules come from a provisioning file"
        outcomes.note("alert rules", title, "refused", why)
        return
    if not all(each.get("provenance") for each in others):
        # What people put into the group stays theirs to edit.
        headers = EDITABLE
    organisation = grafana.call("GET", "/api/org")["id"]
    own = [{**each, "orgID": organisation} for each in [*rules, *others]]
    if not outcomes.is_dry:
        try:
            grafana.call("PUT", path, {**group, "rules": own}, headers=headers)
        except Refused as refusal:
            why = f"{refusal.status}: {refusal}"
            outcomes.note("alert rules", title, "refused", why)
            return
    _note(states, outcomes)


def _sorted_out(
    wanted: list[Json], found: dict[str, Json], outcomes: Outcomes
) -> tuple[list[Json], dict[str, State]]:
    """Give the rules that may be written, and what becomes of each."""
    rules: list[Json] = []
    states: dict[str, State] = {}
    for rule in wanted:
        uid = rule["uid"]
        there = found.get(uid)
        if not there:
            rules.append(rule)
            states[uid] = "created"
        elif there.get("provenance") == FROM_FILE:
            outcomes.note("alert rule", uid, "refused", BY_FILE)
        elif not _is_our_rule(there):
            outcomes.note("alert rule", uid, "refused", "somebody else's has its uid")
        else:
            # Whoever paused a rule meant to.
            kept = {**rule, "isPaused": there.get("isPaused", False)}
            rules.append(kept)
            states[uid] = "unchanged" if _is_same_rule(there, kept) else "changed"
    return rules, states


def _note(states: dict[str, State], outcomes: Outcomes) -> None:
    for uid, state in states.items():
        outcomes.note("alert rule", uid, state)


def _is_same_rule(there: Json, wanted: Json) -> bool:
    exact = ("labels", "annotations")
    return includes(there, wanted) and all(
        (there.get(key) or {}).keys() == wanted[key].keys() for key in exact
    )
