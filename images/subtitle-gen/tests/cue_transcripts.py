"""Transcripts, and the cues that they become."""

from subtitle_cues import subtitles
from subtitle_rules import Rules

from stagekit.documents import Cue, Segment, Songs, Transcript, Word


def spoken(*segments: Segment, language: str = "en", duration: float = 60) -> Transcript:
    return Transcript(
        language=language, spoken=language, duration=duration, words="aligned", segments=list(segments)
    )


def said(text: str, start: float, end: float, speaker: str | None = None) -> Segment:
    """Return a segment whose words share its time evenly."""
    parts = text.split()
    step = (end - start) / len(parts)
    words = [
        Word(text=part, start=start + i * step, end=start + (i + 0.9) * step, speaker=speaker)
        for i, part in enumerate(parts)
    ]
    return Segment(start=start, end=end, text=text, speaker=speaker, words=words)


def shown(transcript: Transcript, rules: Rules | None = None, songs: Songs | None = None) -> list[Cue]:
    return subtitles(transcript, songs, rules or Rules(language=transcript.language)).cues


LONG = (
    "When I was a boy we lived near the harbour, and every morning I heard the ships. "
    "My father worked on one of them, the largest, for more than thirty years."
)
