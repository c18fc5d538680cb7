"""A storage account of Azure: who is let in, what is asked, and what may break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import (
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)
from azure.storage.blob import BlobServiceClient
from blob_server import ACCOUNT, CONTAINER, KEY, TOKEN, Account, blob_server
from focus_bills import BILLING_ACCOUNT, azure_row, write_azure_export

import extract
from extract import blobs
from extract.azure import AzureAccess, make_credential, require_consistent_azure
from extract.blob_places import find_blob_place
from extract.errors import ExtractError
from extract.files import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = f"abfss://{CONTAINER}@{ACCOUNT}.dfs.core.windows.net"
LINES = b"x,y\n" + b"1,2\n" * 1_000


@pytest.fixture
def account() -> Iterator[Account]:
    with blob_server() as found:
        yield found


def access(account: Account, **settings: Any) -> AzureAccess:
    found = AzureAccess()
    given = {"storage_endpoint_url": account.endpoint, "storage_account_key": KEY}
    for name, value in {**given, **settings}.items():
        setattr(found, name, value)
    return found


def store(account: Account, folder: str = "", **settings: Any) -> Store:
    return Store(URL + folder, setting="a setting", access=access(account, **settings))


def test_a_container_is_listed_to_its_last_page(account):
    """A listing stops at a page's end, and says nothing of the rest."""
    for number in range(8):
        account.put(f"root/export-{number}/file.csv", LINES[: number + 5])
    account.put("root/top.csv", LINES)
    account.put("other/file.csv", LINES)
    found = store(account, "/root/")
    found.require()
    files = found.list_everything()
    assert [file.key for file in files] == [
        *(f"export-{number}/file.csv" for number in range(8)),
        "top.csv",
    ]
    assert [file.size for file in files] == [*range(5, 13), len(LINES)]
    assert found.list_folders("") == [f"export-{number}" for number in range(8)]
    assert [file.key for file in found.list_files("")] == ["top.csv"]
    assert found.find("top.csv") == files[-1]
    assert found.find("nothing.csv") is None
    assert found.read("export-1/file.csv") == LINES[:6]
    assert {request.signer for request in account.requests} == {"key"}


def test_a_blob_that_is_overwritten_while_it_is_read_is_an_error(account):
    """The first half of one delivery with the second of another is no bill."""
    account.put("file.csv", LINES)
    found = store(account)
    found.list_everything()
    account.requests.clear()
    assert count(found) == 1_000
    assert account.asked("HEAD") == []
    assert all(request.if_match for request in account.requests)
    account.put("file.csv", LINES * 2)
    with pytest.raises(duckdb.Error, match="delivered anew while it was being read"):
        count(found)


def count(found: Store) -> int:
    """Count the lines of a file that was listed before."""
    with duckdb.connect() as connection:
        found.register(connection, ["file.csv"])
        query = f"select count(*) from read_csv('{found.path('file.csv')}')"
        return int(connection.execute(query).fetchall()[0][0])


class Token:
    """A credential that gives one token, or fails."""

    def __init__(self, token: str) -> None:
        """Keep the token; '' to fail."""
        self.token = token

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        """Return the token."""
        if not self.token:
            raise ClientAuthenticationError("the secret has expired")
        return AccessToken(self.token, 4_102_444_800)


def unencrypted(url: str, **options: Any) -> BlobServiceClient:
    """Return a client that believes in TLS: without it no token is sent at all."""

    class Transport(RequestsTransport):
        def send(self, request: Any, **more: Any) -> Any:
            request.url = request.url.replace("https://", "http://")
            return super().send(request, **more)

    return BlobServiceClient(url, transport=Transport(), **options)


def test_a_role_is_enough_and_what_is_lacking_is_named(account, monkeypatch):
    """403 alone does not tell a missing role from a firewall."""
    account.put("file.csv", LINES)
    monkeypatch.setattr(blobs, "make_credential", lambda _: Token(TOKEN))
    monkeypatch.setattr(blobs, "BlobServiceClient", unencrypted)
    secure = {
        "storage_account_key": "",
        "storage_endpoint_url": account.endpoint.replace("http:", "https:"),
    }
    found = store(account, **secure)
    assert [file.key for file in found.list_everything()] == ["file.csv"]
    assert found.read("file.csv") == LINES
    assert {request.signer for request in account.requests} == {"token"}
    for code, words in (
        ("AuthorizationPermissionMismatch", "the role Storage Blob Data Reader on the"),
        ("AuthorizationFailure", "firewall or network rules"),
    ):
        account.refuses = lambda _, code=code: code
        with pytest.raises(ExtractError, match=words):
            found.require()
        with pytest.raises(ExtractError, match=f"Azure answered 403 {code}"):
            found.list_everything()
    monkeypatch.setattr(blobs, "make_credential", lambda _: Token(""))
    with pytest.raises(ExtractError, match=r"the secret has expired.*az login"):
        store(account, **secure).require()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"storage_account_key": "d3Jvbmc="}, "403 AuthenticationFailed"),
        (
            {"storage_account_key": "", "storage_sas_token": "?sv=2024&sig=x"},
            "There is no container or folder",
        ),
    ],
)
def test_keys_and_signatures_are_sent_as_the_account_wants_them(
    account, settings, words
):
    """A key of another account is told from a folder that is not there."""
    with pytest.raises(ExtractError, match=words):
        store(account, "/nowhere", **settings).require()


