"""Settings of a source, resolved by dlt; what is wrong is said with the name of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, get_args, get_origin

from dlt.common.configuration import resolve_configuration
from dlt.common.configuration.exceptions import (
    ConfigFieldMissingException,
    ConfigValueCannotBeCoercedException,
)

from extract.errors import ExtractError

if TYPE_CHECKING:
    from dlt.common.configuration.specs import BaseConfiguration

Settings = TypeVar("Settings", bound="BaseConfiguration")

# How a value of each kind is written.
FORMS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number such as 0.05",
    list: 'a list such as ["first", "second"]',
}


def configured(settings: Settings, source: str) -> Settings:
    """Return the settings of ``[sources.<source>]``.

    Args:
        settings: Their class, not resolved yet.
        source: The source.

    Raises:
        ExtractError: A setting is missing, or is no value of its kind.
    """
    section = f"sources.{source}"
    try:
        return resolve_configuration(settings, sections=("sources", source))
    except ConfigFieldMissingException as error:
        missing = sorted(error.fields)
        names = " and ".join(f"{section}.{name}" for name in missing)
        variables = " and ".join(_variable(source, name) for name in missing)
        raise ExtractError(
            f"{names} is not set. Set {variables}, or it in .dlt/config.toml "
            f"(extract/{section.replace('.', '/')}/README.md)."
        ) from error
    except ConfigValueCannotBeCoercedException as error:
        kind = get_origin(error.hint) or error.hint
        kinds = [kind, *get_args(error.hint)]
        form = next((FORMS[one] for one in kinds if one in FORMS), "another value")
        raise ExtractError(
            f"{section}.{error.field_name} is {error.field_value!r}: write {form} "
            f"({_variable(source, error.field_name)})."
        ) from error


def require_count(section: str, name: str, value: int, least: int = 0) -> None:
    """Raise if a number of months or days is below what can be meant.

    Args:
        section: Where the setting stands, such as sources.aws_cur.
        name: The setting.
        value: What it says.
        least: The least that it may say.
    """
    if value < least:
        raise ExtractError(
            f"{section}.{name} is {value}: write a whole number of at least {least}."
        )


def _variable(source: str, name: str) -> str:
    return f"SOURCES__{source}__{name}".upper()
