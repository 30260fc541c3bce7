"""Read the demonstration's courses, films and questions."""

import json
from pathlib import Path
from typing import Any

from lms.catalogue.rules import LessonKind
from lms.catalogue.services import (
    AssociationFacts,
    ChapterSpec,
    CourseSpec,
    DraftFacts,
    LessonFactsIn,
    LessonSpec,
    QuestionIn,
)
from lms.exams.rules import QuestionKind
from lms.exams.services import NewQuestion
from lms.policy.model import Province, Specialty, Track

HERE = Path(__file__).parent

ASSOCIATIONS: dict[str, AssociationFacts] = {
    "YSJX": AssociationFacts(
        code="YSJX",
        name="学时演示协会",
        province=Province.INNER_MONGOLIA,
        seconds_per_hour=45,
        two_person=False,
        transfer_account={
            "name": "学时演示协会",
            "bank": "演示银行包头分行",
            "account": "6200 0000 0000 0000 001",
        },
        contact="0472-0000001",
    ),
    "BTJX": AssociationFacts(
        code="BTJX",
        name="包头建筑业协会（演示）",
        province=Province.INNER_MONGOLIA,
        transfer_account={
            "name": "包头建筑业协会（演示）",
            "bank": "演示银行昆都仑支行",
            "account": "6200 0000 0000 0000 002",
        },
        contact="0472-0000002",
    ),
    "GZJX": AssociationFacts(
        code="GZJX",
        name="贵州建设行业协会（演示）",
        province=Province.GUIZHOU,
        transfer_account={
            "name": "贵州建设行业协会（演示）",
            "bank": "演示银行贵阳支行",
            "account": "6200 0000 0000 0000 003",
        },
        contact="0851-0000003",
    ),
}


def _read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (HERE / "content" / name).read_text("utf-8")
    )
    return found


def courses() -> list[dict[str, Any]]:
    """List the courses as written."""
    return _read("courses.json")


def packages() -> list[dict[str, Any]]:
    """List the packages as written."""
    return _read("packages.json")


def film_keys() -> list[str]:
    """Name every film."""
    return [film["key"] for film in _read("films.json")]


def film_path(key: str) -> Path:
    """Say where a film lies."""
    return HERE / "films" / f"{key}.mp4"


def captions(key: str) -> str:
    """Read a film's captions."""
    return (HERE / "films" / f"{key}.vtt").read_text("utf-8")


def spec(course: dict[str, Any], media: dict[str, str], pace: int) -> CourseSpec:
    """Turn a course as written into one to publish.

    Units: `pace` seconds of study for one 学时.
    """
    specialty = course["specialty"]
    return CourseSpec(
        facts=DraftFacts(
            title=course["title"],
            summary_html=course["summary_html"],
            specialty=Specialty(specialty) if specialty else None,
            track=Track(course["track"]),
            price_fen=round(float(course["price_yuan"]) * 100),
            teacher=course["teacher"],
            teacher_title=course["teacher_title"],
            year=course["year"],
        ),
        chapters=tuple(
            ChapterSpec(
                chapter["title"],
                tuple(_lesson(one, media, pace) for one in chapter["lessons"]),
            )
            for chapter in course["chapters"]
        ),
    )


def _lesson(lesson: dict[str, Any], media: dict[str, str], pace: int) -> LessonSpec:
    credit = round(float(lesson["credit"]) * 100)
    film = lesson["film"]
    facts = LessonFactsIn(
        title=lesson["title"],
        kind=LessonKind(lesson["kind"]),
        credit=credit,
        required_seconds=credit * pace // 100,
        body_html=lesson["body_html"] or "",
        captions_vtt=captions(film) if film else "",
        media_key=media[film] if film else None,
    )
    # Asked when nearly all of the film was seen, and not as its very last picture.
    at = facts.required_seconds * 5 // 6 if film else None
    asked = tuple(
        QuestionIn(
            q["stem"], tuple(q["options"]), tuple(q["key"]), q["explanation"], at
        )
        for q in lesson["questions"]
    )
    return LessonSpec(facts, asked)


def questions() -> list[NewQuestion]:
    """List every question of the shared bank."""
    found = []
    for file in sorted((HERE / "content" / "questions").glob("*.json")):
        specialty = None if file.stem == "common" else Specialty(file.stem)
        entries = json.loads(file.read_text("utf-8"))
        found += [_question(entry, specialty) for entry in entries]
    return found


def _question(entry: dict[str, Any], specialty: Specialty | None) -> NewQuestion:
    return NewQuestion(
        association_id=None,
        specialty=specialty,
        kind=QuestionKind(entry["kind"]),
        chapter=entry["chapter"],
        stem=entry["stem"],
        options=tuple(entry["options"]),
        key=tuple(entry["key"]),
        explanation=entry.get("explanation", ""),
        basis=entry.get("basis", ""),
    )
