"""The model of the settings, by whichever vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_ai.exceptions import UserError
from pydantic_ai.models import infer_model

from chat.errors import SettingsError

if TYPE_CHECKING:
    from pydantic_ai.models import Model

# Vendors whose libraries are an extra of this package.
EXTRAS = {
    "openai": "openai",
    "openai-chat": "openai",
    "openai-responses": "openai",
    "azure": "openai",
    "azure-responses": "openai",
    "google": "google",
    "google-cloud": "google",
}


def make_model(name: str) -> Model:
    """Make a model, with the key and the address of its vendor's own settings.

    Args:
        name: Vendor and model, such as anthropic:claude-sonnet-5-5.

    Raises:
        SettingsError: The vendor is not known, its key is not set, or its library is
            not installed.
    """
    vendor = name.split(":", 1)[0]
    try:
        return infer_model(name)
    except ImportError as error:
        extra = EXTRAS.get(vendor)
        way_out = (
            f"`pip install 'llm-costs[{extra}]'` installs it."
            if extra
            else "Install what pydantic-ai names for this vendor."
        )
        raise SettingsError(
            f"LLM_COSTS_CHAT_MODEL={name!r} needs a library that is not installed. "
            f"{way_out}"
        ) from error
    except (UserError, ValueError) as error:
        reason = str(error).split("\n", 1)[0]
        raise SettingsError(f"LLM_COSTS_CHAT_MODEL={name!r}: {reason}") from error
