"""Alert rules and what they ask, as Grafana reads and expands them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from dashboard_queries import PLUGINS
from grafana_expansion import expand

from dashboards import build, phase_2
from dashboards.dialects import DIALECTS

Json = dict[str, Any]


@cache
def made_files(folder: str) -> dict[str, Json]:
    """Give the provisioning files of a folder, parsed."""
    made = build.provision(folder)
    return {path: yaml.safe_load(text) for path, text in made.items()}


@dataclass(frozen=True)
class Rule:
    """A rule of a folder."""

    folder: str
    target: str
    uid: str
    sql: str

    @property
    def part(self) -> str:
        """Name the warehouse that it asks, if it is one of several."""
        return self.target if self.folder == phase_2.FOLDER else ""

    @property
    def source(self) -> Json:
        """Give its YAML."""
        return next(each for each in rules(self.folder) if each["uid"] == self.uid)

    @property
    def above(self) -> float:
        """Give the number above which it fires."""
        (condition,) = self.source["data"][1]["model"]["conditions"]
        return float(condition["evaluator"]["params"][0])

    def __str__(self) -> str:
        """Give the id of a test case."""
        return f"{self.folder}-{self.uid.removeprefix('llm-costs-')}"


def rules(folder: str) -> list[Json]:
    """List a folder's rules, as YAML has them."""
    groups = made_files(folder)["alerting/rules.yaml"]["groups"]
    return [rule for group in groups for rule in group["rules"]]


def asked(folder: str) -> list[Rule]:
    """List a folder's rules with what they ask."""
    found = []
    for rule in rules(folder):
        model = rule["data"][0]["model"]
        target = PLUGINS[model["datasource"]["type"]]
        sql = model[DIALECTS[target].query_key]
        found.append(Rule(folder, target, rule["uid"], sql))
    return found


def text_of(rule: Rule, now: dt.datetime) -> str:
    """Expand a rule's query as Grafana does, which knows no variable there.

    Args:
        rule: What is asked.
        now: When it is evaluated.
    """
    text = expand(rule.sql, rule.target, {}, now - dt.timedelta(days=2), now)
    return text.replace("CURRENT_DATE('UTC')", f"CAST('{now:%Y-%m-%d}' AS date)")
