"""What SQL Server 2017 and later calls things: functions, types and reserved words."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Names that may stand before a parenthesis. What is missing here is either not T-SQL or
# came after SQL Server 2019 (greatest, datetrunc, generate_series, ...).
FUNCTIONS = _words(
    """
    abs avg cast ceiling charindex checksum coalesce concat concat_ws convert count
    count_big datalength dateadd datediff datediff_big datefromparts datename
    datepart day db_name dense_rank eomonth exists exp first_value floor format
    hashbytes iif isnull json_query json_value lag last_value lead left len log
    log10 lower ltrim max min month nchar ntile nullif object_id openjson
    percent_rank power quotename rank replace replicate right round row_number rtrim
    sign space sqrt stdev stdevp string_agg string_escape stuff substring sum
    switchoffset sysdatetime sysdatetimeoffset sysutcdatetime translate trim
    try_cast try_convert unicode upper var varp year
    """
)

# Words before a parenthesis that are no functions.
WORDS_BEFORE_PARENTHESES = _words(
    """
    all and any apply as between by case else except from group having in insert
    intersect into join like not on or over partition select set some table then top
    union values when where with within
    """
)

TYPES = _words(
    """
    bigint bit char date datetime2 datetimeoffset decimal float int nchar numeric
    nvarchar real smallint time tinyint uniqueidentifier varbinary varchar double
    """
)

# Types whose length or precision, where none is given, is not what anyone expects:
# 30 characters in a cast, and whole numbers.
SIZED_TYPES = _words("char decimal nchar numeric nvarchar varchar")

RESERVED = _words(
    """
    add all alter and any as asc authorization backup begin between break browse
    bulk by cascade case check checkpoint close clustered coalesce collate column
    commit compute constraint contains containstable continue convert create cross
    current current_date current_time current_timestamp current_user cursor database
    dbcc deallocate declare default delete deny desc disk distinct distributed
    double drop dump else end errlvl escape except exec execute exists exit external
    fetch file fillfactor for foreign freetext freetexttable from full function goto
    grant group having holdlock identity identity_insert identitycol if in index
    inner insert intersect into is join key kill left like lineno load merge
    national nocheck nonclustered not null nullif of off offsets on open
    opendatasource openquery openrowset openxml option or order outer over percent
    pivot plan precision primary print proc procedure public raiserror read readtext
    reconfigure references replication restore restrict return revert revoke right
    rollback rowcount rowguidcol rule save schema securityaudit select
    semantickeyphrasetable semanticsimilaritydetailstable semanticsimilaritytable
    session_user set setuser shutdown some statistics system_user table tablesample
    textsize then to top tran transaction trigger truncate try_convert tsequal union
    unique unpivot update updatetext use user values varying view waitfor when where
    while with within writetext
    """
)

# What a text of T-SQL has nowhere outside of strings and comments.
MARKERS = {
    "|| for concatenation": r"\|\|",
    "a cast by ::": r"::",
    "a JSON arrow": r"->",
    "a regular expression": r"!?~\*?",
    "LIMIT": r"\blimit\b",
    "QUALIFY": r"\bqualify\b",
    "ILIKE": r"\bilike\b",
    "USING": r"\busing\b",
    "NATURAL JOIN": r"\bnatural\s+(?:inner|left|right|full|join)\b",
    "LATERAL": r"\blateral\b",
    "RETURNING": r"\breturning\b",
    "ON CONFLICT": r"\bon\s+conflict\b",
    "MERGE": r"\bmerge\b",
    "INTERVAL": r"\binterval\b",
    "a typed literal": r"\b(?:date|time|timestamp)\s+''",
    "RECURSIVE": r"\brecursive\b",
    "NULLS FIRST or LAST": r"\bnulls\s+(?:first|last)\b",
    "IGNORE NULLS": r"\b(?:ignore|respect)\s+nulls\b",
    "FILTER": r"\)\s*filter\s*\(",
    "IS DISTINCT FROM": r"\bis\s+(?:not\s+)?distinct\s+from\b",
    "IS TRUE": r"\bis\s+(?:not\s+)?(?:true|false|unknown)\b",
    "a literal true or false": r"\b(?:true|false)\b",
    "a type of another engine": r"\b(?:boolean|timestamptz|jsonb|bytea|int64)\b",
    "CURRENT_DATE": r"\bcurrent_date\b",
    "a WINDOW clause": r"\bwindow\s+\w+\s+as\b",
    "a frame of GROUPS": r"\bgroups\s+between\b",
    "a RANGE of values": r"\brange\s+between\s+(?!unbounded|current)",
    "IF NOT EXISTS": r"\bif\s+not\s+exists\b",
    "CREATE OR REPLACE": r"\bcreate\s+or\s+replace\b",
    "CREATE TABLE AS": r"\bcreate\s+table\s+\S+\s+as\b",
    "an array": r"\barray\b|\bunnest\b",
    "a quoted string in double quotes": r"= \"[^\"]* [^\"]*\"",
}
