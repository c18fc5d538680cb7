"""The data sources in the form of Grafana's file provisioning.

What differs between installations is read from Grafana's environment, secrets without
braces: what stands in braces is expanded twice, and a secret with a dollar in it would
be cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]

# The serving copy, and nothing else: whoever may view a dashboard may send any query.
_ONLY_SERVING = (
    "SET allowed_directories=['/data/serving/']; "
    "SET enable_external_access=false; SET lock_configuration=true;"
)
# A query that reads more is refused before it costs anything: 10 GiB.
_MAXIMUM_BYTES = 10 * 1024**3

_SETTINGS: dict[str, Json] = {
    "duckdb": {
        "jsonData": {
            "path": "/data/serving/llm_costs.duckdb",
            "initSql": _ONLY_SERVING,
            "maxOpenConns": 8,
        },
    },
    "postgres": {
        "url": "$WAREHOUSE_HOST:$WAREHOUSE_PORT",
        "user": "$WAREHOUSE_USER",
        "jsonData": {
            "database": "$WAREHOUSE_DATABASE",
            "sslmode": "$WAREHOUSE_SSLMODE",
            "postgresVersion": 1000,
            "timescaledb": False,
            "maxOpenConns": 8,
        },
        "secureJsonData": {"password": "$WAREHOUSE_PASSWORD"},
    },
    "bq": {
        "jsonData": {
            # The service account of the machine: there is no key to keep.
            "authenticationType": "gce",
            "defaultProject": "$BIGQUERY_PROJECT",
            "processingLocation": "$BIGQUERY_LOCATION",
            "MaxBytesBilled": _MAXIMUM_BYTES,
        },
    },
    "redshift": {
        "jsonData": {
            "authType": "default",
            "defaultRegion": "$AWS_REGION",
            "useServerless": True,
            "workgroupName": "$REDSHIFT_WORKGROUP",
            "database": "$REDSHIFT_DATABASE",
            "useManagedSecret": True,
            "managedSecret": {
                "name": "$REDSHIFT_SECRET_NAME",
                "arn": "$REDSHIFT_SECRET_ARN",
            },
        },
    },
    "sqlserver": {
        "url": "$SQLSERVER_HOST:1433",
        "user": "$SQLSERVER_USER",
        "jsonData": {
            "database": "$SQLSERVER_DATABASE",
            # Azure SQL takes nothing else.
            "encrypt": "true",
            "authenticationType": "SQL Server Authentication",
            "maxOpenConns": 8,
        },
        "secureJsonData": {"password": "$SQLSERVER_PASSWORD"},
    },
}


def sources(dialects: tuple[Dialect, ...]) -> Json:
    """Give the file of data sources.

    Args:
        dialects: The data sources.
    """
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": f"LLM cost: {each.label}" if each.part else "LLM cost",
                "orgId": 1,
                **each.data_source,
                "access": "proxy",
                "editable": False,
                **_SETTINGS[each.target],
            }
            for each in dialects
        ],
    }
