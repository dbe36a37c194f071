"""The demo's folder: where it is, what survives, what is forgotten."""

from __future__ import annotations

from pathlib import Path

from distribution.demo.home import Addresses, Home
from distribution.settings.environment import OPTIONAL, Settings, Variable


def test_it_lies_where_the_user_keeps_data(tmp_path: Path) -> None:
    assert Home.of({"XDG_DATA_HOME": str(tmp_path)}).directory == tmp_path / "saleor-distribution" / "demo"
    # The specification has relative paths ignored.
    for unset in ({}, {"XDG_DATA_HOME": ""}, {"XDG_DATA_HOME": "somewhere"}):
        assert Home.of(unset).directory == Path.home() / ".local/share/saleor-distribution/demo"


def test_keys_stay_and_a_whole_year_is_remembered(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    home.prepare()
    keys = home.keys()
    assert not home.loaded
    home.mark_loaded()
    again = Home(tmp_path / "demo")
    assert again.loaded
    assert again.keys() == keys
    assert (tmp_path / "demo" / "keys.json").stat().st_mode & 0o077 == 0


def test_a_shop_at_another_address_is_noticed(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    home.prepare()
    home.mark_loaded()
    assert home.has_moved(Addresses("127.0.0.1", 5000))
    home.mark_moved(Addresses("127.0.0.1", 5000))
    assert home.loaded
    assert not home.has_moved(Addresses("127.0.0.1", 5000))
    assert home.has_moved(Addresses("127.0.0.1", 8000))


def test_fresh_forgets_everything(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    home.prepare()
    home.keys()
    home.mark_loaded()
    home.erase()
    assert not home.directory.exists()
    home.erase()


def test_its_processes_get_sound_settings(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    home.prepare()
    environment = home.environment(
        Addresses("0.0.0.0", 6000),
        database_url=f"postgresql://postgres@/demo?host={tmp_path}",
        redis_url=f"unix://{tmp_path}/socket",
    )
    settings = Settings.load(environment, needs=set(Variable) - OPTIONAL)
    assert settings.portal_url == "http://localhost:6000"
    assert settings.storefront_url == "http://localhost:6001"
    assert settings.saleor_api_url == "http://127.0.0.1:6001/graphql/"
