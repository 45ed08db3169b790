"""Which streams a container keeps, and what it calls languages: without ffmpeg."""

import re

import pytest
from mux_languages import container_tag
from mux_plan import planned

WHISPER = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr "
    "bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn "
    "yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su "
    "yue"
)


def test_all_languages_of_whisper_have_a_tag() -> None:
    tags = [container_tag(code, "matroska") for code in WHISPER.split()]
    assert len(set(tags)) == 100
    assert all(re.fullmatch("[a-z]{3}", tag) for tag in tags)


TAGS = [
    ("de", "matroska", "ger"),
    ("de", "mp4", "deu"),
    ("zh", "matroska", "chi"),
    ("hi", "mp4", "hin"),
    ("yue", "mp4", "yue"),
]


@pytest.mark.parametrize(("code", "container", "tag"), TAGS)
def test_tags(code: str, container: str, tag: str) -> None:
    assert container_tag(code, container) == tag


def test_text_tracks_of_chapters_are_no_loss_but_other_data_is() -> None:
    streams = [
        {"index": 0, "codec_type": "video", "codec_name": "h264"},
        {"index": 1, "codec_type": "data", "codec_name": "bin_data", "codec_tag_string": "text"},
        {"index": 2, "codec_type": "data", "codec_name": "unknown", "codec_tag_string": "tmcd"},
        {"index": 3, "codec_type": "subtitle", "codec_name": "hdmv_pgs_subtitle"},
    ]
    for container, dropped in (("matroska", [2]), ("mp4", [2, 3])):
        plan = planned(streams, container, burn=False, subtitled=True, holds=lambda _: True)
        assert [int(text.split()[1]) for text in plan.dropped] == dropped
