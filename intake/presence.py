"""Who is looking at a request right now: kept in Redis for seconds, nowhere else.

With Redis away nobody is seen, and nothing else changes.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from redis import Redis, RedisError

from mentors.models import Volunteer

log = logging.getLogger(__name__)

STAYS = timedelta(seconds=15)
"""After the last sign of somebody; browsers give one every five seconds."""


def _server() -> Redis:
    return _connected(settings.PRESENCE_URL)


@cache
def _connected(url: str) -> Redis:
    # A page must not wait for this: a second, and nobody is seen.
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, decode_responses=True)


def look(mre_id: int, who: Volunteer, now: datetime) -> None:
    """Say that somebody is looking at a request."""
    try:
        with _server().pipeline(transaction=False) as pipe:
            pipe.zadd(_key(mre_id), {f"{who.pk} {who}": (now + STAYS).timestamp()})
            pipe.expire(_key(mre_id), STAYS)
            pipe.execute()
    except RedisError as gone:
        log.info("Nobody can see that %s looks at %s: %s", who.pk, mre_id, gone)


def leave(mre_id: int, who: Volunteer) -> None:
    """Say that somebody looks at it no longer."""
    try:
        _server().zrem(_key(mre_id), f"{who.pk} {who}")
    except RedisError as gone:
        log.info("%s stays in sight at %s for a while: %s", who.pk, mre_id, gone)


def others(mre_ids: Iterable[int], me: Volunteer, now: datetime) -> dict[int, list[str]]:
    """By request the names of the others who are looking at it; only those that have any."""
    wanted = list(mre_ids)
    try:
        with _server().pipeline(transaction=False) as pipe:
            for mre_id in wanted:
                pipe.zrangebyscore(_key(mre_id), now.timestamp(), "+inf")
            answers = pipe.execute() if wanted else []
    except RedisError as gone:
        log.info("Nobody is seen: %s", gone)
        return {}
    seen = {mre_id: _names(found, me) for mre_id, found in zip(wanted, answers, strict=True)}
    return {mre_id: names for mre_id, names in seen.items() if names}


def _names(found: Iterable[str], me: Volunteer) -> list[str]:
    people = (entry.split(" ", 1) for entry in found)
    return sorted(name for pk, name in people if pk != str(me.pk))


def _key(mre_id: int) -> str:
    return f"looking:{mre_id}"
