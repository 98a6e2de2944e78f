"""Send first answers to Discord, without what discord.py does for other requests."""

import re
from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus
from typing import Any

import aiohttp
import discord
from aiohttp import hdrs
from yarl import URL

DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]+)?")


class CallbackClient:
    """Sends each request once and waits for nothing, for those who keep a deadline."""

    def __init__(self, user_agent: str, to_json: Callable[[Any], str]) -> None:
        self._headers = {hdrs.USER_AGENT: user_agent, hdrs.CONTENT_TYPE: "application/json"}
        self._to_json = to_json

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
            skip_auto_headers=(hdrs.ACCEPT, hdrs.ACCEPT_ENCODING),  # the body of a response is empty
            timeout=aiohttp.ClientTimeout(total=None),  # of each request, whoever sends it knows the deadline
        )

    async def post(self, url: str, payload: dict[str, Any]) -> None:
        """Post JSON, whatever the body of the response.

        Raises:
            RateLimited: Discord said how long to wait.
            HTTPException: Discord refused the request.
            OSError, ClientError: Discord is unreachable.
        """
        body = self._to_json(payload).encode()
        async with self._session.post(URL(url, encoded=True), data=body, allow_redirects=False) as response:
            if response.status >= HTTPStatus.MULTIPLE_CHOICES:
                raise await error_of(response)

    async def close(self) -> None:
        """Close the connections."""
        if "_session" in vars(self):
            await self._session.close()


async def error_of(response: aiohttp.ClientResponse) -> discord.DiscordException:
    """Return the error of a refused request, with Discord's code if there is one."""
    seconds = response.headers.get(hdrs.RETRY_AFTER, "")
    if response.status == HTTPStatus.TOO_MANY_REQUESTS and DECIMAL.fullmatch(seconds):
        return discord.RateLimited(float(seconds))
    try:
        body = await response.json(content_type=None)
    except ValueError:  # not JSON, as from a proxy
        body = None
    return discord.HTTPException(response, body if isinstance(body, dict) else None)
