"""Loading connects as building does: by the same settings."""

from pathlib import Path

import pytest

from extract.connections import make_destination
from extract.errors import ExtractError


@pytest.mark.parametrize(
    ("name", "prefix"), [("postgres", "POSTGRES"), ("redshift", "REDSHIFT")]
)
def test_dlt_connects_by_the_settings_of_dbt(
    name: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: bills are loaded into one database and marts built in another."""
    settings = {
        "HOST": "warehouse.example",
        "PORT": "6543",
        "USER": "loader",
        "PASSWORD": "a/b@c d",
        "DATABASE": "costs",
        "SSLMODE": "require",
    }
    for key, value in settings.items():
        monkeypatch.setenv(f"LLM_COSTS_{prefix}_{key}", value)
    credentials = _credentials(name)
    assert (credentials.host, credentials.port) == ("warehouse.example", 6543)
    assert (credentials.username, credentials.password) == ("loader", "a/b@c d")
    assert credentials.database == "costs"
    assert credentials.get_query()["sslmode"] == "require"


def test_dlt_own_credentials_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harm: what is set in dlt's way is overruled by a default, and loads go astray."""
    monkeypatch.setenv(
        "DESTINATION__POSTGRES__CREDENTIALS", "postgresql://me:it@own.example:5433/own"
    )
    monkeypatch.setenv("LLM_COSTS_POSTGRES_HOST", "other.example")
    credentials = _credentials("postgres")
    assert (credentials.host, credentials.database) == ("own.example", "own")


def test_a_key_file_is_used_for_bigquery(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Harm: dbt signs in with the key file, and loading as somebody else."""
    key = tmp_path / "key.json"
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_KEYFILE", str(key))
    with pytest.raises(ExtractError, match="LLM_COSTS_BIGQUERY_KEYFILE cannot be read"):
        make_destination("bigquery")
    key.write_text('{"project_id": "p", "private_key": "k", "client_email": "e@x"}')
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_LOCATION", "europe-west3")
    arguments = make_destination("bigquery").config_params
    assert arguments["credentials"]["client_email"] == "e@x"
    assert arguments["location"] == "europe-west3"


@pytest.mark.parametrize(
    ("name", "setting", "value", "message"),
    [
        ("postgres", "POSTGRES_PORT", "pg", "POSTGRES_PORT is 'pg', which is no port"),
        ("mssql", "SQLSERVER_ENCRYPT", "maybe", "ENCRYPT is 'maybe': write true or"),
    ],
)
def test_a_wrong_setting_is_named(
    name: str, setting: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: a typing error becomes a driver's riddle."""
    monkeypatch.setenv(f"LLM_COSTS_{setting}", value)
    with pytest.raises(ExtractError, match=message):
        make_destination(name)


def _credentials(name: str):
    destination = make_destination(name)
    client = destination.client_class
    assert client
    return destination.configuration(
        destination.spec()._bind_dataset_name("d")
    ).credentials
