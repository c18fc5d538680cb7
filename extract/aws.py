"""Access to AWS: keys, profile, assumed role and endpoint, as every source has it.

Without postponed annotations: dlt would look for these names where a source inherits.
"""

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from dlt.common.configuration import configspec
from dlt.common.configuration.specs import BaseConfiguration
from dlt.common.typing import TSecretStrValue

from extract.errors import ExtractError

if TYPE_CHECKING:
    import boto3

SESSION_NAME = "llm-costs"
# A role that cannot be assumed is raised as an error, too, which is told in one line.
TRACEBACKS = ("botocore.credentials", "aiobotocore.credentials")


@configspec
class AwsAccess(BaseConfiguration):
    """How AWS is reached; without any of it the usual chain is asked.

    Attributes:
        profile: AWS profile.
        access_key_id: Key of a user.
        secret_access_key: Its secret.
        session_token: Its token, where the key is a temporary one.
        role_arn: Role to assume, with the credentials of the above.
        external_id: What the role's trust policy asks for.
        region: Region of the bucket and of STS, where the chain has none.
        endpoint_url: Another endpoint.
    """

    profile: str = ""
    access_key_id: str = ""
    secret_access_key: TSecretStrValue = ""
    session_token: TSecretStrValue = ""
    role_arn: str = ""
    external_id: str = ""
    region: str = ""
    endpoint_url: str = ""


def require_consistent(access: AwsAccess, section: str) -> None:
    """Raise if some of the settings make no sense without others.

    Args:
        access: The settings.
        section: Where they stand, such as sources.aws_cur.
    """
    if bool(access.access_key_id) != bool(access.secret_access_key):
        lacking = "secret_access_key" if access.access_key_id else "access_key_id"
        raise ExtractError(
            f"{section}.{lacking} is not set, but the other half of the key is. Set "
            "both, or neither to use the usual AWS chain."
        )
    if access.profile and access.access_key_id:
        raise ExtractError(
            f"{section}.profile and {section}.access_key_id are both set; they may be "
            "of different accounts. Keep one of them."
        )
    if access.external_id and not access.role_arn:
        raise ExtractError(
            f"{section}.external_id is set, but no role that asks for it: set "
            f"{section}.role_arn."
        )


def boto3_session(access: AwsAccess) -> "boto3.Session":
    """Return a session for calls other than reading files."""
    # Imported here: a folder on disk is read without any of AWS's packages.
    import boto3  # noqa: PLC0415
    from botocore.credentials import (  # noqa: PLC0415
        AssumeRoleCredentialFetcher,
        DeferredRefreshableCredentials,
    )
    from botocore.session import Session  # noqa: PLC0415

    base = _base_session(access)
    if not access.role_arn:
        return base
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=partial(base.client, **_endpoint(access)),
        source_credentials=_source_credentials(base),
        role_arn=access.role_arn,
        extra_args=_role_arguments(access),
    )
    session = Session()
    session._credentials = DeferredRefreshableCredentials(  # type: ignore[attr-defined]  # noqa: SLF001 - botocore has no public way
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    return boto3.Session(botocore_session=session, region_name=base.region_name)


def s3fs_options(access: AwsAccess) -> dict[str, Any]:
    """Return the same access as s3fs takes it."""
    options: dict[str, Any] = _endpoint(access)
    if access.region:
        options["client_kwargs"] = {"region_name": access.region}
    if access.role_arn:
        options["session"] = _assuming_session(access)
    elif access.access_key_id:
        options |= {"key": access.access_key_id, "secret": access.secret_access_key}
        options |= {"token": access.session_token} if access.session_token else {}
    elif access.profile:
        options["profile"] = access.profile
    return options


def _assuming_session(access: AwsAccess) -> Any:
    """Return s3fs's kind of session, which assumes the role anew when it expires."""
    from aiobotocore.credentials import (  # noqa: PLC0415 - as above
        AioAssumeRoleCredentialFetcher,
        AioCredentials,
        AioDeferredRefreshableCredentials,
    )
    from aiobotocore.session import AioSession  # noqa: PLC0415

    base = _base_session(access)
    source = _source_credentials(base).get_frozen_credentials()
    session = AioSession()
    fetcher = AioAssumeRoleCredentialFetcher(
        client_creator=partial(
            AioSession().create_client,
            region_name=base.region_name or "us-east-1",
            **_endpoint(access),
        ),
        source_credentials=AioCredentials(
            source.access_key, source.secret_key, source.token
        ),
        role_arn=access.role_arn,
        extra_args=_role_arguments(access),
    )
    session._credentials = AioDeferredRefreshableCredentials(  # noqa: SLF001 - as above
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    return session


def _base_session(access: AwsAccess) -> "boto3.Session":
    import boto3  # noqa: PLC0415 - as above

    return boto3.Session(
        profile_name=access.profile or None,
        aws_access_key_id=access.access_key_id or None,
        aws_secret_access_key=access.secret_access_key or None,
        aws_session_token=access.session_token or None,
        region_name=access.region or None,
    )


def _source_credentials(base: "boto3.Session") -> Any:
    credentials = base.get_credentials()
    if credentials is None:
        raise ExtractError(
            "There are no AWS credentials to assume the role with: set a profile, keys "
            "or the usual AWS environment."
        )
    return credentials


def _endpoint(access: AwsAccess) -> dict[str, Any]:
    return {"endpoint_url": access.endpoint_url} if access.endpoint_url else {}


def _role_arguments(access: AwsAccess) -> dict[str, str]:
    for name in TRACEBACKS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    arguments = {"RoleSessionName": SESSION_NAME}
    if access.external_id:
        arguments["ExternalId"] = access.external_id
    return arguments
