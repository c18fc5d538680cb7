"""How PostgreSQL, Redshift and SQL Server are reached: by their own drivers.

Drivers are imported where they are needed: whoever has no Redshift needs none of its.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat.errors import SettingsError
from chat.warehouse_servers import Driver

if TYPE_CHECKING:
    from chat.warehouse_settings import ServerSettings

NAME = "llm-costs chat"
CONNECT_SECONDS = 10
MILLISECONDS = 1_000
# PostgreSQL's and Redshift's name of a statement that was stopped.
STOPPED = "57014"


def postgres_driver(settings: ServerSettings, seconds: int) -> Driver:
    """Reach PostgreSQL.

    Args:
        settings: The server.
        seconds: Longest that a statement may take.
    """
    psycopg2 = _import("psycopg2", "postgres")

    def connect() -> Any:
        connection = psycopg2.connect(
            host=settings.host,
            port=settings.port,
            dbname=settings.database,
            user=settings.user,
            password=settings.password,
            sslmode=settings.sslmode,
            application_name=NAME,
            connect_timeout=CONNECT_SECONDS,
            options=(
                "-c default_transaction_read_only=on -c timezone=UTC "
                f"-c statement_timeout={seconds * MILLISECONDS}"
            ),
        )
        connection.autocommit = True
        return connection

    return Driver(
        connect=connect,
        error=psycopg2.Error,
        is_timeout=lambda error: getattr(error, "pgcode", None) == STOPPED,
        begin="begin read only",
        end="rollback",
    )


def redshift_driver(settings: ServerSettings, seconds: int) -> Driver:
    """Reach Redshift, by Amazon's own driver: it binds values on the server.

    Args:
        settings: The server.
        seconds: Longest that a statement may take.
    """
    redshift_connector = _import("redshift_connector", "redshift")

    def connect() -> Any:
        is_encrypted = settings.sslmode != "disable"
        connection = redshift_connector.connect(
            host=settings.host,
            port=settings.port,
            database=settings.database,
            user=settings.user,
            password=settings.password,
            ssl=is_encrypted,
            **({"sslmode": settings.sslmode} if is_encrypted else {}),
            application_name=NAME,
            timeout=CONNECT_SECONDS + seconds,
        )
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"set statement_timeout to {seconds * MILLISECONDS}")
        cursor.close()
        return connection

    return Driver(
        connect=connect,
        error=redshift_connector.Error,
        is_timeout=lambda error: STOPPED in str(error),
        begin="begin read only",
        end="rollback",
    )


def sqlserver_driver(settings: ServerSettings, seconds: int) -> Driver:
    """Reach SQL Server, on a replica for readers where there is one.

    Args:
        settings: The server.
        seconds: Longest that a statement may take.
    """
    pyodbc = _import("pyodbc", "sqlserver")

    def connect() -> Any:
        connection = pyodbc.connect(
            connection_string(settings), timeout=CONNECT_SECONDS, autocommit=True
        )
        connection.timeout = seconds
        return connection

    return Driver(
        connect=connect,
        error=pyodbc.Error,
        is_timeout=lambda error: "HYT00" in str(error),
    )


def connection_string(settings: ServerSettings) -> str:
    """Write ODBC's connection string; every value is quoted, whatever it holds."""
    parts = {
        "DRIVER": settings.driver,
        "SERVER": f"{settings.host},{settings.port}",
        "DATABASE": settings.database,
        "UID": settings.user,
        "PWD": settings.password,
        "ApplicationIntent": "ReadOnly",
        "APP": NAME,
        "Encrypt": "yes" if settings.is_encrypted else "no",
        "TrustServerCertificate": "yes" if settings.trusts_any else "no",
    }
    return ";".join(
        f"{name}={{{value.replace('}', '}}')}}}" for name, value in parts.items()
    )


def _import(module: str, extra: str) -> Any:
    try:
        return __import__(module)
    except ImportError as error:
        raise SettingsError(
            f"The driver {module} is not installed; `make setup` brings it, or "
            f"`pip install llm-costs[{extra}]`."
        ) from error