def test_a_container_that_is_not_there_is_named(account):
    """A misspelt name looks like an export that has not come yet."""
    wrong = Store(
        f"abfss://export@{ACCOUNT}.dfs.core.windows.net",
        setting="a setting",
        access=access(account),
    )
    with pytest.raises(ExtractError, match=r"There is no container or folder abfss://"):
        wrong.require()


@pytest.mark.parametrize(
    ("url", "endpoint", "found"),
    [
        (f"{URL}/a/b", "", ("https://billingfiles.blob.core.windows.net", "a/b")),
        (
            "https://billingfiles.blob.core.chinacloudapi.cn/exports",
            "",
            ("https://billingfiles.blob.core.chinacloudapi.cn", ""),
        ),
        (
            "az://exports/a",
            "http://127.0.0.1:10000/billingfiles",
            ("http://127.0.0.1:10000/billingfiles", "a"),
        ),
    ],
)
def test_a_folder_may_be_written_as_azures_tools_write_it(url, endpoint, found):
    """The portal copies one form, azcopy and the CLI another."""
    place = find_blob_place(url, endpoint, "a setting")
    assert (place.account_url, place.folder) == found
    assert (place.account, place.container) == (ACCOUNT, CONTAINER)


def test_a_folder_that_names_no_account_is_refused():
    """It would be looked for on disk, or on a server that gets the token."""
    with pytest.raises(ExtractError, match=r"write abfss://<container>@<account>"):
        find_blob_place("az://exports/a", "", "a setting")
    with pytest.raises(ExtractError, match="only https:// may carry credentials"):
        find_blob_place("az://exports/a", "http://files.example/a", "a setting")


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({}, DefaultAzureCredential),
        ({"managed_identity": True}, ManagedIdentityCredential),
        ({"managed_identity": True, "client_id": "c"}, ManagedIdentityCredential),
        (
            {"tenant_id": "t", "client_id": "c", "client_secret": "s"},
            ClientSecretCredential,
        ),
    ],
)
def test_the_settings_choose_whose_credentials_are_used(settings, kind):
    """A job that signs in as whoever is there reads another company's bill."""
    given = AzureAccess()
    for name, value in settings.items():
        setattr(given, name, value)
    require_consistent_azure(given, "sources.azure_costs")
    assert isinstance(make_credential(given), kind)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"client_secret": "s", "client_id": "c"}, "tenant_id is not set"),
        ({"tenant_id": "t"}, "client_id and sources.azure_costs.client_secret is not"),
        ({"managed_identity": True, "client_secret": "s"}, "two identities"),
        (
            {"storage_account_key": "k", "storage_sas_token": "s"},
            "role Storage Blob Data Reader",
        ),
    ],
)
def test_half_of_an_identity_is_named(settings, words):
    """azure-identity says of a missing secret that nobody is signed in."""
    given = AzureAccess()
    for name, value in settings.items():
        setattr(given, name, value)
    with pytest.raises(ExtractError, match=words):
        require_consistent_azure(given, "sources.azure_costs")


def test_focus_files_are_read_out_of_a_storage_account(world, account, monkeypatch):
    """Microsoft's own FOCUS export lies there and nowhere else."""
    section = "SOURCES__FOCUS_COSTS__"
    monkeypatch.setenv(f"{section}EXPORT_URL", f"{URL}/focus")
    monkeypatch.setenv(f"{section}STORAGE_ENDPOINT_URL", account.endpoint)
    monkeypatch.setenv(f"{section}STORAGE_ACCOUNT_KEY", KEY)
    write_azure_export(world.focus / "focus", [azure_row("1.2")], run="01")
    account.upload(world.focus)
    (result,) = extract.run(["focus_costs"], progress=False)
    assert result.status == "loaded", result.message
    assert result.unit == f"Azure/{BILLING_ACCOUNT.lstrip('/')}/2026-10"
    (again,) = extract.run(["focus_costs"], progress=False)
    assert again.status == "unchanged"
