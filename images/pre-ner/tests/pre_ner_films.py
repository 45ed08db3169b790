"""Metadata of a film, as tmdb writes them."""

from typing import Any

OVERVIEW = (
    "In December 1941, American expatriate Rick Blaine runs a nightclub in Casablanca, Morocco, where "
    "refugees wait for papers to Lisbon. One night Ilsa Lund, whom he loved in Paris, walks in with her "
    "husband Victor Laszlo, a leader of the Resistance. Rick's rival Signor Ferrari and Captain Renault of "
    "the police both know who holds the letters of transit that Major Strasser of the Gestapo is looking for."
)
CAST = [
    ("Humphrey Bogart", "Rick Blaine"),
    ("Ingrid Bergman", "Ilsa Lund"),
    ("Paul Henreid", "Victor Laszlo"),
    ("Claude Rains", "Captain Louis Renault"),
    ("Conrad Veidt", "Major Heinrich Strasser (uncredited)"),
    ("S. Z. Sakall", 'Carl "The Headwaiter" / Karl'),
    ("Dooley Wilson", "Sam"),
    ("Dan Seymour", "Abdul the Guard"),
    ("Torben Meyer", "Banker"),
    ("Norma Varden", "Woman in Café"),
]
CREW = [
    ("Michael Curtiz", "Director"),
    ("Max Steiner", "Original Music Composer"),
    ("Hal B. Wallis", "Producer"),
    ("Arthur Edeson", "Gaffer"),
]


def film(**changes: Any) -> dict[str, Any]:
    """Return metadata as tmdb writes them."""
    movie = {
        "id": 289,
        "title": "Casablanca",
        "original_title": "Casablanca",
        "original_language": "en",
        "year": 1942,
        "overview": OVERVIEW,
        "cast": [{"name": n, "character": c, "order": at} for at, (n, c) in enumerate(CAST)],
        "crew": [{"name": name, "job": job, "department": "x"} for name, job in CREW],
    }
    return {"title": "Casablanca", "year": 1942, "language": "en", "movie": movie | changes, "candidates": []}
