"""How long, and with how much memory, a month of an AWS bill loads.

`python bench/extract_cur.py [--lines N] [--files N] [--cache DIR]`

Makes one CUR 2.0 month (3 million lines, 119 columns, 2 % of them AI lines) and loads
it into DuckDB in three ways, each in a process of its own:

- extractor: `extract.run(["aws_cur"])`, checks, totals and ledger included
- pandas: read each file, filter by product code, concatenate, append to DuckDB
- bare scan: DuckDB reads the same columns and lines into a table, and nothing else

With --bucket it serves the month from S3 instead, as several periods, and measures what
each further period and a run without news cost (`extract_cur_bucket.py`).

Start-up (imports, pipeline, empty tables) is measured by a process of its own, too, and
reported apart. Memory is the peak resident set of each process.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PERIOD = "2026-10"
BUCKET, EXPORT = "bench-billing", "exports/llm-costs"
CODES = [
    "AmazonBedrock",
    "AmazonBedrockService",
    "AmazonBedrockFoundationModels",
    "AmazonBedrockAgentCore",
    "AmazonSageMaker",
]
AI_CODES = [
    "AmazonBedrock",
    "AmazonBedrockService",
    "AmazonBedrockAgentCore",
    "4a524th30q694o538qndh9ucht",
]
OTHER_CODES = [
    "AmazonEC2",
    "AmazonS3",
    "AmazonRDS",
    "AWSLambda",
    "AmazonCloudWatch",
    "AmazonDynamoDB",
    "AmazonVPC",
    "awskms",
    "AmazonSNS",
    "AWSQueueService",
    "AmazonECS",
    "AmazonEKS",
]
# The columns that the extractor lands; written out, as importing them costs start-up.
LANDED = [
    "identity_line_item_id",
    "identity_time_interval",
    "bill_billing_period_start_date",
    "bill_bill_type",
    "bill_billing_entity",
    "bill_invoice_id",
    "bill_invoicing_entity",
    "bill_payer_account_id",
    "line_item_legal_entity",
    "line_item_usage_account_id",
    "line_item_usage_account_name",
    "line_item_usage_start_date",
    "line_item_usage_end_date",
    "line_item_line_item_type",
    "line_item_tax_type",
    "line_item_product_code",
    "line_item_usage_type",
    "line_item_operation",
    "line_item_line_item_description",
    "line_item_resource_id",
    "line_item_iam_principal",
    "line_item_usage_amount",
    "line_item_currency_code",
    "line_item_unblended_cost",
    "line_item_net_unblended_cost",
    "pricing_unit",
    "pricing_term",
    "pricing_public_on_demand_cost",
    "product_servicecode",
    "product_product_family",
    "product_sku",
    "product_region_code",
    "product_instance_type",
    "savings_plan_savings_plan_a_r_n",
    "savings_plan_savings_plan_effective_cost",
    "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
    "reservation_effective_cost",
    "reservation_unused_amortized_upfront_fee_for_billing_period",
    "reservation_unused_recurring_fee",
    "discount_total_discount",
    "resource_tags",
    "cost_category",
    "tags",
]
AI_EVERY = 50  # 2 % of the lines, spread evenly: the worst case for skipping row groups
ROW_GROUP = 122_880


def lines_sql(first: int, last: int) -> str:
    """Return SQL for lines of a bill; every value follows from the line's number."""
    nulls = [
        *(f"cast(null as double) as reservation_amount_{n}" for n in range(12)),
        *(f"cast(null as varchar) as reservation_text_{n}" for n in range(8)),
        *(f"cast(null as varchar) as savings_plan_text_{n}" for n in range(9)),
        *(f"cast(null as double) as split_line_item_amount_{n}" for n in range(11)),
        *(
            f"'' as {name}"
            for name in (
                "bill_invoice_id",
                "line_item_tax_type",
                "line_item_net_unblended_rate",
                "pricing_lease_contract_length",
                "pricing_offering_class",
                "pricing_purchase_option",
                "product_comment",
                "product_fee_code",
                "product_fee_description",
                "product_from_location",
                "product_from_location_type",
                "product_from_region_code",
                "product_pricing_unit",
                "product_to_location",
                "product_to_location_type",
                "product_to_region_code",
                "reservation_reservation_a_r_n",
                "savings_plan_savings_plan_a_r_n",
            )
        ),
        *(
            f"cast(0 as double) as {name}"
            for name in (
                "discount_bundled_discount",
                "discount_total_discount",
                "line_item_normalized_usage_amount",
                "reservation_effective_cost",
                "reservation_unused_amortized_upfront_fee_for_billing_period",
                "reservation_unused_recurring_fee",
                "savings_plan_savings_plan_effective_cost",
                "savings_plan_total_commitment_to_date",
                "savings_plan_used_commitment",
            )
        ),
    ]
    return f"""
with numbers as (
    select
        i % {AI_EVERY} = 7 as is_ai,
        cast(hash(i) >> 2 as bigint) as a,
        cast(hash(i, 1) >> 2 as bigint) as b,
        cast(hash(i, 2) >> 2 as bigint) as c
    from range({first}, {last}) as numbered (i)
), facts as (
    select
        *,
        if(is_ai, {AI_CODES}[1 + b % {len(AI_CODES)}],
            {OTHER_CODES}[1 + b % {len(OTHER_CODES)}]) as code,
        ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2']
            [1 + c % 5] as region,
        ['111122223333', '222233334444', '333344445555'][1 + a % 3] as account,
        timestamp '2026-10-01' + to_hours(cast(a % 744 as int)) as starts,
        (c % 10000) / 1e6 as cost
    from numbers
)
select
    md5(code || region || (b % 20000)) as identity_line_item_id,
    strftime(starts, '%Y-%m-%dT%H:00:00Z') || '/'
        || strftime(starts + interval 1 hour, '%Y-%m-%dT%H:00:00Z')
        as identity_time_interval,
    'Anniversary' as bill_bill_type,
    if(code like '4a5%', 'AWS Marketplace', 'AWS') as bill_billing_entity,
    timestamp '2026-11-01' as bill_billing_period_end_date,
    timestamp '2026-10-01' as bill_billing_period_start_date,
    'Amazon Web Services, Inc.' as bill_invoicing_entity,
    '111122223333' as bill_payer_account_id,
    'payer' as bill_payer_account_name,
    map {{'team': 'team-' || (c % 9), 'project': 'p' || (a % 30)}} as cost_category,
    cast(map([], []) as map(varchar, double)) as discount,
    region || 'a' as line_item_availability_zone,
    cost as line_item_blended_cost,
    '0.01' as line_item_blended_rate,
    'USD' as line_item_currency_code,
    'Amazon Web Services, Inc.' as line_item_legal_entity,
    '$0.0' || (b % 500) || ' per unit of ' || code || ' in ' || region
        as line_item_line_item_description,
    if(a % 40 = 0, 'Tax', 'Usage') as line_item_line_item_type,
    ['RunInstances', 'GetObject', 'Invoke', 'InvokeModelInference'][1 + c % 4]
        as line_item_operation,
    code as line_item_product_code,
    case
        when is_ai then 'arn:aws:bedrock:' || region || ':' || account
            || ':application-inference-profile/customer-' || (c % 40)
        when a % 3 = 0 then ''
        else 'arn:aws:ec2:' || region || ':' || account || ':instance/i-'
            || substr(md5(cast(b % 300000 as varchar)), 1, 17)
    end as line_item_resource_id,
    if(is_ai, 'arn:aws:sts::222233334444:assumed-role/llm-' || (c % 40) || '/s', '')
        as line_item_iam_principal,
    account as line_item_usage_account_id,
    'account ' || account as line_item_usage_account_name,
    (b % 100000) / 1000.0::double as line_item_usage_amount,
    cost as line_item_unblended_cost,
    '0.01' as line_item_unblended_rate,
    cost as line_item_net_unblended_cost,
    starts as line_item_usage_start_date,
    starts + interval 1 hour as line_item_usage_end_date,
    upper(left(region, 2)) || '-' || code || ':' || (b % 800) as line_item_usage_type,
    1.0::double as line_item_normalization_factor,
    cost as pricing_public_on_demand_cost,
    '0.01' as pricing_public_on_demand_rate,
    'RATE' || (b % 800) || '.JRTCKXETXF' as pricing_rate_code,
    cast(b % 800 as varchar) as pricing_rate_id,
    'USD' as pricing_currency,
    'OnDemand' as pricing_term,
    '1K tokens' as pricing_unit,
    map {{
        'product_name': if(code like '4a5%',
            'Claude Sonnet 4.6 (Amazon Bedrock Edition)', code),
        'region': region, 'servicename': code, 'group': 'g' || (b % 20),
        'vcpu': cast(c % 64 as varchar), 'memory': (b % 256) || ' GiB'
    }} as product,
    'Compute' as product_instance_family,
    'm5.' || (b % 12) || 'xlarge' as product_instance_type,
    'SKU' || (b % 800) as product_instancesku,
    region as product_location,
    'AWS Region' as product_location_type,
    'operation' as product_operation,
    'Compute Instance' as product_product_family,
    region as product_region_code,
    code as product_servicecode,
    'SKU' || (b % 800) as product_sku,
    'USE1' as product_usagetype,
    map {{'user_customer': 'c' || (c % 40), 'user_team': 'team-' || (b % 9)}}
        as resource_tags,
    map {{'resourceTags/user_customer': 'c' || (c % 40)}} as tags,
    {", ".join(nulls)}
from facts"""  # noqa: S608


