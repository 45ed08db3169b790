"""TMDB over HTTP: the token kept to itself, not too fast, patient with a busy server."""

import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError
from tmdb_cache import Cache

from stagekit.errors import InvalidInput, Missing, WorkFailed

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

log = logging.getLogger("stagekit.tmdb")

LONGEST_WAIT = 60.0
"""Seconds: a server that asks for more patience than this is given up."""

Answer = TypeVar("Answer", bound=BaseModel)


class Pace:
    """Lets a block begin at most `rate` times a second."""

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._between, self._clock, self._sleep = 1 / rate, clock, sleep
        self._next = clock()

    def wait(self) -> None:
        """Return when the next one may begin."""
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._between


class Client:
    """Asks TMDB.

    The token goes into the header, or, where it looks like a key of version 3 (32 hex digits), into the
    query: TMDB takes such a key nowhere else. It is never part of what the cache keeps.
    """

    def __init__(
        self, url: str, token: SecretStr, cache: Cache, rate: float, retries: int, timeout: float
    ) -> None:
        from requests import Session

        self._url, self._cache, self._pace = url.rstrip("/"), cache, Pace(rate)
        self._retries, self._timeout = retries, timeout
        self._session = Session()
        secret = token.get_secret_value()
        self._key = {"api_key": secret} if re.fullmatch("[0-9a-fA-F]{32}", secret) else {}

        def sign(request: "PreparedRequest") -> "PreparedRequest":
            request.headers["Accept"] = "application/json"
            if not self._key:
                request.headers["Authorization"] = f"Bearer {secret}"
            return request

        self._session.auth = sign  # a header alone would lose to a .netrc file

    def get(self, path: str, query: Mapping[str, str | int], kind: type[Answer]) -> Answer:
        """Return the answer to `path` with `query` as `kind`, from the cache where it has a fresh one.

        Raises:
            Missing: TMDB refuses the token.
            WorkFailed: TMDB can't be reached, refuses, stays busy, or answers something else.

        """
        asked = f"{self._url}/{path}?" + "&".join(f"{name}={query[name]}" for name in sorted(query))
        kept = self._cache.get(asked, kind)
        if kept is not None:
            log.debug("from the cache: %s", asked)
            return kept
        body = self._fetch(path, query)
        try:
            answer = kind.model_validate_json(body)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the answer"
            said = f"{place}: {first['msg']}"
            raise WorkFailed(f"{self._url}/{path} answers no {kind.__name__} ({said}); see --url") from error
        self._cache.put(asked, body)
        return answer

    def _fetch(self, path: str, query: Mapping[str, str | int]) -> str:
        from requests import RequestException
        from requests.exceptions import ChunkedEncodingError, InvalidURL, Timeout
        from requests.exceptions import ConnectionError as Unreachable

        place = f"{self._url}/{path}"
        for attempt in range(self._retries + 1):
            self._pace.wait()
            try:
                response = self._session.get(
                    place, params={**query, **self._key}, timeout=self._timeout, allow_redirects=False
                )
                if response.status_code == 200:
                    return str(response.content, errors="replace")
                problem, again = _refusal(response), response.status_code in (429, 500, 502, 503, 504)
                wait = _asked_wait(response)
            except InvalidURL as error:
                raise InvalidInput(f"--url {self._url} is no address") from error
            except RequestException as error:  # their texts hold the address, and so the key
                problem = "no answer in time" if isinstance(error, Timeout) else _reason(error)
                again, wait = isinstance(error, Unreachable | Timeout | ChunkedEncodingError), None
            if not again or attempt == self._retries:
                break
            seconds = backoff(attempt) if wait is None else wait
            if seconds > LONGEST_WAIT:
                problem += f", and asks to wait {seconds:.0f} s"
                break
            log.info("%s: %s; again in %.1f s", place, problem, seconds)
            time.sleep(seconds)
        tried = f" after {attempt + 1} tries" if attempt else ""
        raise WorkFailed(f"{place}: {problem}{tried}; run again later, or look at the network and --url")


def backoff(attempt: int, chance: Callable[[], float] = random.random) -> float:
    """Return the seconds to wait after try `attempt` (from 0): twice as long each time, and up to half more.

    The chance part keeps many that failed together from coming back together.
    """
    return min(0.5 * 2.0**attempt, LONGEST_WAIT / 2) * (1 + chance() / 2)


def _refusal(response: "Response") -> str:
    """Return what the server says of its refusal.

    Raises:
        Missing: it is about the token.

    """
    try:
        said = str(response.json()["status_message"])
    except (ValueError, KeyError, TypeError):
        said = str(response.reason)
    if response.status_code in (401, 403):
        raise Missing(
            f"TMDB refuses the token ({said}); put a valid one into --token-file or TMDB_TOKEN "
            "(themoviedb.org, Settings, API)"
        )
    return f"answers {response.status_code} ({said})"


def _asked_wait(response: "Response") -> float | None:
    """Return the seconds that the server asks to wait, as a number or until a date; None where it doesn't."""
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry

    try:
        return float(Retry().parse_retry_after(response.headers["Retry-After"]))
    except (KeyError, InvalidHeader):
        return None


def _reason(error: Exception) -> str:
    """Return the words of the operating system, from under the layers of requests and urllib3."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return f"can't be reached: {cause.strerror}"
        inner = getattr(cause, "reason", None) or next(iter(cause.args), None)
        cause = inner if isinstance(inner, BaseException) else cause.__cause__ or cause.__context__
    return f"can't be reached ({type(error).__name__})"
