"""Names of targets, as users type them."""

from orchestrate.steps import StepFailed


def check_target(name: str) -> str:
    """Give the target's name back, if it is one.

    Raises:
        StepFailed: It is none.
    """
    # Imported here: it takes dlt along, and `--help` should not wait for it.
    from extract.config import TARGETS  # noqa: PLC0415

    if name not in TARGETS:
        raise StepFailed(
            f"'{name}' is not a target.", way_out=f"Targets: {', '.join(TARGETS)}."
        )
    return name


def split_targets(value: str) -> tuple[str, ...]:
    """Give the targets of a list with commas, each once.

    Raises:
        StepFailed: One is no target, or is named twice.
    """
    names = tuple(check_target(name.strip()) for name in value.split(","))
    if len(set(names)) < len(names):
        raise StepFailed(
            f"A target is named twice in '{value}'.", way_out="Name each once."
        )
    return names
