"""What real Redshift refuses or does otherwise than PostgreSQL behind the shim.

`violations` reads one compiled statement as sqlglot's Redshift dialect does. Spellings
are looked for among the tokens, since the parse gives string_agg and listagg one node;
what depends on the place, such as a window without a frame, in the tree.
"""

from collections.abc import Iterator

from sqlglot import exp, parse_one
from sqlglot.dialects.redshift import Redshift
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.tokens import Token, TokenType

# Of the leader node alone: they fail in a query that reads a table.
LEADER_ONLY = {
    *("age", "current_schemas", "format_type", "generate_series"),
    *("has_schema_privilege", "has_table_privilege", "now", "pg_backend_pid"),
}
# PostgreSQL's own, or of another engine.
UNKNOWN = {
    *("array_agg", "array_to_string", "concat_ws", "every", "format"),
    *("gen_random_uuid", "json_agg", "json_build_object", "json_object_agg"),
    *("jsonb_agg", "jsonb_build_object", "make_date", "make_interval"),
    *("make_timestamp", "mode", "regexp_match", "regexp_matches"),
    *("regexp_split_to_table", "row_to_json", "starts_with", "string_agg"),
    *("string_to_table", "to_json", "to_jsonb", "unnest", "width_bucket"),
    *("corr", "covar_pop", "covar_samp", "regr_slope"),
}
OPERATORS = {"->", "->>", "#>", "#>>", "@>", "<@", "?", "&&", "^@", "!~*", "~*"}
# Without a length, varchar and text hold 256 bytes, char 1; numeric has no decimals.
WITH_LENGTH = {
    exp.DataType.Type.VARCHAR: "256 bytes",
    exp.DataType.Type.CHAR: "1 byte",
    exp.DataType.Type.DECIMAL: "18 digits and no decimals",
}
TYPES = {
    exp.DataType.Type.TEXT: "text, which is varchar(256)",
    exp.DataType.Type.JSON: "json",
    exp.DataType.Type.JSONB: "jsonb",
    exp.DataType.Type.UUID: "uuid",
    exp.DataType.Type.ARRAY: "arrays",
    exp.DataType.Type.XML: "xml",
    exp.DataType.Type.INET: "inet",
}
NODES: dict[type[exp.Expression], str] = {
    exp.Filter: "filter (where ...): use case",
    exp.Lateral: "lateral",
    exp.Values: "a values list as a table",
    exp.NullSafeEQ: "is not distinct from",
    exp.NullSafeNEQ: "is distinct from",
    exp.Interval: "interval arithmetic: use dateadd",
}
FRAMED = (exp.AggFunc, exp.FirstValue, exp.LastValue, exp.NthValue)
# Aggregates to sqlglot, but rankings and offsets, which take no frame.
FRAMELESS = (exp.Lag, exp.Lead, exp.RowNumber, exp.GroupConcat, exp.WithinGroup)
FRAMELESS_NAMES = {"rank", "dense_rank", "percent_rank", "cume_dist", "ntile"}
ARGUMENTS_OF_CONCAT = 2
LONGEST_NAME = 127


def violations(sql: str) -> list[str]:
    """Return what is wrong with a statement, in words."""
    tokens = Redshift().tokenize(sql)
    tree = parse_one(sql, dialect="redshift")
    found = [
        *_spellings(tokens),
        *_types(tree),
        *_nodes(tree),
        *_windows(tree),
        *_correlated(tree),
    ]
    return list(dict.fromkeys(found))


def _spellings(tokens: list[Token]) -> Iterator[str]:
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        word = token.text.lower()
        is_called = after is not None and after.token_type == TokenType.L_PAREN
        if token.token_type == TokenType.STRING:
            continue
        if is_called and word in LEADER_ONLY:
            yield f"{word}() runs on the leader node only"
        if is_called and word in UNKNOWN:
            yield f"{word}() does not exist"
        if word in OPERATORS:
            yield f"operator {word} does not exist"
        if token.token_type == TokenType.IDENTIFIER and len(word) > LONGEST_NAME:
            yield f"the name {word} is longer than {LONGEST_NAME} bytes"


def _types(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.DataType):
        kind = node.this
        if kind in WITH_LENGTH and not node.expressions:
            yield f"{node.sql('redshift')} without a length has {WITH_LENGTH[kind]}"
        if kind in TYPES:
            yield f"the type {TYPES[kind]}"


def _nodes(tree: exp.Expression) -> Iterator[str]:
    for node in tree.walk():
        if type(node) in NODES:
            yield NODES[type(node)]
        if isinstance(node, exp.Concat) and len(node.expressions) > ARGUMENTS_OF_CONCAT:
            yield "concat() of more than two: use ||"
        if isinstance(node, exp.Distinct) and node.args.get("on"):
            yield "distinct on"
        if isinstance(node, exp.Tuple) and isinstance(node.parent, exp.In):
            yield "a list of columns in (...)"


def _windows(tree: exp.Expression) -> Iterator[str]:
    for window in tree.find_all(exp.Window):
        function, frame = window.this, window.args.get("spec")
        text = function.sql("redshift")
        if isinstance(function, exp.IgnoreNulls | exp.RespectNulls):
            function = function.this
        if function.find(exp.Distinct):
            yield f"{text} over (...): distinct in a window"
        is_framed = isinstance(function, FRAMED) and not isinstance(function, FRAMELESS)
        is_ranking = function.sql_name().lower() in FRAMELESS_NAMES
        if is_framed and not is_ranking and window.args.get("order") and not frame:
            yield f"{text} over (... order by ...) without a frame"
        kind = str(frame.args.get("kind")).lower() if frame else "rows"
        if kind != "rows":
            yield f"{text}: a frame of {kind}; only rows exist"


def _correlated(tree: exp.Expression) -> Iterator[str]:
    """Find subqueries that look at the row outside, except under exists and in."""
    for scope in traverse_scope(tree):
        if not (scope.is_subquery and scope.external_columns):
            continue
        holder = scope.expression.parent
        holder = holder.parent if isinstance(holder, exp.Subquery) else holder
        if not isinstance(holder, exp.Exists | exp.In):
            yield f"a correlated subquery: {scope.expression.sql('redshift')[:80]}"
