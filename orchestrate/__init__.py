"""The `llm-costs` command: loads the bills, builds the marts and publishes them."""
