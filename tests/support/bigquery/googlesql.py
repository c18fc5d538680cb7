"""Statements parsed, analysed and evaluated by GoogleSQL, over tables given to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from google.protobuf.message import Message
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
from zetasql.wasi._pb2.zetasql.proto.options_pb2 import (
    AnalyzerOptionsProto,
    LanguageOptionsProto,
)
from zetasql.wasi._pb2.zetasql.proto.simple_catalog_pb2 import SimpleCatalogProto
from zetasql.wasi._pb2.zetasql.public.options_pb2 import PRODUCT_EXTERNAL
from zetasql.wasi._pb2.zetasql.resolved_ast.resolved_node_kind_pb2 import (
    ResolvedNodeKind,
)

from bigquery.values import Columns, columns_of, simple_type
from bigquery.wasm import GoogleSqlService

STATEMENTS = (
    "QUERY",
    "CREATE_TABLE",
    "CREATE_TABLE_AS_SELECT",
    "CREATE_VIEW",
    "CREATE_SCHEMA",
    "MERGE",
    "INSERT",
    "UPDATE",
    "DELETE",
    "DROP",
    "TRUNCATE",
    "ALTER_TABLE",
)
# Names for whole numbers that BigQuery knows beside INT64.
WHOLE_NUMBERS = ("BIGINT", "INTEGER", "INT", "SMALLINT", "TINYINT", "BYTEINT")
TABLE_OPTIONS = columns_of(
    description="STRING",
    friendly_name="STRING",
    expiration_timestamp="TIMESTAMP",
    require_partition_filter="BOOL",
    partition_expiration_days="FLOAT64",
)
PARTITION_TIME = "_PARTITIONTIME"


class InvalidError(Exception):
    """What BigQuery refuses and GoogleSQL accepts."""


@dataclass
class Rows:
    """The content of a table or an answer, as GoogleSQL itself keeps it.

    Attributes:
        columns: Names and types.
        data: The rows.
        pseudo: Columns that `select *` leaves out.
    """

    columns: Columns
    data: service.TableData = field(default_factory=service.TableData)
    pseudo: tuple[str, ...] = ()

    @property
    def visible(self) -> Columns:
        """The columns that a schema shows."""
        return {
            name: kind for name, kind in self.columns.items() if name not in self.pseudo
        }


class GoogleSql:
    """GoogleSQL with the options under which it behaves as BigQuery does."""

    def __init__(self) -> None:
        """Start the service."""
        self._service = GoogleSqlService()
        self._language = self._make_language()
        self._options = AnalyzerOptionsProto(
            language_options=self._language, default_timezone="UTC"
        )
        allowed = self._options.allowed_hints_and_options
        allowed.disallow_unknown_options = True
        for name, kind in TABLE_OPTIONS.items():
            allowed.option.add(name=name).type.CopyFrom(kind)

    def _make_language(self) -> LanguageOptionsProto:
        language = self._service.call(
            "GetLanguageOptions",
            service.LanguageOptionsRequest(maximum_features=True),
            LanguageOptionsProto,
        )
        language.product_mode = PRODUCT_EXTERNAL
        language.reserved_keywords.append("QUALIFY")
        kinds = [ResolvedNodeKind.Value(f"RESOLVED_{name}_STMT") for name in STATEMENTS]
        del language.supported_statement_kinds[:]
        language.supported_statement_kinds.extend(kinds)
        return language

    def parse(self, sql: str) -> Message:
        """Give the syntax tree of a statement, without its wrappers."""
        request = service.ParseRequest(sql_statement=sql, options=self._language)
        answer = self._service.call("Parse", request, service.ParseResponse)
        return unwrapped(answer.parsed_statement)

    def table_names(self, sql: str) -> list[str]:
        """Give the tables that a statement reads or writes, as it writes them."""
        request = service.ExtractTableNamesFromStatementRequest(
            sql_statement=sql, options=self._language
        )
        answer = self._service.call(
            "ExtractTableNamesFromStatement",
            request,
            service.ExtractTableNamesFromStatementResponse,
        )
        return [".".join(name.table_name_segment) for name in answer.table_name]

    def analyze(
        self, sql: str, tables: Mapping[str, Rows], *, is_partitioned: bool = False
    ) -> Message:
        """Check a whole statement; give its resolved form, without its wrappers."""
        request = service.AnalyzeRequest(sql_statement=sql)
        request.options.CopyFrom(self._options)
        if is_partitioned:
            request.options.ddl_pseudo_columns.add(
                name=PARTITION_TIME, type=simple_type("TIMESTAMP")
            )
        request.simple_catalog.CopyFrom(self._catalog(tables))
        answer = self._service.call("Analyze", request, service.AnalyzeResponse)
        return unwrapped(answer.resolved_statement)

    def evaluate(self, sql: str, tables: Mapping[str, Rows]) -> Rows:
        """Give the answer of a query."""
        request = service.EvaluateQueryRequest(sql=sql)
        self._add_tables(request, tables)
        answer = self._service.call(
            "EvaluateQuery", request, service.EvaluateQueryResponse
        )
        return Rows(_named(answer.prepared.columns), answer.content.table_data)

    def answer_columns(self, sql: str, tables: Mapping[str, Rows]) -> Columns:
        """Give the columns of a query's answer, as the analyser has them."""
        columns = attribute(self.analyze(sql, tables), "output_column_list")
        return {column.name: column.column.type for column in columns}

    def modify(
        self, sql: str, tables: Mapping[str, Rows], row_number: tuple[str, str] | None
    ) -> Any:
        """Give the rows that an INSERT, UPDATE or DELETE makes, changes or removes.

        Args:
            sql: The statement.
            tables: The tables that it names.
            row_number: The changed table and its column that tells rows apart.
        """
        request = service.EvaluateModifyRequest(sql=sql)
        self._add_tables(request, tables)
        if row_number:
            for table in request.simple_catalog.table:
                if table.name == row_number[0]:
                    place = [column.name for column in table.column]
                    table.primary_key_column_index.append(place.index(row_number[1]))
        answer = self._service.call(
            "EvaluateModify", request, service.EvaluateModifyResponse
        )
        return answer.content

    def _add_tables(self, request: Any, tables: Mapping[str, Rows]) -> None:
        request.options.CopyFrom(self._options)
        request.simple_catalog.CopyFrom(self._catalog(tables))
        for name, rows in tables.items():
            request.table_content[name].table_data.CopyFrom(rows.data)

    def _catalog(self, tables: Mapping[str, Rows]) -> SimpleCatalogProto:
        catalog = SimpleCatalogProto(name="bigquery")
        catalog.builtin_function_options.language_options.CopyFrom(self._language)
        for name in WHOLE_NUMBERS:
            catalog.named_type.add(name=name, type=simple_type("INT64"))
        for name, rows in tables.items():
            table = catalog.table.add(name=name)
            for column, kind in rows.columns.items():
                is_pseudo = column in rows.pseudo
                table.column.add(name=column, type=kind, is_pseudo_column=is_pseudo)
        return catalog


def _named(columns: Iterable[Any]) -> Columns:
    """Name the columns of an answer as BigQuery does where the query does not."""
    found: Columns = {}
    nameless = count()
    for column in columns:
        is_nameless = not column.name or column.name.startswith("$")
        name = f"f{next(nameless)}_" if is_nameless else column.name
        if name in found:
            raise InvalidError(f"Duplicate column names in the result: {name}")
        found[name] = column.type
    return found


def unwrapped(message: Message) -> Message:
    """Descend through the messages that only say which of several kinds one is."""
    while message.DESCRIPTOR.oneofs:
        used = message.WhichOneof(message.DESCRIPTOR.oneofs[0].name)
        if not used:
            break
        message = getattr(message, used)
    return message


def attribute(message: Any, name: str) -> Any:
    """Give a field of a node or of what it inherits from."""
    while name not in message.DESCRIPTOR.fields_by_name:
        message = message.parent
    return getattr(message, name)


def text_of(sql: str, node: Message) -> str:
    """Give the part of a statement that a node of its syntax tree stands for."""
    place = attribute(unwrapped(node), "parse_location_range")
    return sql.encode()[place.start : place.end].decode()
