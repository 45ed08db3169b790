"""A stand-in for TMDB on loopback: search and details of the films in a JSON file, errors as TMDB's.

Shapes: developer.themoviedb.org/reference (search-movie, movie-details, append_to_response), /docs/errors.
The file is a list of films as movie/{id} with credits and alternative_titles gives them. Standard library
only, so it runs in any image: `python tmdb_server.py --host 0.0.0.0 --port 8080 --movies movies.json`.
"""

import argparse
import json
import re
import sys
import threading
import unicodedata
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 20
NOT_IN_A_SEARCH = (
    "alternative_titles",
    "belongs_to_collection",
    "budget",
    "credits",
    "genres",
    "homepage",
    "imdb_id",
    "revenue",
    "runtime",
    "status",
    "tagline",
)
APPENDABLE = ("credits", "alternative_titles")

Reply = tuple[int, Mapping[str, str], Any]
"""Status (0: hang up without a word), headers, and a body: text or bytes as they are, else as JSON."""


def failure(status: int, code: int, message: str) -> Reply:
    """Return an error in TMDB's form."""
    return status, {}, {"success": False, "status_code": code, "status_message": message}


class TmdbServer(ThreadingHTTPServer):
    """Answers as TMDB would, and keeps what it was asked.

    `replies` are given first, one to each request, before the films are looked at. `requests` are path, query
    and headers of all requests. Where `token` is set, only it is let in, else any.
    """

    daemon_threads = True

    def __init__(
        self,
        movies: list[dict[str, Any]],
        token: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__((host, port), _Handler)
        self.movies, self.token = movies, token
        self.replies: list[Reply] = []
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.url = f"http://{host}:{self.server_port}/3"

    def __enter__(self) -> "TmdbServer":
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def reply(self, path: str, query: dict[str, str], headers: dict[str, str]) -> Reply:
        """Return the answer to one request."""
        self.requests.append((path, query, headers))
        if self.replies:
            return self.replies.pop(0)
        given = query.get("api_key") or headers.get("authorization", "").removeprefix("Bearer ")
        if not given or (self.token and given != self.token):
            return failure(401, 7, "Invalid API key: You must be granted a valid key.")
        if path == "/3/search/movie":
            return self._search(query)
        number = re.fullmatch(r"/3/movie/(\d+)", path)
        film = next((film for film in self.movies if number and film["id"] == int(number[1])), None)
        if film is None:
            return failure(404, 34, "The resource you requested could not be found.")
        wanted = query.get("append_to_response", "").split(",")
        return 200, {}, {name: film[name] for name in film if name not in APPENDABLE or name in wanted}

    def _search(self, query: dict[str, str]) -> Reply:
        number = int(query.get("page", "1"))
        if not 1 <= number <= 500:
            return failure(
                400, 22, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."
            )
        words = _words(query.get("query", ""))
        found = [
            {name: film[name] for name in film if name not in NOT_IN_A_SEARCH}
            for film in self.movies
            if any(words <= _words(title) for title in _titles(film))
            and query.get("year", film["release_date"][:4]) == film["release_date"][:4]
        ]
        found.sort(key=lambda film: float(film["popularity"]), reverse=True)
        shown = found[(number - 1) * PAGE : number * PAGE] if words else []
        pages = max(1, -(-len(found) // PAGE))
        body = {"page": number, "results": shown, "total_pages": pages, "total_results": len(found)}
        return 200, {}, body


def _titles(film: dict[str, Any]) -> list[str]:
    others = film.get("alternative_titles", {}).get("titles", [])
    return [film["title"], film["original_title"], *(other["title"] for other in others)]


def _words(text: str) -> set[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return set(re.findall(r"\w+", plain))


class _Handler(BaseHTTPRequestHandler):
    server: TmdbServer

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, extra, content = self.server.reply(address.path, query, headers)
        if not status:
            self.close_connection = True
            return
        body = content.encode() if isinstance(content, str) else content
        if not isinstance(body, bytes):
            body = json.dumps(content).encode()
        self.send_response(status)
        usual = {"Content-Type": "application/json;charset=utf-8", "Content-Length": str(len(body))}
        for name, value in {**usual, **extra}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is http.server's)
        """Say nothing: the address may hold a key."""


def main() -> None:
    """Serve until stopped; the first line of output says where."""
    parser = argparse.ArgumentParser(description="A stand-in for TMDB.")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0: other machines and containers too")
    parser.add_argument("--port", type=int, default=8080, help="0: any that is free")
    parser.add_argument("--movies", type=Path, required=True, help="JSON: a list of films")
    parser.add_argument("--token", help="let in only this one")
    given = parser.parse_args()
    movies = json.loads(given.movies.read_text(encoding="utf-8"))
    server = TmdbServer(movies, given.token, given.host, given.port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
