"""Everything of ours beside the plugin, as it runs at a merchant's, and the ways each of it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from tests.faulty_servers import FaultyServer
from tests.processes import distribution, environment, running
from tests.saleor.shop import Shop
from tests.saleor.slow_road import SlowRoad

SLOW_SECONDS = 10.0
_NEW_APP = """
mutation($input: AppInput!) { appCreate(input: $input) {
  authToken app { id tokens { id } } errors { field message } } }
"""
_NEW_TOKEN = """
mutation($app: ID!) { appTokenCreate(input: {app: $app}) {
  authToken appToken { id } errors { field message } } }
"""
_REVOKE = "mutation($id: ID!) { appTokenDelete(id: $id) { errors { field message } } }"
_END_OF_APP = "mutation($id: ID!) { appDelete(id: $id) { errors { field message } } }"


class Ours:
    """Worker and scheduler with a token of their own, on a road that may be slow, and the two servers."""

    def __init__(
        self,
        shop: Shop,
        road: SlowRoad,
        *,
        postgres: FaultyServer,
        redis: FaultyServer,
        urls: tuple[str, str],
    ) -> None:
        self.shop = shop
        self.road = road
        self.postgres = postgres
        self.redis = redis
        self._urls = urls
        self._processes = ExitStack()
        made = shop.saleor.run(
            _NEW_APP, input={"name": "distribution-chaos", "permissions": ["MANAGE_ORDERS"]}
        )
        self.token: str = made["appCreate"]["authToken"]
        self._app: str = made["appCreate"]["app"]["id"]
        self._token_id: str = made["appCreate"]["app"]["tokens"][0]["id"]

    def start(self) -> None:
        """Worker and scheduler run."""
        database_url, redis_url = self._urls
        environ = environment(
            DATABASE_URL=database_url,
            REDIS_URL=redis_url,
            SALEOR_API_URL=self.road.url,
            SALEOR_TOKEN=self.token,
        )
        self._processes.enter_context(running(distribution("worker", "--count", "1"), environ))
        self._processes.enter_context(running(distribution("scheduler"), environ))

    def kill(self) -> None:
        """Worker and scheduler are gone, as by a power cut."""
        self._processes.close()

    def revoke(self) -> None:
        """The shop no longer knows our token."""
        self.shop.saleor.run(_REVOKE, id=self._token_id)

    def renew(self) -> None:
        """Somebody gives us a new one."""
        made = self.shop.saleor.run(_NEW_TOKEN, app=self._app)["appTokenCreate"]
        self.token, self._token_id = made["authToken"], made["appToken"]["id"]
        self.kill()
        self.start()

    def slow(self) -> None:
        """GraphQL answers us after ten seconds."""
        self.road.seconds = SLOW_SECONDS

    def quick(self) -> None:
        """It answers at once again."""
        self.road.seconds = 0.0

    def close(self) -> None:
        """End it, and take our App out of the shop."""
        self.kill()
        self.shop.saleor.run(_END_OF_APP, id=self._app)

    @property
    def troubles(self) -> dict[str, tuple[Callable[[], None], Callable[[], None]]]:
        """How each begins and ends, by name."""
        return {
            "database stopped": (self.postgres.stop, self.postgres.recover),
            "Redis stopped": (self.redis.stop, self.redis.recover),
            "worker killed": (self.kill, self.start),
            "token revoked": (self.revoke, self.renew),
            "GraphQL slow": (self.slow, self.quick),
        }

    @contextmanager
    def trouble(self, name: str) -> Iterator[None]:
        """One of `troubles`, until the block ends."""
        begin, end = self.troubles[name]
        begin()
        try:
            yield
        finally:
            end()
