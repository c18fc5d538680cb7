"""An organisation of Grafana for each customer, which sees nothing of the others."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from orchestrate.dashboards import parts_of
from orchestrate.grafana_api import ADMIN_USER
from orchestrate.grafana_contents import MARK, make_contents
from orchestrate.grafana_push import push
from orchestrate.grafana_same import includes
from orchestrate.grafana_tenant_sources import (
    CredentialRefused,
    schema_for,
    source_for,
)
from orchestrate.settings import MARTS_SCHEMA
from orchestrate.tenant_files import read_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orchestrate.grafana_api import Grafana
    from orchestrate.grafana_contents import Contents
    from orchestrate.grafana_credentials import TenantEntry
    from orchestrate.grafana_customers import Customer
    from orchestrate.grafana_outcomes import Outcomes
    from orchestrate.grafana_push import Manner

Json = dict[str, Any]

NAME = "LLM costs: "


def contents_for(
    customer: Customer,
    entry: TenantEntry,
    roles: Mapping[str, Mapping[str, str]],
    limit_usd: int | None,
    rules_every: str | None = None,
) -> Contents:
    """Give what a customer's organisation gets.

    Args:
        customer: Who.
        entry: What the file of credentials says of it.
        roles: By warehouse, the role of each customer.
        limit_usd: USD of a day above which it is told, where it has no budget.
        rules_every: How often rules are judged.

    Raises:
        CredentialRefused: It has no credential of its own for a warehouse.
        StepFailed: A setting is missing.
    """
    # Imported here: `--help` should not wait for the dashboards' library.
    from dashboards import build, phase_2  # noqa: PLC0415
    from dashboards.readers import Tenant  # noqa: PLC0415
    from dashboards.sources import sources  # noqa: PLC0415

    own = {}
    for each in customer.sources:
        role = roles[each.target].get(customer.id, "")
        if not role and each.target != "duckdb":
            raise CredentialRefused(
                f"it has no role on {each.target}: `llm-costs tenants apply "
                f"{customer.id}` makes it"
            )
        own[each.target] = role
    schemas = {
        target: schema_for(target, role, MARTS_SCHEMA) for target, role in own.items()
    }
    tenant = Tenant(customer.id, frozenset(read_rules(Path("dbt_project.yml"))))
    is_alone = len(customer.sources) == 1
    first = customer.sources[0].target
    name = first if is_alone else phase_2.FOLDER
    parts = tuple(
        replace(part, schema=schemas[part.target])
        for part in ([] if is_alone else parts_of(customer.sources))
    )
    dialects = build.sources_of(name, schemas[first], parts, tenant)
    made = [
        source_for(
            dialect.target, entry, role=own[dialect.target], provisioned=provisioned
        )
        for dialect, provisioned in zip(
            dialects, sources(dialects)["datasources"], strict=True
        )
    ]
    return make_contents(
        name,
        schema=schemas[first],
        parts=parts,
        limit_usd=limit_usd,
        rules_every=rules_every,
        channels=("email",),
        sources=tuple(made),
        tenant=tenant,
        # The company's own channels are none of the customer's.
        environment={**os.environ, "ALERT_EMAIL_ADDRESSES": customer.alert_email or ""},
    )


def push_tenant(  # noqa: PLR0913, PLR0917 - who, what, and how
    admin: Grafana,
    customer: str,
    viewers: tuple[str, ...],
    contents: Contents,
    outcomes: Outcomes,
    manner: Manner,
) -> None:
    """Bring a customer's organisation to what it should be.

    Args:
        admin: Grafana, as an administrator of the server.
        customer: Who.
        viewers: Who may look at it.
        contents: What it gets.
        outcomes: Gets what became of each thing.
        manner: How it is done.
    """
    name = NAME + customer
    found = admin.look_up(f"/api/orgs/name/{quote(name, safe='')}")
    if not found:
        if not outcomes.do(
            "organisation",
            name,
            "created",
            lambda: admin.call("POST", "/api/orgs", {"name": name}),
            detail=_summary(contents, viewers) if outcomes.is_dry else "",
        ):
            return
        if outcomes.is_dry:
            return
        found = admin.call("GET", f"/api/orgs/name/{quote(name, safe='')}")
    else:
        outcomes.note("organisation", name, "unchanged")
    number = int(found["id"])
    members = _join(admin, number, outcomes)
    if members is None:
        return
    inside = admin.within(number)
    if _has_strangers(inside, contents, outcomes):
        return
    push(inside, contents, outcomes, manner)
    for viewer in viewers:
        _push_viewer(admin, number, viewer, members, outcomes)


def _summary(contents: Contents, viewers: tuple[str, ...]) -> str:
    rules = sum(len(group["rules"]) for group in contents.groups)
    return (
        f"with {len(contents.sources)} data sources, {len(contents.dashboards)} "
        f"dashboards, {rules} rules and {len(viewers)} viewers"
    )


def _join(admin: Grafana, number: int, outcomes: Outcomes) -> list[Json] | None:
    """Become a member: an organisation is changed from within only."""
    members: list[Json] = admin.call("GET", f"/api/orgs/{number}/users")
    login = os.environ[ADMIN_USER].strip()
    own = [each for each in members if login in {each["login"], each.get("email")}]
    if own and own[0]["role"] == "Admin":
        return members
    if own:
        outcomes.note(
            "member", login, "refused", f"has the role {own[0]['role']} there"
        )
        return None
    body = {"loginOrEmail": login, "role": "Admin"}
    path = f"/api/orgs/{number}/users"
    if (
        outcomes.do("member", login, "created", lambda: admin.call("POST", path, body))
        and not outcomes.is_dry
    ):
        return members
    return None


def _has_strangers(inside: Grafana, contents: Contents, outcomes: Outcomes) -> bool:
    """Refuse an organisation with data sources that we did not make.

    Whoever may view a dashboard may send any query to any of them.
    """
    wanted = {each["uid"] for each in contents.sources}
    strangers = [
        each
        for each in inside.call("GET", "/api/datasources")
        if each["uid"] not in wanted or not includes(each.get("jsonData", {}), MARK)
    ]
    for each in strangers:
        outcomes.note(
            "data source",
            each["uid"],
            "refused",
            f"{each['name']} was not made here, and the customer could query it: "
            "remove it there",
        )
    return bool(strangers)


def _push_viewer(
    admin: Grafana,
    number: int,
    viewer: str,
    members: list[Json],
    outcomes: Outcomes,
) -> None:
    there = [each for each in members if viewer in {each["login"], each.get("email")}]
    if there and there[0]["role"] == "Viewer":
        outcomes.note("viewer", viewer, "unchanged")
    elif there:
        outcomes.note(
            "viewer", viewer, "refused", f"has the role {there[0]['role']} there"
        )
    else:
        body = {"loginOrEmail": viewer, "role": "Viewer"}
        path = f"/api/orgs/{number}/users"
        outcomes.do("viewer", viewer, "created", lambda: admin.call("POST", path, body))
