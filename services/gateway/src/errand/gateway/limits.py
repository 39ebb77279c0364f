"""Rate limits: one bucket a client and kind of request, filled up evenly over a minute, in Redis for all gateways."""

import asyncio
import time
from collections.abc import Mapping
from weakref import WeakValueDictionary

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from errand.common.errors import RateLimited
from errand.gateway.routes import Rate

_WINDOW_S = 60
_PREFIX = "gateway:limit:"
_MAX_WAIT_S = 0.1
_RETRY_AFTER_S = 5.0
_KEPT_ALLOWANCES = 10_000

# GCRA: what is stored is the moment at which the bucket will be full again, in microseconds of Redis's clock.
# Takes as many of the wanted requests as there are left: {taken, seconds until there is one}.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window, quota, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local cost = window / quota
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
-- Rounding must not eat a request: 60000000 / (60000000 / 7) may be a little less than 7.
local left = math.floor((now + window - full_at) / cost + 0.000001)
if left < 1 then
    return {0, math.ceil((full_at + cost - now - window) / 1000000)}
end
local taken = math.min(left, wanted)
full_at = full_at + taken * cost
redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
return {taken, 0}
"""

logger = structlog.stdlib.get_logger(__name__)


class QuotaSpent(RateLimited):
    """Tells the policy too, in the words of draft-ietf-httpapi-ratelimit-headers."""

    def __init__(self, rate: Rate, quota: int, retry_after_s: int) -> None:
        super().__init__(retry_after_s)
        self.headers = {
            "RateLimit-Policy": f'"{rate}";q={quota};w={_WINDOW_S}',
            "RateLimit": f'"{rate}";r=0;t={retry_after_s}',
        }


class Limits:
    """Polls are taken from Redis a second's worth at a time and spent from memory: a poller that hurries costs one
    round trip in many requests. What was taken is paid for and stays good, so a slow poller loses nothing.

    Without Redis everything is let through: a cache that is down must not close the shop.
    """

    def __init__(self, redis: Redis, quotas: Mapping[Rate, int]) -> None:
        self._take = redis.register_script(_TAKE)
        self._quotas = quotas
        self._batches = {rate: max(1, quota // _WINDOW_S if rate is Rate.POLL else 1) for rate, quota in quotas.items()}
        self._allowances: dict[tuple[Rate, str], int] = {}
        self._fetching: WeakValueDictionary[tuple[Rate, str], asyncio.Lock] = WeakValueDictionary()
        self._down_until: float | None = None

    async def spend(self, rate: Rate, client: str) -> None:
        """Count one request. Raises QuotaSpent."""
        key = rate, client
        if self._batches[rate] == 1:
            await self._fetch(rate, client)
        elif not self._spend_kept(key):
            # Requests that come at once share what the first of them fetches.
            async with self._fetching.setdefault(key, asyncio.Lock()):
                if not self._spend_kept(key):
                    self._keep(key, await self._fetch(rate, client) - 1)

    def _spend_kept(self, key: tuple[Rate, str]) -> bool:
        left = self._allowances.pop(key, 0)
        if left > 1:
            self._allowances[key] = left - 1
        return left > 0

    async def _fetch(self, rate: Rate, client: str) -> int:
        if self._down_until is not None:
            if time.monotonic() < self._down_until:
                return 1
            # Only this request finds out whether Redis is back; those that come meanwhile do not wait for it.
            self._down_until = time.monotonic() + _RETRY_AFTER_S
        quota = self._quotas[rate]
        try:
            async with asyncio.timeout(_MAX_WAIT_S):
                arguments = [_WINDOW_S * 1_000_000, quota, self._batches[rate]]
                taken, retry_after_s = await self._take([f"{_PREFIX}{rate}:{client}"], arguments)
        except (RedisError, OSError, TimeoutError) as error:
            self._note_failure(error)
            return 1
        self._note_success()
        if not taken:
            raise QuotaSpent(rate, quota, retry_after_s)
        return int(taken)

    def _keep(self, key: tuple[Rate, str], left: int) -> None:
        if len(self._allowances) >= _KEPT_ALLOWANCES:
            self._allowances.clear()
        if left:
            self._allowances[key] = left

    def _note_failure(self, error: Exception) -> None:
        if self._down_until is None:
            logger.warning("rate limits are off: no answer from Redis", error=repr(error))
        self._down_until = time.monotonic() + _RETRY_AFTER_S

    def _note_success(self) -> None:
        if self._down_until is not None:
            logger.info("rate limits are on again")
        self._down_until = None
