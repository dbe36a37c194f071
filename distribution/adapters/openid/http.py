"""Asking a provider: bounded in time and size, following nobody elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from distribution.adapters.openid.errors import ProviderUnreachable

_SECONDS = 5.0
_LARGEST = 256 * 1024


def ask(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: str | None = None
) -> tuple[int, dict[str, Any]]:
    """Status and JSON object at this address; raises ProviderUnreachable."""
    try:
        with httpx.stream(
            method, url, headers=headers, content=body, timeout=_SECONDS, follow_redirects=False
        ) as answer:
            content = b""
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > _LARGEST:
                    raise ProviderUnreachable("the provider's answer is too large")
        document = json.loads(content)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderUnreachable(f"the provider does not answer: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise ProviderUnreachable("the provider's answer is no JSON object")
    return answer.status_code, document
