"""Whom Grafana tells of alerts: contact points, templates, and our route to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestrate.grafana_api import EDITABLE
from orchestrate.grafana_contents import NotSet
from orchestrate.grafana_rules import API, BY_FILE, FROM_FILE, OUR_MATCHER, push_rules
from orchestrate.grafana_same import holds_secrets, includes

if TYPE_CHECKING:
    from orchestrate.grafana_api import Grafana
    from orchestrate.grafana_contents import Contents
    from orchestrate.grafana_outcomes import Outcomes

Json = dict[str, Any]


def push_alerting(
    grafana: Grafana,
    contents: Contents,
    outcomes: Outcomes,
    *,
    prune: bool,
    editable: bool,
) -> None:
    """Create and change what differs.

    Args:
        grafana: The organisation.
        contents: What is wanted.
        outcomes: Gets what became of each thing.
        prune: Whether our rules that are wanted no more are removed.
        editable: Whether people may edit it in Grafana.
    """
    headers = EDITABLE if editable else {}
    # In this order: a route names a contact point, and its messages a template.
    for template in contents.templates:
        _push_template(grafana, template, outcomes, headers)
    are_there = _push_points(grafana, contents, outcomes, headers)
    if contents.route and are_there:
        _push_route(grafana, contents.route, outcomes)
    push_rules(grafana, contents, outcomes, headers, prune=prune)


def _push_template(
    grafana: Grafana, template: Json, outcomes: Outcomes, headers: dict[str, str]
) -> None:
    kind, name = "template", template["name"]
    path = f"{API}/templates/{name}"
    found = grafana.look_up(path) or {}
    if found.get("provenance") == FROM_FILE:
        outcomes.note(kind, name, "refused", BY_FILE)
    elif found.get("template", "").strip() == template["template"].strip():
        outcomes.note(kind, name, "unchanged")
    else:
        body = {"template": template["template"], "version": found.get("version", "")}
        outcomes.do(
            kind,
            name,
            "changed" if found else "created",
            lambda: grafana.call("PUT", path, body, headers=headers),
        )


def _push_points(
    grafana: Grafana, contents: Contents, outcomes: Outcomes, headers: dict[str, str]
) -> bool:
    """Bring the contact points; say whether all that a route names is there."""
    if not contents.points:
        outcomes.note(
            "contact point",
            "llm-costs",
            "kept",
            "nobody is told: no channel has an address",
        )
        return False
    found = {each["uid"]: each for each in grafana.call("GET", f"{API}/contact-points")}
    wanted = {each["uid"] for each in contents.points}
    name = contents.points[0]["name"]
    strangers = [
        uid
        for uid, each in found.items()
        if each["name"] == name and not uid.startswith(f"{name}-")
    ]
    if strangers:
        outcomes.note(
            "contact point", name, "refused", "somebody else's has this name; rename it"
        )
        return False
    for uid, each in found.items():
        if each["name"] == name and uid not in wanted:
            outcomes.note(
                "contact point", uid, "kept", "has no address any more; delete it there"
            )
    # All of them are tried, whatever becomes of the first.
    done = [
        _push_point(
            grafana, contents, point, found.get(point["uid"]), outcomes, headers
        )
        for point in contents.points
    ]
    return all(done)


def _push_point(  # noqa: PLR0913, PLR0917 - one of several, by what they share
    grafana: Grafana,
    contents: Contents,
    point: Json,
    found: Json | None,
    outcomes: Outcomes,
    headers: dict[str, str],
) -> bool:
    kind, uid = "contact point", point["uid"]
    if found and found.get("provenance") == FROM_FILE:
        outcomes.note(kind, uid, "refused", BY_FILE)
        return True
    if found and found["name"] != point["name"]:
        outcomes.note(kind, uid, "refused", f"belongs to {found['name']}")
        return False
    try:
        wanted = contents.expanded(point)
    except NotSet as missing:
        outcomes.note(kind, uid, "refused", str(missing))
        return False
    if not found:
        return outcomes.do(
            kind,
            uid,
            "created",
            lambda: grafana.call(
                "POST", f"{API}/contact-points", wanted, headers=headers
            ),
        )
    is_same = includes(found, wanted)
    if is_same and not holds_secrets(found["settings"]):
        outcomes.note(kind, uid, "unchanged")
        return True
    return outcomes.do(
        kind,
        uid,
        "renewed" if is_same else "changed",
        lambda: grafana.call(
            "PUT", f"{API}/contact-points/{uid}", wanted, headers=headers
        ),
        detail="its secrets are sent with every push" if is_same else "",
    )


def _push_route(grafana: Grafana, route: Json, outcomes: Outcomes) -> None:
    """Put our route among those of the organisation, and leave the others alone."""
    kind, name = "policy", "route of product=llmcost"
    tree = grafana.call("GET", f"{API}/policies")
    routes = tree.get("routes") or []
    places = [place for place, each in enumerate(routes) if _is_ours(each)]
    if places and includes(routes[places[0]], route):
        outcomes.note(kind, name, "unchanged")
        return
    if tree.get("provenance"):
        # Files or another tool would take the route out again, or refuse.
        outcomes.note(
            kind,
            name,
            "refused",
            f"the policies are kept by {tree['provenance']}: add the route there",
        )
        return
    if places:
        routes[places[0]] = route
    else:
        routes = [*routes, route]
    body = {key: value for key, value in tree.items() if key != "provenance"}
    body["routes"] = routes
    outcomes.do(
        kind,
        name,
        "changed" if places else "created",
        # The tree belongs to everybody, and stays editable.
        lambda: grafana.call("PUT", f"{API}/policies", body, headers=EDITABLE),
    )


def _is_ours(route: Json) -> bool:
    return OUR_MATCHER in (route.get("object_matchers") or [])