def month_folder(lines: int, files: int, cache: Path) -> Path:
    """Return the bucket's folder for a month."""
    return cache / f"cur_{lines}_{files}_v1" / BUCKET


def make_month(lines: int, files: int, cache: Path) -> None:
    """Make the month once for its parameters."""
    import duckdb  # noqa: PLC0415

    bucket = month_folder(lines, files, cache)
    manifest = (
        bucket
        / EXPORT
        / f"metadata/BILLING_PERIOD={PERIOD}"
        / f"{Path(EXPORT).name}-Manifest.json"
    )
    if manifest.exists():
        return
    data = bucket / EXPORT / f"data/BILLING_PERIOD={PERIOD}"
    data.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    keys = []
    for number in range(files):
        first, last = lines * number // files, lines * (number + 1) // files
        path = data / f"llm-costs-{number + 1:05d}.snappy.parquet"
        connection.execute(
            f"copy ({lines_sql(first, last)}) to '{path}' "
            f"(format parquet, compression snappy, row_group_size {ROW_GROUP})"
        )
        keys.append(f"s3://{BUCKET}/{path.relative_to(bucket)}")
    manifest.parent.mkdir(parents=True, exist_ok=True)
    content = {"exportName": "llm-costs", "executionId": "bench", "dataFiles": keys}
    manifest.write_text(json.dumps(content))


