"""Grafana sets itself up by what is mounted, and lets nobody in who may not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dashboard_queries import FOLDERS, made_in

from dashboards import build

ROOT = Path(build.__file__).parents[1]
DEPLOY = ROOT / "deploy" / "grafana"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
WAREHOUSE = yaml.safe_load((DEPLOY / "warehouse.yaml").read_text(encoding="utf-8"))
SERVICES = {**COMPOSE["services"], **WAREHOUSE["services"]}
EXAMPLE = (DEPLOY / ".env.example").read_text(encoding="utf-8")
# What Grafana expands: $NAME, ${NAME} and $__env{NAME}; not what a rule asks.
EXPANDED = re.compile(r"\$(?:__env)?\{?([A-Z][A-Z_]+)\}?")
SECRETS = {"password", "url", "authorization_credentials"}


def grafana() -> dict[str, str]:
    """Give Grafana's environment in the compose file."""
    return {
        name: str(value)
        for name, value in COMPOSE["services"]["grafana"]["environment"].items()
    }


def sources(folder: str) -> list[dict[str, Any]]:
    """Give the data sources of a folder's file."""
    text = build.provision(folder)["datasources/llm-costs.yaml"]
    return list(yaml.safe_load(text)["datasources"])


def test_nobody_gets_in_without_a_password_that_was_set() -> None:
    """Harm: a default password, or none, opens the company's costs to everybody."""
    settings = grafana()

    assert settings["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert settings["GF_USERS_ALLOW_SIGN_UP"] == "false"
    assert settings["GF_PUBLIC_DASHBOARDS_ENABLED"] == "false"
    secrets = {
        **settings,
        **WAREHOUSE["services"]["warehouse"]["environment"],
    }
    for name in (
        "GF_SECURITY_ADMIN_PASSWORD",
        "GF_SECURITY_SECRET_KEY",
        "POSTGRES_PASSWORD",
        "OWNER_PASSWORD",
        "READER_PASSWORD",
    ):
        # `:?` ends the start where it is missing or empty.
        assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", secrets[name]), name
    for name in re.findall(
        r"^(\w*(?:PASSWORD|SECRET_KEY|TOKEN)\w*)=(.*)$", EXAMPLE, re.MULTILINE
    ):
        assert not name[1]


def test_every_image_has_an_exact_version_and_no_port_is_open_to_all() -> None:
    """Harm: a start brings another Grafana than the one that was looked at."""
    for service in SERVICES.values():
        image = service["image"].partition("${")[0]
        assert re.search(r":\d+\.\d+(\.\d+)?$", image)
        assert all(str(port).startswith("127.0.0.1:") for port in service["ports"])
    assert all("@" in each for each in re.findall(r"GRAFANA_PLUGINS=(\S+)", EXAMPLE))


def test_over_another_warehouse_no_password_of_postgresql_is_asked_for() -> None:
    """Harm: people make passwords up for a database that they do not start."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

    required = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    assert required == {"GRAFANA_ADMIN_PASSWORD", "GRAFANA_SECRET_KEY", "RUNBOOKS_URL"}
    assert set(COMPOSE["services"]) == {"grafana"}
    # Both files are started where nobody chose.
    (files,) = re.findall(r"^COMPOSE_FILE=(.+)$", EXAMPLE, re.MULTILINE)
    assert all((DEPLOY / name).is_file() for name in files.split(":"))
    mounted = WAREHOUSE["services"]["warehouse"]["volumes"]
    assert "./warehouse:/docker-entrypoint-initdb.d:ro" in mounted


def test_a_channel_without_an_address_does_not_keep_grafana_from_starting() -> None:
    """Harm: who has no Slack has no dashboards."""
    settings = grafana()
    points = yaml.safe_load(build.provision("postgres")["alerting/contact-points.yaml"])
    for receiver in points["contactPoints"][0]["receivers"]:
        for key in ("addresses", "url"):
            if key in receiver["settings"]:
                name = receiver["settings"][key].removeprefix("$")
                # To a name that nobody can ever have.
                assert re.fullmatch(
                    rf"\$\{{{name}:-[^}}]*[@/]not-set\.invalid[^}}]*\}}", settings[name]
                )


def test_every_setting_of_the_compose_file_is_in_the_example() -> None:
    """Harm: a setting that nobody finds is not set."""
    text = "".join(path.read_text(encoding="utf-8") for path in DEPLOY.glob("*.yaml"))
    used = set(re.findall(r"\$\{([A-Z_]+)", text))
    rare = {"SMTP_STARTTLS_POLICY"}

    assert used - rare <= set(re.findall(r"^#? ?([A-Z_]+)=", EXAMPLE, re.MULTILINE))


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_the_files_read_is_in_the_example(folder: str) -> None:
    """Harm: Grafana puts nothing in for a setting that it does not have."""
    known = set(re.findall(r"^#? ?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    for path, text in build.provision(folder).items():
        read = set(EXPANDED.findall(text))
        assert read <= known, path
        assert read <= {*grafana()}, path
    # The roles that load, build and administer are none of Grafana's business.
    assert not [value for value in grafana().values() if "OWNER" in value]
    assert not [value for value in grafana().values() if "WAREHOUSE_ADMIN" in value]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_dashboards_find_their_data_sources(folder: str) -> None:
    """Harm: every panel says that its data source was not found."""
    provisioned = {(each["type"], each["uid"]) for each in sources(folder)}
    asked = {
        (query["datasource"]["type"], query["datasource"]["uid"])
        for dashboard in made_in(folder).values()
        for panel in dashboard["panels"]
        for query in panel["targets"]
        # What takes another panel's result asks no warehouse.
        if "panelId" not in query
    }

    assert provisioned == asked
    for each in sources(folder):
        assert each["editable"] is False


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_secret_comes_from_the_environment_and_survives_a_dollar(folder: str) -> None:
    """Harm: a secret stands in Git, or is cut where it has a dollar."""
    for each in sources(folder):
        for value in each.get("secureJsonData", {}).values():
            # In braces it would be expanded twice.
            assert re.fullmatch(r"\$[A-Z_]+", value)
        plain = {key.lower() for key in each.get("jsonData", {})}
        assert not plain & {"password", "privatekey", "secretkey", "accesskey"}


def test_what_is_mounted_exists() -> None:
    """Harm: Docker makes an empty folder of what is missing, and Grafana is empty."""
    volumes = COMPOSE["services"]["grafana"]["volumes"]
    mounted = {volume.partition(":")[0] for volume in volumes if volume[0] not in "./$"}
    assert mounted <= {*COMPOSE["volumes"]}
    assert "${GRAFANA_SERVING:-serving}:/data/serving" in volumes
    assert "serving" in COMPOSE["volumes"]
    places = {
        volume.rsplit(":", 2)[-2] if volume.endswith(":ro") else volume
        for volume in volumes
    }
    for kind in ("dashboards", "datasources", "alerting"):
        assert f"/etc/grafana/provisioning/{kind}" in places
    provider = yaml.safe_load(
        (DEPLOY / "dashboards" / "llm-costs.yaml").read_text(encoding="utf-8")
    )["providers"][0]
    assert provider["options"]["path"] in places
    for folder in FOLDERS:
        assert (build.GENERATED / folder / "datasources" / "llm-costs.yaml").is_file()
        assert (build.GENERATED / folder / "alerting" / "rules.yaml").is_file()


def test_the_reader_of_the_warehouse_is_that_of_the_documentation() -> None:
    """Harm: the roles of the container may more than those that are tested."""
    script = (DEPLOY / "warehouse" / "10-roles.sh").read_text(encoding="utf-8")
    page = (ROOT / "docs/warehouses/postgres.md").read_text(encoding="utf-8")
    statements = re.findall(
        r"^(?:grant usage|alter default[^;]+|alter role)[^;]*;", page, re.MULTILINE
    )

    assert len(statements) == 4
    for statement in statements:
        assert statement in script
