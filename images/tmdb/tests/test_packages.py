"""Every package that tmdb asks for is called, not only imported."""

import http.server
import threading


def _requests() -> None:
    import requests

    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.handle_request, daemon=True).start()
    answer = requests.get(f"http://127.0.0.1:{server.server_port}/", timeout=5)
    server.server_close()
    assert answer.status_code == 501, "what a handler without do_GET answers"


def _guessit() -> None:
    from guessit import guessit

    found = guessit("The.Matrix.1999.1080p.BluRay.x264-GRP.mkv", {"type": "movie"})
    assert (found["title"], found["year"], found["screen_size"]) == ("The Matrix", 1999, "1080p")


CALLS = {"requests": _requests, "guessit": _guessit}


def test_package_works(requested: str) -> None:
    CALLS[requested]()
