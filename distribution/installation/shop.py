"""Does the shop answer, does it let us do our work, and does it tell us of orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import urljoin

import httpx

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused
from distribution.adapters.saleor.voucher_offer import read_offer
from distribution.errors import DomainError
from distribution.installation.clock import Clock, check_clock
from distribution.installation.outcome import Finding, one_line
from distribution.installation.outcomes import found

SALEOR_SECONDS = 3.0
_OLDEST_SALEOR = (3, 22)
_ORDERS, _DISCOUNTS = "MANAGE_ORDERS", "MANAGE_DISCOUNTS"
_SHOP = "{ shop { version } app { name isActive permissions { code } } }"
_DELIVERIES = """
{ app { webhooks { isActive eventDeliveries(first: 10, sortBy: { field: CREATED_AT, direction: DESC }) {
  edges { node { status } } } } } }
"""
PURPOSES = {
    _ORDERS: "Without it no order can be read, and nobody is paid",
    _DISCOUNTS: "Without it distributors' codes cannot be put into the voucher",
}
"""What is not possible without a permission."""


def check_saleor(api_url: str, token: str, *, voucher_id: str | None) -> Iterator[Finding]:
    """It answers, takes our token, lets us read orders, has the voucher, and is new enough."""
    with SaleorClient(api_url, token, timeout_seconds=SALEOR_SECONDS, sleep=lambda _seconds: None) as client:
        try:
            answer = client.execute(_SHOP, {})
        except SaleorRefused as error:
            yield found("saleor.refused", error=one_line(error.message))
            return
        except DomainError as error:
            yield found("saleor.unreachable", error=one_line(error.message))
            return
        app = answer.data.get("app")
        if not app or not app.get("isActive"):
            yield found("saleor.no_app")
            return
        missing = _missing(app, voucher_id)
        if missing:
            purpose = PURPOSES[missing[0]]
            yield found("saleor.permissions", missing=", ".join(missing), purpose=purpose, name=app["name"])
        else:
            shown = str((answer.data.get("shop") or {}).get("version"))
            code = "saleor.old" if _numbers(shown) < _OLDEST_SALEOR else "saleor.good"
            yield found(code, version=shown, name=app["name"])
        if voucher_id is not None and _DISCOUNTS not in missing:
            yield from _voucher(client, voucher_id)
        yield from _deliveries(client)


def check_plugin(api_url: str, *, app_installed: bool, clock: Clock) -> Iterator[Finding]:
    """The plugin's own health, asked as anybody may; and Saleor's clock, by the same answer."""
    base = urljoin(api_url, "/plugins/")
    try:
        with httpx.Client(timeout=SALEOR_SECONDS) as http:
            asked_at = clock()
            answer = http.get(f"{base}global/distribution/health")
            answered_at = clock()
            is_there = answer.status_code == 404 and _is_ours(http.get(f"{base}distribution/health"))
    except httpx.HTTPError as error:
        yield found("plugin.unreachable", error=one_line(error) or type(error).__name__)
        return
    yield from _saleors_clock(answer, asked_at, answered_at)
    if _is_ours(answer):
        yield _health(answer.json())
    elif answer.status_code != 404:
        yield found("plugin.unreachable", error=f"HTTP {answer.status_code}")
    elif app_installed:
        yield found("plugin.app")
    else:
        yield found("plugin.inactive" if is_there else "plugin.absent")


def _health(health: dict[str, Any]) -> Finding:
    if health.get("breaker") != "closed":
        wrong = ", ".join(health.get("wrong_variables") or ())
        reason = f"{wrong} missing or wrong" if wrong else str(health.get("last_failure"))
        return found("plugin.unwell", reason=one_line(reason))
    ours, theirs = version("saleor-distribution"), str(health.get("version", "unknown"))
    if theirs != ours:
        return found("plugin.other_version", theirs=theirs, ours=ours)
    return found("plugin.good", version=theirs)


def _is_ours(answer: httpx.Response) -> bool:
    return answer.status_code in (200, 503) and b'"breaker"' in answer.content


def _saleors_clock(answer: httpx.Response, asked_at: datetime, answered_at: datetime) -> Iterator[Finding]:
    try:
        said = parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError):
        return
    theirs = said if said.tzinfo else said.replace(tzinfo=UTC)
    agrees = check_clock("Saleor", theirs, asked_at=asked_at, answered_at=answered_at)
    if agrees.state != "good":
        yield agrees


def _missing(app: dict[str, Any], voucher_id: str | None) -> list[str]:
    has = {each["code"] for each in app.get("permissions") or ()}
    wanted = [_ORDERS] if voucher_id is None else [_ORDERS, _DISCOUNTS]
    return [each for each in wanted if each not in has]


def _voucher(client: SaleorClient, voucher_id: str) -> Iterator[Finding]:
    try:
        if read_offer(client, voucher_id) is None:
            yield found("voucher.missing", voucher=voucher_id)
    except DomainError as error:
        yield found("saleor.unreachable", error=one_line(error.message))


def _deliveries(client: SaleorClient) -> Iterator[Finding]:
    """Only an App has webhooks of its own; a token made by hand has none."""
    try:
        app = client.execute(_DELIVERIES, {}).data.get("app") or {}
    except DomainError:
        return
    webhooks = [each for each in app.get("webhooks") or () if each.get("isActive")]
    if webhooks:
        edges = [edge for each in webhooks for edge in (each.get("eventDeliveries") or {}).get("edges") or ()]
        failed = sum(edge["node"]["status"] == "FAILED" for edge in edges)
        yield found("app.failing", count=failed) if failed else found("app.good")


def _numbers(shown: str) -> tuple[int, ...]:
    return tuple(int(part) for part in shown.split(".")[:2] if part.isdigit())
