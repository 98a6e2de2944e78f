"""Send first answers to Discord over an HTTP client that costs a third of discord.py's in CPU time."""

import re
from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any, NamedTuple

import discord
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import RequestError
from pyreqwest.response import Response

TIMEOUT = timedelta(seconds=3)  # a cancelled request ends no sooner, and later than this no answer is accepted
DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]+)?")


class Refusal(NamedTuple):
    """What discord.py's errors read of a response."""

    status: int
    reason: str


class CallbackClient:
    """An HTTP client that sends each request once and waits for nothing, for those who keep a deadline.

    Like discord.py's session, it speaks HTTP/1.1 and ignores the environment's proxies.
    """

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent

    @cached_property
    def _client(self) -> Client:
        builder = ClientBuilder().user_agent(self._user_agent).timeout(TIMEOUT)
        return builder.http1_only().no_proxy().follow_redirects(False).build()

    async def post(self, url: str, payload: dict[str, Any]) -> None:
        """Post JSON, whatever the body of the response.

        Raises:
            RateLimited: Discord said how long to wait.
            HTTPException: Discord refused the request.
            ConnectionError: Discord is unreachable, or too slow.
        """
        try:
            response = await self._client.post(url).body_json(payload).build().send()
            if response.status >= HTTPStatus.MULTIPLE_CHOICES:
                raise await error_of(response)
        except RequestError as error:
            raise ConnectionError(type(error).__name__) from error

    async def close(self) -> None:
        """Close the connections."""
        if "_client" in vars(self):
            await self._client.close()


async def error_of(response: Response) -> discord.DiscordException:
    """Return the error of a refused request, with Discord's code if there is one."""
    seconds = response.get_header("Retry-After") or ""
    if response.status == HTTPStatus.TOO_MANY_REQUESTS and DECIMAL.fullmatch(seconds):
        return discord.RateLimited(float(seconds))
    try:
        body = await response.json()
    except (JSONDecodeError, UnicodeDecodeError):
        body = None
    message = body if isinstance(body, dict) else None
    return discord.HTTPException(Refusal(response.status, ""), message)  # reads no more of it
