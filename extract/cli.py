"""``dlt pipeline run`` and ``dlt pipeline <source> run``.

A plugin of dlt's command line: it adds one sub-command and leaves dlt's own as they
are. LLM_COSTS_DEBUG=1 shows the traceback behind an error message.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from typing import TYPE_CHECKING

from dlt.common.configuration import plugins

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from extract.units import UnitResult

DEBUG_VARIABLE = "LLM_COSTS_DEBUG"
INTERRUPTED = 130


class RunCommand(plugins.SupportsCliCommand):
    """The sub-command ``run`` of ``dlt pipeline``."""

    command = "run"
    parent = "pipeline"
    help_string = "Loads the bills of one source, or of all of them"
    description = (
        "Loads what the providers delivered since the last run. Without a pipeline "
        "name those that LLM_COSTS_CLOUDS enables are loaded: aws_cur, azure_costs "
        "and gcp_billing by default, and focus_costs where it names focus."
    )
    docs_url = ""

    def configure_parser(self, parser: argparse.ArgumentParser) -> None:
        """Declare the flags."""
        parser.add_argument(
            "--full-refresh",
            action="store_true",
            help="Read every billing period again that the sources still have",
        )
        parser.add_argument(
            "--period",
            action="append",
            default=[],
            metavar="YYYY-MM",
            help="Look at this billing period only; may be given several times",
        )
        parser.add_argument(
            "--reopen",
            action="store_true",
            help=(
                "Load the months of --period although LLM_COSTS_CLOSED_THROUGH "
                "closes them"
            ),
        )
        parser.add_argument(
            "--force",
            action="store_true",
            help=(
                "Publish what is otherwise refused: a billing period that lost most of "
                "its rows or is empty, or one that is already loaded as another unit, "
                "which is then taken out; also accept that a loaded period has gone"
            ),
        )

    def execute(self, args: argparse.Namespace) -> None:
        """Load, print what became of every unit, and exit."""
        sys.exit(
            load(
                [args.pipeline_name] if args.pipeline_name else None,
                args.period,
                full_refresh=args.full_refresh,
                force=args.force,
                reopen=args.reopen,
            )
        )


@plugins.hookimpl(specname="plug_cli")
def plug_cli_run(host: str) -> type[plugins.SupportsCliCommand] | None:
    """Give dlt the command."""
    return RunCommand if host == "dlt" else None


def load(
    sources: Sequence[str] | None,
    periods: Sequence[str],
    *,
    full_refresh: bool,
    force: bool,
    reopen: bool = False,
) -> int:
    """Run the extractors for a person and return the exit code."""
    # Imported here, because every dlt command imports this module.
    from extract.api import run  # noqa: PLC0415
    from extract.errors import ExtractError, first_line  # noqa: PLC0415

    _log_to_stderr()
    try:
        results = run(
            sources, periods, full_refresh=full_refresh, force=force, reopen=reopen
        )
    except KeyboardInterrupt:
        _complain("Interrupted. What was published stays; run again for the rest.")
        return INTERRUPTED
    except ExtractError as error:
        _complain(str(error))
        return 1
    except Exception as error:  # noqa: BLE001
        _complain(
            f"Unexpected {type(error).__name__}: {first_line(error)} Run again with "
            f"{DEBUG_VARIABLE}=1 to see where. What was loaded before is untouched."
        )
        return 1
    return report(results)


def report(results: Sequence[UnitResult]) -> int:
    """Print a table of results, then the failures; return the exit code."""
    from extract.report import result_table  # noqa: PLC0415

    for line in result_table(results):
        sys.stdout.write(f"{line}\n")
    for result in results:
        if result.message and not result.is_failure:
            sys.stdout.write(f"Note: {result.message}\n")
    sys.stdout.flush()
    failures = [result for result in results if result.is_failure]
    for result in failures:
        _complain(result.message)
    return 1 if failures else 0


def _complain(message: str) -> None:
    if os.environ.get(DEBUG_VARIABLE) and sys.exc_info()[0]:
        traceback.print_exc()
    sys.stderr.write(f"Error: {message}\n")


def _log_to_stderr() -> None:
    logger = logging.getLogger("extract")
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
