"""Takes T-SQL batches apart: what a server would run, one statement after the other.

dbt-sqlserver wraps most of what it sends in EXEC('...'), since T-SQL wants a CREATE
VIEW to stand alone in its batch; the texts inside are what has to be checked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Strings, quoted names and comments, which may hold anything.
_OPAQUE = re.compile(
    r"(?P<string>N?'(?:[^']|'')*')|(?P<name>\"[^\"]*\"|\[[^\]]*\])"
    r"|(?P<comment>--[^\n]*|/\*.*?\*/)",
    re.DOTALL,
)
_EXEC = re.compile(r"\bexec(?:ute)?\s*\(\s*N?'((?:[^']|'')*)'\s*\)\s*;?", re.IGNORECASE)
# The adapter's own way of making a schema, safe against two sessions at once.
_SCHEMA = re.compile(
    r"DECLARE @dbt_schema_lock int;.*?WHERE name = '(?P<schema>[^']+)'.*?END CATCH"
    r"\s+IF @dbt_schema_lock >= 0\s+EXEC sp_releaseapplock[^;]*;",
    re.DOTALL,
)
_OPTION = re.compile(r"\bOPTION\s*\(LABEL = '[^']*'\)\s*;?", re.IGNORECASE)
_CONDITION = re.compile(
    r"^IF (OBJECT_ID\(.*IS NOT NULL|SCHEMA_ID\(.*IS NULL)$", re.DOTALL | re.IGNORECASE
)


def statements(batch: str) -> list[str]:
    """Return the statements of a batch, those inside of EXEC('...') included."""
    text = _SCHEMA.sub(lambda found: f"create schema [{found['schema']}];", batch)
    found = []
    is_conditional = False
    for part in _parts(without_comments(text)):
        statement = _OPTION.sub("", part).strip().rstrip(";").strip()
        if not statement:
            continue
        if _CONDITION.match(statement):
            is_conditional = True
            continue
        if is_conditional:
            statement = statement.replace("DROP TABLE ", "DROP TABLE IF EXISTS ", 1)
            is_conditional = False
        found.append(statement)
    return found


def without_comments(text: str) -> str:
    """Return SQL without its comments."""
    return _OPAQUE.sub(
        lambda found: " " if found["comment"] is not None else found[0], text
    )


def without_strings(text: str) -> str:
    """Return SQL without comments, and with nothing in its strings."""
    return _OPAQUE.sub(
        lambda found: "''" if found["string"] else found["name"] or " ", text
    )


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between EXECs, cut at semicolons, and what is in them."""
    position = 0
    for found in _EXEC.finditer(text):
        if found.start() < position:
            continue
        yield from _cut(text[position : found.start()])
        yield from statements(found[1].replace("''", "'"))
        position = found.end()
    yield from _cut(text[position:])


def _cut(text: str) -> Iterator[str]:
    start = position = 0
    while position < len(text):
        opaque = _OPAQUE.match(text, position)
        if opaque:
            position = opaque.end()
            continue
        if text[position] == ";":
            yield text[start:position]
            start = position + 1
        position += 1
    yield text[start:]
