"""The detailed billing export's columns as BigQuery's Parquet extract writes them."""

import pyarrow as pa

TEXT = pa.string()
NUMBER = pa.float64()
NUMERIC = pa.decimal128(38, 9)
TIME = pa.timestamp("us", tz="UTC")
LABELS = pa.list_(pa.struct([("key", TEXT), ("value", TEXT)]))
PROJECT = pa.struct(
    [
        ("id", TEXT),
        ("number", TEXT),
        ("name", TEXT),
        ("labels", LABELS),
        ("ancestry_numbers", TEXT),
        (
            "ancestors",
            pa.list_(pa.struct([("resource_name", TEXT), ("display_name", TEXT)])),
        ),
    ]
)
PRICE = pa.struct(
    [
        ("effective_price", NUMERIC),
        ("tier_start_amount", NUMERIC),
        ("unit", TEXT),
        ("pricing_unit_quantity", NUMERIC),
        ("list_price", NUMERIC),
        ("effective_price_default", NUMERIC),
        ("list_price_consumption_model", NUMERIC),
    ]
)
USAGE = pa.struct(
    [
        ("amount", NUMBER),
        ("unit", TEXT),
        ("amount_in_pricing_units", NUMBER),
        ("pricing_unit", TEXT),
    ]
)
CREDITS = pa.list_(
    pa.struct(
        [
            ("name", TEXT),
            ("amount", NUMBER),
            ("full_name", TEXT),
            ("id", TEXT),
            ("type", TEXT),
        ]
    )
)
NAMED = pa.struct([("id", TEXT), ("description", TEXT)])
TAGS = pa.list_(
    pa.struct(
        [("key", TEXT), ("value", TEXT), ("inherited", pa.bool_()), ("namespace", TEXT)]
    )
)

SCHEMA = pa.schema(
    [
        ("billing_account_id", TEXT),
        ("service", NAMED),
        ("sku", NAMED),
        ("usage_start_time", TIME),
        ("usage_end_time", TIME),
        ("project", PROJECT),
        ("labels", LABELS),
        ("system_labels", LABELS),
        (
            "location",
            pa.struct(
                [
                    ("location", TEXT),
                    ("country", TEXT),
                    ("region", TEXT),
                    ("zone", TEXT),
                ]
            ),
        ),
        ("resource", pa.struct([("name", TEXT), ("global_name", TEXT)])),
        ("tags", TAGS),
        ("price", PRICE),
        ("subscription", pa.struct([("instance_id", TEXT)])),
        ("transaction_type", TEXT),
        ("seller_name", TEXT),
        ("export_time", TIME),
        ("cost", NUMBER),
        ("currency", TEXT),
        ("currency_conversion_rate", NUMBER),
        ("usage", USAGE),
        ("credits", CREDITS),
        ("invoice", pa.struct([("month", TEXT), ("publisher_type", TEXT)])),
        ("cost_type", TEXT),
        (
            "adjustment_info",
            pa.struct(
                [("id", TEXT), ("description", TEXT), ("mode", TEXT), ("type", TEXT)]
            ),
        ),
        ("cost_at_list", NUMBER),
        ("cost_at_effective_price_default", NUMBER),
        ("cost_at_list_consumption_model", NUMBER),
        ("consumption_model", NAMED),
    ]
)
