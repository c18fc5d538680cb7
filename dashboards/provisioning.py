"""The files by which Grafana sets itself up: data sources, alert rules, who is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from dashboards.alert_rules import INTERVAL, rules
from dashboards.alerts import DAILY_LIMIT_USD, alerts
from dashboards.notifications import CHANNELS, contact_points, policies, templates
from dashboards.sources import sources

if TYPE_CHECKING:
    from dashboards.dialects import Dialect
    from dashboards.readers import Tenant

Json = dict[str, Any]

SOURCES = "datasources/llm-costs.yaml"
RULES = "alerting/rules.yaml"
CONTACT_POINTS = "alerting/contact-points.yaml"
POLICIES = "alerting/policies.yaml"
TEMPLATES = "alerting/templates.yaml"
_HEADER = "# Written by `python -m dashboards.build`; edits are lost.\n"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What an installation chooses about its alerts.

    Attributes:
        daily_limit_usd: Cost of a day above which is told.
        channels: Ways by which is told.
        rules_every: How often the rules are judged: minutes or hours, as ``6h``.
    """

    daily_limit_usd: int = DAILY_LIMIT_USD
    channels: tuple[str, ...] = tuple(CHANNELS)
    rules_every: str = INTERVAL

    def __post_init__(self) -> None:
        """Refuse what Grafana would refuse when it starts.

        Raises:
            ValueError: It is no interval, or no limit.
        """
        if self.daily_limit_usd < 1:
            raise ValueError(
                f"A daily limit of {self.daily_limit_usd} USD tells of every day: use "
                "1 or more."
            )
        if not re.fullmatch(r"[1-9][0-9]*[mh]", self.rules_every):
            raise ValueError(
                f"Rules cannot be judged every {self.rules_every!r}: use minutes or "
                "hours, such as 30m or 6h."
            )


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they stand, and what is said twice, twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - of everything
        """Write no reference to what stands above: people look for it in vain."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def contents(
    dialects: tuple[Dialect, ...],
    choices: Choices,
    tenant: Tenant | None = None,
) -> dict[str, Json]:
    """Give what each file holds, by its path within the target's folder.

    Args:
        dialects: The data sources.
        choices: What the installation chooses.
        tenant: Customer that reads them by a credential of its own: rules that it
            cannot ask are left out.
    """
    asked = alerts(choices.daily_limit_usd)
    return {
        SOURCES: sources(dialects),
        RULES: rules(asked, dialects, tenant, choices.rules_every),
        CONTACT_POINTS: contact_points(choices.channels),
        POLICIES: policies(),
        TEMPLATES: templates(),
    }


def files(dialects: tuple[Dialect, ...], choices: Choices) -> dict[str, str]:
    """Give the text of each file, by its path within the target's folder.

    Args:
        dialects: The data sources.
        choices: What the installation chooses.
    """
    made = contents(dialects, choices)
    return {path: _HEADER + _written(content) for path, content in made.items()}


def _written(content: dict[str, Any]) -> str:
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=10_000)