def load_with_extractor(bucket: Path, work: Path) -> int:
    """Load with the extractor."""
    os.environ["LLM_COSTS_DUCKDB_PATH"] = str(work / "warehouse.duckdb")
    os.environ["DLT_DATA_DIR"] = str(work / "dlt")
    os.environ["SOURCES__AWS_CUR__BUCKET_URL"] = f"file://{bucket}"
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import extract  # noqa: PLC0415

    (result,) = extract.run(["aws_cur"], progress=False)
    if result.is_failure:
        raise SystemExit(result.message)
    return result.rows


def load_from_bucket(bucket: Path, work: Path) -> int:  # noqa: ARG001 - it is in S3
    """Load every period of the bucket that the environment leads to."""
    os.environ["LLM_COSTS_DUCKDB_PATH"] = str(work / "warehouse.duckdb")
    os.environ["DLT_DATA_DIR"] = str(work / "dlt")
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import extract  # noqa: PLC0415

    results = extract.run(["aws_cur"], progress=False)
    if failures := [result.message for result in results if result.is_failure]:
        raise SystemExit("\n".join(failures))
    return results[0].rows


def load_with_pandas(bucket: Path, work: Path) -> int:
    """Load the way it is often done first."""
    import duckdb  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    frames = []
    for path in sorted(bucket.rglob("*.parquet")):
        frame = pd.read_parquet(path)
        frames.append(frame[frame["line_item_product_code"].isin(CODES)])
    lines = pd.concat(frames)
    connection = duckdb.connect(str(work / "warehouse.duckdb"))
    connection.register("lines", lines)
    connection.execute("create table if not exists cur as from lines limit 0")
    connection.execute("insert into cur from lines")
    connection.close()
    return len(lines)


def load_with_bare_scan(bucket: Path, work: Path) -> int:
    """Load the extractor's columns and lines with DuckDB and nothing around it."""
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect(str(work / "warehouse.duckdb"))
    files = f"read_parquet('{bucket}/**/*.parquet')"
    there = connection.sql(f"from {files} limit 0").columns
    maps = ("resource_tags", "cost_category", "tags")
    columns = ", ".join(
        f"cast(cast({name} as json) as varchar) as {name}" if name in maps else name
        for name in LANDED
        if name in there
    )
    listed = ", ".join(f"'{code}'" for code in CODES)
    connection.execute(
        f"create table cur as select {columns}, "  # noqa: S608
        "product['product_name'] as product_product_name, "
        "product['region'] as product_region "
        f"from {files} where line_item_product_code in ({listed}) "
        "or (bill_billing_entity = 'AWS Marketplace' "
        "and product['product_name'] like '%Bedrock%') "
        "or line_item_resource_id like 'arn:aws%:bedrock:%'"
    )
    (count,) = connection.execute("select count(*) from cur").fetchone() or (0,)
    connection.close()
    return int(count)


