"""A warehouse that cannot be reached is told with its settings, not as a bug."""

import sys
from types import SimpleNamespace

import pytest
from dlt.common.configuration.specs import GcpServiceAccountCredentials

import extract
from extract.errors import ExtractError
from extract.reaching import reaching, told

PASSWORD = "s3cr3t/and more"
# A port on which nothing listens: the connection is refused at once, on this machine.
CLOSED = {"HOST": "127.0.0.1", "PORT": "9", "PASSWORD": PASSWORD}


def failure(target: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Load into a target that cannot be reached, and return what is said."""
    monkeypatch.setenv("LLM_COSTS_TARGET", target)
    monkeypatch.setenv("LLM_COSTS_CLOUDS", "aws")
    with pytest.raises(ExtractError) as caught:
        extract.run(["aws_cur"], progress=False)
    message = str(caught.value)
    assert f"docs/warehouses/{target}.md" in message
    assert "s3cr3t" not in message
    assert "\n" not in message
    return message


def set_all(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CLOSED.items():
        monkeypatch.setenv(f"LLM_COSTS_{prefix}_{name}", value)


@pytest.mark.parametrize("target", ["postgres", "redshift"])
@pytest.mark.usefixtures("world")
def test_a_server_that_does_not_answer_is_told_with_its_settings(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: a wrong port or password looks like a bug of the loader."""
    set_all(target.upper(), monkeypatch)
    message = failure(target, monkeypatch)
    assert message.startswith(f"The target {target} cannot be reached")
    assert f"LLM_COSTS_{target.upper()}_" in message
    assert "port 9" in message


@pytest.mark.parametrize("target", ["postgres", "redshift"])
@pytest.mark.usefixtures("world")
def test_a_driver_that_is_missing_is_told_with_how_to_install_it(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: ModuleNotFoundError, and nothing says what to install."""
    set_all(target.upper(), monkeypatch)
    for name in [name for name in sys.modules if _is_driver(name)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    message = failure(target, monkeypatch)
    assert message.startswith(f"The driver of the target {target} is not installed")
    assert "make setup" in message
    assert f"pip install -e '.[{target}]'" in message


def _is_driver(name: str) -> bool:
    roots = ("psycopg2", "extract.postgres", "dlt.destinations.impl.postgres")
    return name.startswith((*roots, "dlt.destinations.impl.redshift"))


@pytest.mark.usefixtures("world")
def test_bigquery_without_credentials_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Harm: forty lines of dlt's places to look, none of which is this project's."""
    monkeypatch.setattr(GcpServiceAccountCredentials, "on_partial", lambda _: None)
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_PROJECT", "p")
    message = failure("bq", monkeypatch)
    assert "LLM_COSTS_BIGQUERY_KEYFILE" in message
    assert "gcloud auth application-default login" in message


@pytest.mark.usefixtures("world")
def test_sql_server_without_an_odbc_driver_is_told_with_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Harm: the driver is a package of the system, which pip does not bring."""
    set_all("SQLSERVER", monkeypatch)
    # In place of the module, which cannot be imported without the driver manager.
    monkeypatch.setitem(sys.modules, "pyodbc", SimpleNamespace(drivers=list))
    message = failure("sqlserver", monkeypatch)
    assert "ODBC Driver 18 for SQL Server" in message


@pytest.mark.parametrize("target", ["postgres", "redshift"])
@pytest.mark.usefixtures("world")
def test_an_sslmode_that_does_not_exist_is_named(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: the driver names neither the setting nor what may stand there."""
    set_all(target.upper(), monkeypatch)
    setting = f"LLM_COSTS_{target.upper()}_SSLMODE"
    monkeypatch.setenv(setting, "on")
    monkeypatch.setenv("LLM_COSTS_TARGET", target)
    with pytest.raises(ExtractError, match=rf"{setting} is 'on': write one of disable"):
        extract.run(["aws_cur"], progress=False)


def test_a_password_is_told_in_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harm: logs that many people read hold the password of the bills."""
    monkeypatch.setenv("LLM_COSTS_POSTGRES_PASSWORD", PASSWORD)
    error = ValueError(f"no {PASSWORD} in u:s3cr3t%2Fand%20more@host")
    assert told(error) == "no *** in u:***@host."
    monkeypatch.setenv(
        "DESTINATION__POSTGRES__CREDENTIALS", "postgresql://me:its@own.example/own"
    )
    error = ValueError("postgresql://me:its@own.example/own is wrong")
    assert "its" not in told(error)


def test_an_error_of_this_project_stays_what_it_is() -> None:
    """Harm: a bug is told as a setting, and somebody checks his settings for hours."""
    with pytest.raises(KeyError, match="bug"), reaching("postgres"):
        raise KeyError("bug")
