"""The compose file hangs together: it names what exists, and settings that are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from distribution.settings.environment import OPTIONAL, Settings, Variable

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# Made at the first start, by docker/initialise-distribution and docker/initialise-saleor.
MADE = {Variable.SECRET_KEY, Variable.ENCRYPTION_KEYS, Variable.SALEOR_TOKEN}


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_can_come_true(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        if wait["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert SERVICES[other]["restart"] == "no"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_stays_has_a_health_check_and_opens_no_port_to_the_world(name: str) -> None:
    service = SERVICES[name]
    assert "healthcheck" in service or service["restart"] == "no"
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_volumes_and_files_exist(name: str) -> None:
    service = SERVICES[name]
    for volume in service.get("volumes", []):
        assert volume.split(":")[0] in COMPOSE["volumes"]
    if "build" in service:
        assert (ROOT / service["build"]["dockerfile"]).is_file()
    for word in service.get("command") or []:
        if word.startswith("/usr/local/bin/"):
            assert (ROOT / "docker" / Path(word).name).is_file()


def test_settings_are_complete_and_right() -> None:
    environ = {name: value.replace("${STOREFRONT_URL:-", "").rstrip("}") for name, value in portal().items()}
    Settings.load(environ, needs=set(Variable) - MADE - OPTIONAL)
    assert {name for name in environ if name.startswith("DISTRIBUTION_")} == set(Variable) - MADE - OPTIONAL


def test_the_plugin_gets_what_it_needs() -> None:
    plugin = {name for name in SERVICES["saleor"]["environment"] if name.startswith("DISTRIBUTION_")}
    assert plugin == {Variable.DATABASE_URL, Variable.REDIS_URL}


def portal() -> dict[str, str]:
    return dict(SERVICES["portal"]["environment"])
