"""Settings of the Azure bill.

Without postponed annotations: dlt would look for the names of the access elsewhere.
"""

from dataclasses import field

from dlt.common.configuration import configspec

from extract.azure import AzureAccess
from extract.sources.azure_costs.settings import (
    CLOSED_DAY_TOLERANCE,
    GROUPINGS,
    HISTORY_PERIODS,
    LOOK_BACK_DAYS,
    SERVICE_NAMES,
    TAG_KEY,
)


@configspec
class AzureCostsSettings(AzureAccess):
    """Settings of ``[sources.azure_costs]``, and how Azure is reached.

    Attributes:
        base_url: Of the API; a ``file://`` folder of recorded answers is served on a
            free local port while the load lasts.
        scopes: Such as ``subscriptions/<id>``; all recorded ones for a folder. Not
            needed where exports are loaded.
        export_url: Folder of exports in a storage account, or on disk.
        export_names: The only exports to load, by name; all of them by default.
        service_names: Services whose rows are landed.
        groupings: Dimensions to ask the API for.
        tag_key: Tag that names the customer; '' for none.
        second_pass_tags: Tags by which the API is asked once more, such as deployment.
        amortized: Whether amortized costs are loaded, too, which make the effective
            cost of reservations and savings plans.
        history_periods: How many months a first run reads of a live API.
        look_back_days: Months that these days touch are read on every run.
        closed_day_tolerance: Share by which the cost of a day that was complete may
            move before it is told of.
    """

    base_url: str = "https://management.azure.com"
    scopes: list[str] = field(default_factory=list)
    export_url: str = ""
    export_names: list[str] = field(default_factory=list)
    service_names: list[str] = field(default_factory=SERVICE_NAMES.copy)
    groupings: list[str] = field(default_factory=GROUPINGS.copy)
    tag_key: str = TAG_KEY
    second_pass_tags: list[str] = field(default_factory=list)
    amortized: bool = True
    history_periods: int = HISTORY_PERIODS
    look_back_days: int = LOOK_BACK_DAYS
    closed_day_tolerance: float = CLOSED_DAY_TOLERANCE
