"""What is pushed to Grafana: that of the provisioning files, in the interface's words.

Grafana expands the variables of files from its own environment. By its interface it
expands none, so they are read here, from the same names (deploy/grafana/.env.example).
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestrate.steps import StepFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboards.dialects import Dialect
    from dashboards.phase_2 import Part
    from dashboards.readers import Tenant

Json = dict[str, Any]

FOLDER_UID = "llm-costs"
# Marks what a push wrote; what has our name and not this was made by somebody else.
MARK = {"managedBy": "llm-costs"}
_VARIABLE = re.compile(r"\$(?:\$|\{?([A-Z][A-Z0-9_]*)\}?)")
# What tells of a channel that it is wanted.
_ADDRESSES = {
    "email": "ALERT_EMAIL_ADDRESSES",
    "slack": "ALERT_SLACK_URL",
    "webhook": "ALERT_WEBHOOK_URL",
}
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class NotSet(Exception):  # noqa: N818 - reads as what happened
    """A variable that is needed for one thing is not set."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What one organisation of Grafana gets.

    Attributes:
        folder: Title of the folder.
        dashboards: Dashboards.
        sources: Data sources, with variables that are not expanded yet.
        groups: Groups of alert rules.
        points: Contact points, with the variables of secrets not expanded yet.
        route: The route of the policies that is ours; None where nobody is told.
        templates: Message templates.
        environment: What variables stand for.
    """

    folder: str
    dashboards: tuple[Json, ...]
    sources: tuple[Json, ...]
    groups: tuple[Json, ...]
    points: tuple[Json, ...]
    route: Json | None
    templates: tuple[Json, ...]
    environment: Mapping[str, str]

    def expanded(self, value: Any) -> Any:
        """Put the environment's values in; two dollars stand for one.

        Args:
            value: A text, or anything that holds texts.

        Raises:
            NotSet: A variable has no value.
        """
        if isinstance(value, dict):
            return {key: self.expanded(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.expanded(each) for each in value]
        if not isinstance(value, str):
            return value
        return _VARIABLE.sub(
            lambda found: self._value(found[1]) if found[1] else "$", value
        )

    def _value(self, name: str) -> str:
        value = self.environment.get(name, "")
        if not value:
            raise NotSet(
                f"{name} is not set (deploy/grafana/.env.example says what it is)"
            )
        return value


def make_contents(  # noqa: PLR0913 - what an organisation may differ by
    target: str,
    *,
    schema: str,
    parts: tuple[Part, ...],
    limit_usd: int | None = None,
    rules_every: str | None = None,
    channels: tuple[str, ...] = tuple(_ADDRESSES),
    sources: tuple[Json, ...] | None = None,
    tenant: Tenant | None = None,
    environment: Mapping[str, str] | None = None,
) -> Contents:
    """Make what an organisation of Grafana gets.

    Args:
        target: dbt target whose warehouse is read, or ``phase_2``.
        schema: Schema of the marts.
        parts: The warehouses of Phase 2.
        limit_usd: Cost of a day from which on is told.
        rules_every: How often rules are judged.
        channels: Ways to tell; those are taken that have an address.
        sources: Data sources instead of the installation's own.
        tenant: Customer that reads it by a credential of its own.
        environment: What variables stand for; by default the process's.

    Raises:
        StepFailed: The address of the runbooks is not set, or an interval is none.
    """
    # Imported here: `--help` should not wait for the dashboards' library.
    from dashboards import alert_rules, alerts, build, provisioning  # noqa: PLC0415
    from dashboards.notifications import contact_points  # noqa: PLC0415

    given = os.environ if environment is None else environment
    dialects = build.sources_of(target, schema, parts, tenant)
    channels = tuple(each for each in channels if given.get(_ADDRESSES[each]))
    try:
        choices = provisioning.Choices(
            daily_limit_usd=limit_usd or alerts.DAILY_LIMIT_USD,
            rules_every=rules_every or alert_rules.INTERVAL,
        )
    except ValueError as error:
        raise StepFailed(str(error)) from error
    made = provisioning.contents(dialects, choices, tenant)
    rendered = build.render(target, schema, parts=parts, tenant=tenant)
    points: list[Json] = []
    if channels:
        points = contact_points(channels)["contactPoints"]
    groups = made[provisioning.RULES]["groups"]
    runbooks = given.get("RUNBOOKS_URL", "").rstrip("/")
    if groups and not runbooks:
        raise StepFailed(
            "RUNBOOKS_URL is not set: alerts lead to what is to be done.",
            way_out="It is where docs/runbooks can be read.",
        )
    return Contents(
        folder=alert_rules.FOLDER,
        dashboards=tuple(json.loads(text) for text in rendered.values()),
        sources=_sources(dialects) if sources is None else sources,
        groups=tuple(_group(each, runbooks) for each in groups if each["rules"]),
        points=tuple(
            _point(point["name"], receiver)
            for point in points
            for receiver in point["receivers"]
        ),
        route=_route(made[provisioning.POLICIES]["policies"][0]) if channels else None,
        templates=tuple(
            {"name": each["name"], "template": each["template"]}
            for each in made[provisioning.TEMPLATES]["templates"]
            if channels
        ),
        environment=given,
    )


def _sources(dialects: tuple[Dialect, ...]) -> tuple[Json, ...]:
    from dashboards.sources import sources  # noqa: PLC0415 - as above

    return tuple(source_of(each) for each in sources(dialects)["datasources"])


def source_of(provisioned: Json) -> Json:
    """Give a data source as the interface has it.

    Args:
        provisioned: The data source as a provisioning file has it.
    """
    known = ("name", "uid", "type", "access", "url", "user")
    return {
        **{key: provisioned[key] for key in known if key in provisioned},
        "jsonData": {**provisioned.get("jsonData", {}), **MARK},
        "secureJsonData": provisioned.get("secureJsonData", {}),
    }


def _group(provisioned: Json, runbooks: str) -> Json:
    return {
        "title": provisioned["name"],
        "folderUid": FOLDER_UID,
        "interval": seconds(provisioned["interval"]),
        "rules": [
            _rule(each, provisioned["name"], runbooks) for each in provisioned["rules"]
        ],
    }


def _rule(provisioned: Json, group: str, runbooks: str) -> Json:
    same = ("uid", "title", "condition", "for", "noDataState", "execErrState")
    annotations = {
        name: text.replace("${RUNBOOKS_URL}", runbooks)
        for name, text in provisioned["annotations"].items()
    }
    return {
        **{key: provisioned[key] for key in same},
        "folderUID": FOLDER_UID,
        "ruleGroup": group,
        "isPaused": provisioned["isPaused"],
        "labels": provisioned["labels"],
        # The interface has no fields for these two, and takes these names for them.
        "annotations": {
            **annotations,
            "__dashboardUid__": provisioned["dashboardUid"],
            "__panelId__": str(provisioned["panelId"]),
        },
        "data": [
            {"queryType": "", "relativeTimeRange": {"from": 0, "to": 0}, **each}
            for each in provisioned["data"]
        ],
    }


def _point(name: str, receiver: Json) -> Json:
    return {
        "uid": receiver["uid"],
        "name": name,
        "type": receiver["type"],
        "settings": receiver["settings"],
        "disableResolveMessage": False,
    }


def _route(policy: Json) -> Json:
    from dashboards.dialect_base import DATA_SOURCE_UID  # noqa: PLC0415 - as above

    return {
        **{key: value for key, value in policy.items() if key != "orgId"},
        "object_matchers": [["product", "=", DATA_SOURCE_UID]],
    }


def literal(value: str) -> str:
    """Write a text so that nothing in it is taken for a variable."""
    return value.replace("$", "$$")


def seconds(duration: str) -> int:
    """Read a duration of one unit, such as ``1h``."""
    return int(duration[:-1]) * _UNITS[duration[-1]]
