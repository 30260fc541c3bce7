"""A course as one file: what its manifest says, read strictly. Pure.

Everything that is wrong is found in one reading and told with its place, so that who
made the file mends it at once; a manifest with one fault gives no course at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from re import compile as pattern
from typing import Any

from lms.catalogue.rules.captions import read_captions, too_late, written
from lms.catalogue.rules.courses import LessonKind, sound_question
from lms.policy.model import Specialty, Track

FORMAT = "xueshi-course/1"
MANIFEST = "course.json"
SUMS = "SHA256SUMS"
MOST_BYTES = 512 * 2**20
MOST_MANIFEST = 8 * 2**20
MOST_ENTRIES = 400
MEDIA_NAME = pattern(r"media/([0-9a-f]{64})\.(mp4|webm|pdf)")
_NO_WORDS = pattern(r"[\0\ud800-\udfff]")
"""JSON can name halves of a sign that no text holds, and no database keeps."""

_HEX = pattern(r"[0-9a-f]{64}")
_MOST_LESSONS = 1000
_MOST_FAULTS = 100
_LONGEST_TEXT = 400_000
_MOST_CREDIT = 10_000
_MOST_SECONDS = 600_000
_MOST_FEN = 10_000_000
_YEARS = (2020, 2100)
_MOST_QUESTIONS = 200
_MOST_SIZE = 2 * 2**30


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `chapter` and `lesson` count from one; 0: the course."""

    code: str
    chapter: int = 0
    lesson: int = 0
    what: str = ""


@dataclass(frozen=True, slots=True)
class BundledMedia:
    """A film or document that a lesson shows; `file` names its body in the package."""

    sha256: str
    size: int
    name: str
    file: str | None


@dataclass(frozen=True, slots=True)
class BundledQuestion:
    """A question of a lesson. Units: `at_second` of the film."""

    stem: str
    options: tuple[str, ...]
    key: tuple[int, ...]
    explanation: str
    at_second: int | None


@dataclass(frozen=True, slots=True)
class BundledLesson:
    """A lesson of the package. Units: `credit` hundredths of a 学时; seconds."""

    title: str
    kind: LessonKind
    credit: int
    required_seconds: int
    body_html: str
    captions: str
    questions: tuple[BundledQuestion, ...]
    film: BundledMedia | None
    document: BundledMedia | None


