"""A cache that may disappear at any time."""

from typing import Any

from django_redis.cache import RedisCache


class ForgivingRedisCache(RedisCache):
    """With its server gone, it behaves as if it were empty and forgot at once.

    django-redis then answers None to `add`; the rate limits of allauth and django-ratelimit take
    that for "somebody else holds the key" and would turn everybody away from signing in.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the key was free; without a server every key is."""
        added = super().add(*args, **kwargs)
        return True if added is None else bool(added)