WAYS: dict[str, Callable[[Path, Path], int]] = {
    "extractor": load_with_extractor,
    "pandas": load_with_pandas,
    "bare scan": load_with_bare_scan,
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one process took."""

    seconds: float
    megabytes: float
    rows: int


def measure(*arguments: str) -> Measured:
    """Run this file in a process of its own and measure it.

    The parent imports nothing big and makes no data: a child's peak memory starts from
    its parent's.
    """
    command = [sys.executable, "-W", "ignore", __file__, "--child", *arguments]
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    output = child.stdout.read() if child.stdout else ""
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with {child.returncode}")
    return Measured(
        seconds=seconds,
        megabytes=usage.ru_maxrss / 1024,
        rows=int(output.split()[-1]),
    )


def measure_way(way: str, bucket: str, repeat: int) -> Measured:
    """Load with one way, into a new warehouse each time; keep the fastest."""
    found = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as work:
            found.append(measure(way, bucket, work))
    return min(found, key=lambda one: one.seconds)


def run_child(way: str, *arguments: str) -> None:
    """Do what a process of its own is for, and print the number of lines."""
    if way == "make":
        lines, files, cache = arguments
        make_month(int(lines), int(files), Path(cache))
        print(lines)
        return
    bucket, work = arguments
    load = load_from_bucket if way == "bucket" else WAYS[way]
    print(load(Path(bucket), Path(work)))


def report(lines: int, results: dict[str, tuple[Measured, Measured]]) -> None:
    """Print the ways side by side."""
    print(f"{lines:,} lines, {results['extractor'][0].rows:,} landed")
    print(
        f"{'':<12}{'wall s':>8}{'start-up s':>12}{'load s':>8}{'peak MB':>9}"
        f"{'wall':>8}{'load':>8}{'memory':>8}"
    )
    ours, start = results["extractor"]
    for way, (full, fixed) in results.items():
        load = full.seconds - fixed.seconds
        ratios = (
            full.seconds / ours.seconds,
            load / (ours.seconds - start.seconds),
            full.megabytes / ours.megabytes,
        )
        print(
            f"{way:<12}{full.seconds:>8.2f}{fixed.seconds:>12.2f}{load:>8.2f}"
            f"{full.megabytes:>9.0f}" + "".join(f"{ratio:>7.2f}x" for ratio in ratios)
        )
    print(
        "start-up: the same way with a month of 100 lines; load: wall less start-up; "
        "x: against the extractor"
    )


def main() -> None:
    """Measure."""
    if sys.argv[1:2] == ["--child"]:
        run_child(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=3_000_000)
    parser.add_argument("--files", type=int, default=0, help="one per 500,000 lines")
    parser.add_argument("--bucket", action="store_true", help="read from S3 (moto)")
    parser.add_argument("--periods", type=int, default=4, help="with --bucket")
    parser.add_argument("--repeat", type=int, default=1, help="keep the fastest of N")
    parser.add_argument("--ways", nargs="*", default=list(WAYS), choices=list(WAYS))
    parser.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir()) / "llm_costs_bench"
    )
    options = parser.parse_args()
    if "pandas" in options.ways and not importlib.util.find_spec("pandas"):
        raise SystemExit("pandas is needed for the comparison: make setup")
    sys.path.insert(0, str(Path(__file__).parents[1]))
    files = options.files or max(1, options.lines // 500_000)
    folders = {}
    for lines, count in ((options.lines, files), (100, 1)):
        measure("make", str(lines), str(count), str(options.cache))
        folders[lines] = str(month_folder(lines, count, options.cache))
    if options.bucket:
        # Imported here: the other ways are measured without a server.
        from extract_cur_bucket import compare_periods  # noqa: PLC0415

        month = Path(folders[options.lines])
        compare_periods(month, EXPORT, options.periods, measure)
        return
    results = {
        way: (
            measure_way(way, folders[options.lines], options.repeat),
            measure_way(way, folders[100], options.repeat),
        )
        for way in dict.fromkeys(["extractor", *options.ways])
    }
    report(options.lines, results)


if __name__ == "__main__":
    main()
