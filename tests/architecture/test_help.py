"""Every page has its help, and the help names buttons and pages as the product does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms.curriculum import build, files
from tests.catalogues import LANGS, ROOT, po_path, read, rooms

#: Nobody reads these: files, redirections, images, answers to machines; and the help itself.
NO_PAGES = {
    "attendance.download_file", "attendance.download_half_day", "attendance.download_meeting",
    "attendance.download_sample", "attendance.download_sheet", "attendance.send_calendar", "attendance.show_codes",
    "attendance.show_state", "check_in.enter", "check_in.enter_upper", "check_in.scan", "check_in.scan_upper",
    "attendance.download_export", "attendance.download_grid", "attendance.download_template",
    "accounts.download_own_data", "administration.check_chain", "bank.download", "previews.frame_of_question",
    "builder.show_picture", "previews.frame_of_quiz", "cases.show_case_picture", "previews.show_published_picture",
    "quizzes.show_case_picture", "quizzes.show_picture", "administration.export_audit", "administration.send_image",
    "certificates.download_file", "health.show_alive", "health.show_ready", "grading.go_on", "grading.show_picture",
    "live.show_picture", "live.show_state", "live_desk.show_count", "live_desk.show_screen_picture",
    "help.list_topics", "help.show_topic", "imports.download_comments", "imports.download_template",
    "imports.export_people", "learning.go_on", "logo.send_logo", "paper.show_picture", "root", "quizzes.show_time",
    "statistics.download", "styleguide.show_styleguide", "ui.send_asset",
    # A supervisor has no account, and reads all there is to know on the page itself.
    "supervisors.show_form", "supervisors.show_thanks",
    "verification.show_certificate_upper", "verification.show_form_upper", "worksheets.export_sheets",
}  # fmt: skip


def test_every_page_is_explained_by_a_topic(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        topics = build.curriculum(files.read(ROOT / "content")).help
    explained = {page for topic in topics for page in topic.pages}
    pages = {rule.endpoint for rule in sqlite_app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert sorted(pages - explained - NO_PAGES) == []
    assert sorted(NO_PAGES - pages) == []


def test_a_page_is_explained_to_everybody_who_may_open_it(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        topics = build.curriculum(files.read(ROOT / "content")).help
    left_out = [
        (page, topic.key)
        for topic in topics
        for page in topic.pages
        if topic.roles
        and not {str(role) for role in sqlite_app.view_functions[page].required_permission.roles}  # type: ignore[attr-defined]
        <= set(topic.roles)
    ]
    assert left_out == []


def said(lang: str) -> set[str]:
    """All words of the interface in a language."""
    found: set[str] = set()
    for room in rooms():
        if po_path(room, lang).exists():
            for message in read(room, lang):
                found.update(message.string if isinstance(message.string, (tuple, list)) else [message.string])
    return found


def bold(path: Path) -> Iterator[str]:
    yield from re.findall(r"\*\*([^*]+)\*\*", path.read_text("utf-8"))


@pytest.mark.parametrize("lang", LANGS)
def test_what_stands_in_bold_is_said_by_the_product_in_these_words(lang: str) -> None:
    known = said(lang)
    topics = sorted((ROOT / "content" / lang / "help").glob("*.md"))

    named = [(path.name, label) for path in topics for label in bold(path)]

    assert len(named) > 100
    assert [line for line in named if line[1] not in known] == []
