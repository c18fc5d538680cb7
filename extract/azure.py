"""Access to Azure: service principal, managed identity, or what the machine has.

Without postponed annotations: dlt would look for these names where a source inherits.
"""

from typing import TYPE_CHECKING

from dlt.common.configuration import configspec
from dlt.common.configuration.specs import BaseConfiguration
from dlt.common.typing import TSecretStrValue

from extract.errors import ExtractError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

NO_CREDENTIALS = (
    "Sign in (az login), set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, "
    "or the settings tenant_id, client_id and client_secret of this source; on a "
    "machine in Azure, managed_identity = true."
)


@configspec
class AzureAccess(BaseConfiguration):
    """How Azure is reached; without any of it the usual chain is asked.

    Attributes:
        tenant_id: Tenant of a service principal.
        client_id: The principal, or a managed identity that a user assigned.
        client_secret: The principal's secret.
        managed_identity: Whether the machine's own identity is used, and no other.
        storage_account_key: Key of the storage account, where roles are not used.
        storage_sas_token: Shared access signature, likewise.
        storage_endpoint_url: Another blob endpoint than the URL's account has.
    """

    tenant_id: str = ""
    client_id: str = ""
    client_secret: TSecretStrValue = ""
    managed_identity: bool = False
    storage_account_key: TSecretStrValue = ""
    storage_sas_token: TSecretStrValue = ""
    storage_endpoint_url: str = ""


def require_consistent_azure(access: AzureAccess, section: str) -> None:
    """Raise if some of the settings make no sense without others.

    Args:
        access: The settings.
        section: Where they stand, such as sources.azure_costs.
    """
    if access.managed_identity and access.client_secret:
        raise ExtractError(
            f"{section}.managed_identity and {section}.client_secret are both set; "
            "they are two identities. Keep one of them."
        )
    if not access.managed_identity:
        principal = {
            "tenant_id": access.tenant_id,
            "client_id": access.client_id,
            "client_secret": access.client_secret,
        }
        lacking = [name for name, value in principal.items() if not value]
        if lacking and len(lacking) < len(principal):
            names = " and ".join(f"{section}.{name}" for name in lacking)
            raise ExtractError(
                f"{names} is not set, but the rest of the service principal is. Set "
                "all three, or none to use the usual Azure chain."
            )
    if access.storage_account_key and access.storage_sas_token:
        raise ExtractError(
            f"{section}.storage_account_key and {section}.storage_sas_token are both "
            "set. Keep one of them; better still none, with the role Storage Blob Data "
            "Reader."
        )


def make_credential(access: AzureAccess) -> "TokenCredential":
    """Return the credential that the settings describe."""
    # Imported here: it takes half a second, and a folder on disk needs none.
    from azure.identity import (  # noqa: PLC0415
        ClientSecretCredential,
        DefaultAzureCredential,
        ManagedIdentityCredential,
    )

    if access.client_secret:
        return ClientSecretCredential(
            access.tenant_id, access.client_id, access.client_secret
        )
    if access.managed_identity:
        return ManagedIdentityCredential(client_id=access.client_id or None)
    return DefaultAzureCredential()


def describe_credential(access: AzureAccess) -> str:
    """Return in a few words whose credentials the settings name."""
    if access.client_secret:
        return f"service principal {access.client_id}"
    if access.managed_identity:
        return f"managed identity {access.client_id or 'of this machine'}"
    return "the usual Azure chain (environment, managed identity, az login)"
