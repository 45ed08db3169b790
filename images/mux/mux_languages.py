"""Language tags of containers: three letters, from the two of Whisper's languages."""

from stagekit.errors import InvalidInput

_CODES = """
af afr|am amh|ar ara|as asm|az aze|ba bak|be bel|bg bul|bn ben|bo tib bod|br bre|bs bos|ca cat|cs cze ces|
cy wel cym|da dan|de ger deu|el gre ell|en eng|es spa|et est|eu baq eus|fa per fas|fi fin|fo fao|fr fre fra|
gl glg|gu guj|ha hau|haw haw|he heb|hi hin|hr hrv|ht hat|hu hun|hy arm hye|id ind|is ice isl|it ita|ja jpn|
jw jav|ka geo kat|kk kaz|km khm|kn kan|ko kor|la lat|lb ltz|ln lin|lo lao|lt lit|lv lav|mg mlg|mi mao mri|
mk mac mkd|ml mal|mn mon|mr mar|ms may msa|mt mlt|my bur mya|ne nep|nl dut nld|nn nno|no nor|oc oci|pa pan|
pl pol|ps pus|pt por|ro rum ron|ru rus|sa san|sd snd|si sin|sk slo slk|sl slv|sn sna|so som|sq alb sqi|
sr srp|su sun|sv swe|sw swa|ta tam|te tel|tg tgk|th tha|tk tuk|tl tgl|tr tur|tt tat|uk ukr|ur urd|uz uzb|
vi vie|yi yid|yo yor|yue yue|zh chi zho
"""
"""ISO 639-2 (loc.gov/standards/iso639-2): Whisper's code, the bibliographic one, and the terminology code
where it is another. `jw` is Whisper's own for Javanese; `yue` is ISO 639-3, as 639-2 has no Cantonese."""

_TABLE = {parts[0]: (parts[1], parts[-1]) for parts in map(str.split, _CODES.split("|"))}


def container_tag(language: str, container: str) -> str:
    """Return the tag for `language` (`de`, or three letters as they are): `ger` in Matroska, `deu` in mp4.

    Matroska takes the bibliographic form (RFC 9559, 12), mp4 the terminology one (ISO/IEC 14496-12, mdhd).

    Raises:
        InvalidInput: two letters that no language of Whisper has.

    """
    if language in _TABLE:
        bibliographic, terminology = _TABLE[language]
        return terminology if container == "mp4" else bibliographic
    if len(language) == 3:
        return language
    raise InvalidInput(f"language {language} isn't known; give its three letters of ISO 639-2 as --language")
