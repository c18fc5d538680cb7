"""A service account's key, made here, whose tokens come from a server of the test."""

import json
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def service_account(url: str, project: str = "test-project") -> dict[str, str]:
    """Give the content of a key file.

    Args:
        url: Of the server that gives tokens out.
        project: The account's project.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "project_id": project,
        "private_key_id": "1",
        "private_key": pem.decode(),
        "client_email": f"tests@{project}.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{url}/token",
    }


def write_key(folder: Path, url: str, project: str = "test-project") -> Path:
    """Write a key file into a folder."""
    path = folder / "key.json"
    path.write_text(json.dumps(service_account(url, project)), encoding="utf-8")
    return path