@dataclass(frozen=True, slots=True)
class BundledChapter:
    """A chapter of the package."""

    title: str
    lessons: tuple[BundledLesson, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A course as its file has it. Units: `price_fen` fen."""

    title: str
    summary_html: str
    specialty: Specialty | None
    track: Track
    price_fen: int
    teacher: str
    teacher_title: str
    year: int
    chapters: tuple[BundledChapter, ...]

    @property
    def media(self) -> Iterator[BundledMedia]:
        """Go through what the lessons show."""
        for chapter in self.chapters:
            for lesson in chapter.lessons:
                yield from (one for one in (lesson.film, lesson.document) if one)


@dataclass
class Reading:
    """A manifest under the eye; `faults` is empty when all was sound."""

    files: frozenset[str]
    faults: list[Fault] = field(default_factory=list)
    chapter: int = 0
    lesson: int = 0

    def wrong(self, what: str, code: str = "bundle.field") -> None:
        """Note what is wrong, and where."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(code, self.chapter, self.lesson, what))

    def text(self, of: Mapping[str, Any], name: str, most: int, least: int = 0) -> str:
        """Read words of a length."""
        found = of.get(name, "")
        if not isinstance(found, str) or _NO_WORDS.search(found):
            self.wrong(name)
            return ""
        if not least <= len(found.strip()) <= most:
            self.wrong(name, "bundle.length")
        return found

    def number(self, of: Mapping[str, Any], name: str, least: int, most: int) -> int:
        """Read a whole number between two."""
        found = of.get(name, 0)
        if type(found) is not int or not least <= found <= most:
            self.wrong(name, "bundle.number")
            return least
        return found

    def rows(self, of: Mapping[str, Any], name: str, most: int) -> list[Any]:
        """Read a list."""
        found = of.get(name, [])
        if not isinstance(found, list) or len(found) > most:
            self.wrong(name)
            return []
        return found

    def thing(self, found: object, name: str) -> Mapping[str, Any]:
        """Read an object with names."""
        if isinstance(found, dict):
            return found
        self.wrong(name)
        return {}


def read_bundle(
    told: object, files: frozenset[str]
) -> tuple[Bundle | None, list[Fault]]:
    """Read a manifest beside the files that came with it; all its faults, if any."""
    reading = Reading(files)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        return None, [Fault("bundle.format")]
    of = reading.thing(told.get("course"), "course")
    chapters = _chapters(reading, told)
    reading.chapter = reading.lesson = 0
    bundle = Bundle(
        title=reading.text(of, "title", 80, 1),
        summary_html=reading.text(of, "summary_html", 20_000),
        specialty=_one_of(reading, of, "specialty", Specialty),
        track=_one_of(reading, of, "track", Track) or Track.ELECTIVE,
        price_fen=reading.number(of, "price_fen", 0, _MOST_FEN),
        teacher=reading.text(of, "teacher", 40),
        teacher_title=reading.text(of, "teacher_title", 80),
        year=reading.number(of, "year", *_YEARS),
        chapters=chapters,
    )
    if of.get("track") is None:
        reading.wrong("track")
    for name in sorted(files - {one.file for one in bundle.media}):
        reading.wrong(name, "bundle.unnamed_file")
    return (None if reading.faults else bundle), reading.faults


def _one_of(reading: Reading, of: Mapping[str, Any], name: str, kind: Any) -> Any:  # noqa: ANN401 - as JSON has it
    found = of.get(name)
    if found is None:
        return None
    try:
        return kind(found)
    except ValueError:
        reading.wrong(name)
        return None


def _chapters(reading: Reading, told: Mapping[str, Any]) -> tuple[BundledChapter, ...]:
    made = []
    for n, found in enumerate(reading.rows(told, "chapters", _MOST_LESSONS), 1):
        reading.chapter, reading.lesson = n, 0
        of = reading.thing(found, "chapter")
        title = reading.text(of, "title", 80, 1)
        lessons = []
        for place, one in enumerate(reading.rows(of, "lessons", _MOST_LESSONS), 1):
            reading.lesson = place
            lessons.append(_lesson(reading, reading.thing(one, "lesson")))
        made.append(BundledChapter(title, tuple(lessons)))
    return tuple(made)


def _lesson(reading: Reading, of: Mapping[str, Any]) -> BundledLesson:
    kind = _one_of(reading, of, "kind", LessonKind)
    if of.get("kind") is None:
        reading.wrong("kind")
    rows = reading.rows(of, "questions", _MOST_QUESTIONS)
    return BundledLesson(
        title=reading.text(of, "title", 120, 1),
        kind=kind or LessonKind.DOCUMENT,
        credit=reading.number(of, "credit", 0, _MOST_CREDIT),
        required_seconds=reading.number(of, "required_seconds", 0, _MOST_SECONDS),
        body_html=reading.text(of, "body_html", _LONGEST_TEXT),
        captions=_captions(reading, of),
        questions=tuple(_question(reading, one) for one in rows),
        film=_media(reading, of, "film", {"mp4", "webm"}),
        document=_media(reading, of, "document", {"pdf"}),
    )


def _captions(reading: Reading, of: Mapping[str, Any]) -> str:
    text = reading.text(of, "captions", _LONGEST_TEXT)
    if not text.strip():
        return ""
    read = read_captions(text)
    if read.wrong or too_late(read.cues, None):
        reading.wrong(f"captions:{read.line}", "bundle.captions")
    return written(read.cues)


def _question(reading: Reading, found: object) -> BundledQuestion:
    of = reading.thing(found, "question")
    options, key = of.get("options"), of.get("key")
    at = of.get("at_second")
    words = isinstance(options, list) and all(
        isinstance(one, str) and "\0" not in one for one in options
    )
    places = isinstance(key, list) and all(type(one) is int for one in key)
    if not (words and places and sound_question(options or [], key or [])):
        reading.wrong(str(of.get("stem", ""))[:20], "bundle.question")
        options, key = [], []
    if at is not None and not (type(at) is int and 0 < at <= _MOST_SECONDS):
        reading.wrong("at_second", "bundle.number")
        at = None
    return BundledQuestion(
        stem=reading.text(of, "stem", 2000, 1),
        options=tuple(options or ()),
        key=tuple(key or ()),
        explanation=reading.text(of, "explanation", 5000),
        at_second=at,
    )


def _media(
    reading: Reading, of: Mapping[str, Any], name: str, kinds: set[str]
) -> BundledMedia | None:
    if of.get(name) is None:
        return None
    told = reading.thing(of[name], name)
    digest, file = told.get("sha256"), told.get("file")
    if not isinstance(digest, str) or not _HEX.fullmatch(digest):
        reading.wrong(f"{name}.sha256")
        return None
    if file is not None:
        named = MEDIA_NAME.fullmatch(file) if isinstance(file, str) else None
        if named is None or named[1] != digest or named[2] not in kinds:
            reading.wrong(f"{name}.file")
            return None
        if file not in reading.files:
            reading.wrong(file, "bundle.no_file")
    size = reading.number(told, "size", 0, _MOST_SIZE)
    return BundledMedia(digest, size, reading.text(told, "name", 200), file)
