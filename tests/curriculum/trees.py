"""A small valid content tree, for tests that break it in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

LESSONS = {"concepts": ["first", "second", "later"], "model": ["model-one"], "planning": ["plan-one"]}
WORDS: dict[str, dict[str, Any]] = {
    "ar": {
        "case": "حالة من العمل اليومي في مركز متخيل.",
        "idea": "تقرأ [الفجوة](term:gap) بالنقط: {{20,5 − 10,8 = 9,7}}.",
        "item": "نقطة",
        "ask": "؟",
        "term": "فجوة",
        "guide": "دليل",
        "names": {"first": "1", "second": "2", "later": "3", "model-one": "4", "plan-one": "5"},
        "title": "عنوان",
    },
    "fr": {
        "case": "Un cas de travail dans un centre fictif.",
        "idea": "L’[écart](term:gap) se lit en points\u00a0: {{20,5 − 10,8 = 9,7}}.",
        "item": "Point",
        "ask": "\u00a0?",
        "term": "écart",
        "guide": "GUIDE",
        "names": {},
        "title": "Titre",
    },
}
STAGES = 5
#: The first lesson asks for a sheet, the second shows it again.
SHEETS = {
    "first": """
::: sheet analysis
**{title}.** {case}
- [orientation] {item}
  > {case}
- [access] {title}
:::
""",
    "second": """
::: recall analysis
{case}
:::
""",
}


def write(folder: Path) -> Path:
    """Write the tree; gives the folder."""
    for lang, words in WORDS.items():
        base = folder / lang
        _yaml(base / "site.yml", {"name": f"{words['title']} {lang}", "short": words["title"]})
        _yaml(base / "facts.yml", {"F1": {"text": words["case"], "source": words["title"], "mark": "S"}})
        _yaml(base / "glossary.yml", {"gap": {"term": words["term"], "definition": words["case"]}})
        for number, (module, lessons) in enumerate(LESSONS.items(), 1):
            _module(base, words, number, module, lessons)
        _quiz(base / "concepts" / "test.yml", lang, words)
        plan = f"## {words['title']} {{#half-day}}\n\n{words['case']} {words['guide']}\n"
        guide = f"---\ntitle: {words['title']}\n---\n\n{plan}"
        (base / "concepts" / "guide.md").write_text(guide, "utf-8")
        _chart(base / "concepts" / "figures" / "rates.yml", words)
        _help(base / "help", words)
    return folder


def _help(folder: Path, words: dict[str, Any]) -> None:
    """Two topics: one for everybody, and one for the administration that leads to a step of the first."""
    _yaml(folder / "topics.yml", {"topics": ["entering", "watching"]})
    head = f"---\ntitle: {words['title']}\nsummary: {words['item']}\n"
    everybody = f"{head}pages: [accounts.sign_in]\n---\n\n## {words['item']} {{#forgotten}}\n\n{words['case']}\n"
    team = (
        f"{head}roles: [administrator]\npages: [administration.show_health]\n---\n\n"
        f"## {words['item']} {{#look}}\n\n1. [{words['item']}](help:entering#forgotten)\n"
    )
    (folder / "entering.md").write_text(everybody, "utf-8")
    (folder / "watching.md").write_text(team, "utf-8")


def _yaml(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), "utf-8")


def _module(base: Path, words: dict[str, Any], number: int, module: str, lessons: list[str]) -> None:
    head = {
        "number": number,
        "title": f"{words['title']} {number}",
        "short": words["title"],
        "summary": words["case"],
        "objectives": [words["item"]] * 3,
        "lessons": lessons,
    }
    _yaml(base / module / "module.yml", head)
    for slug in lessons:
        is_ready = slug in ("first", "second")
        front = {
            "title": f"{words['title']} {words['names'].get(slug, slug)}",
            "minutes": 20,
            "status": "ready" if is_ready else "coming",
            "objectives": [words["item"], words["case"]],
            "facts": ["F1"] if is_ready else [],
            "summary": words["case"],
        }
        text = yaml.safe_dump(front, allow_unicode=True, sort_keys=False)
        body = lesson_body(words) + SHEETS[slug].format(**words) if is_ready else ""
        (base / module / f"{slug}.md").write_text(f"---\n{text}---\n{body}", "utf-8")


def lesson_body(words: dict[str, Any]) -> str:
    stages = "\n".join(f"{number}. {words['item']}" for number in range(1, STAGES + 1))
    return f"""
## {words["title"]} {{#opening}}

::: example
{words["case"]}
:::

{words["idea"]}

## {words["item"]} {{#figures}}

::: figure rates
{words["case"]}
:::

- {words["item"]}
- **{words["case"]}**

## {words["case"]} {{#practice}}

::: activity
**{words["title"]}**
:::

::: answer
{words["case"]}
:::

::: keypoints
- {words["item"]}
- {words["item"]}
:::

::: organisation
- {words["item"]}
:::

::: stages
{stages}
:::
"""


def _chart(path: Path, words: dict[str, Any]) -> None:
    rows = [
        {"label": words["item"], "value": 20.5, "tone": "women"},
        {"label": words["title"], "value": 10.8, "tone": "men"},
    ]
    value = {"kind": "bars", "title": words["title"], "description": words["case"], "source": words["case"]}
    _yaml(path, {**value, "unit": "%", "decimals": 1, "max": 25, "rows": rows})


def _quiz(path: Path, lang: str, words: dict[str, Any]) -> None:
    def option(key: str) -> dict[str, str]:
        return {"key": key, "text": f"{words['item']} {key}", "feedback": f"{words['case']} {key}"}

    base = {"level": "apply", "lesson": "concepts/first#figures", "points": 1}
    items = [
        {**base, "key": "one", "objective": "concepts/first#1",
         "type": "single_choice", "stem": f"{words['case']} 1{words['ask']}", "right": ["a"],
         "options": [option(key) for key in "abc"], "explanation": f"{words['case']} E1"},
        {**base, "key": "two", "objective": "concepts/first#2",
         "type": "single_choice", "stem": f"{words['case']} 2{words['ask']}", "right": ["b"],
         "options": [option(key) for key in "abc"], "explanation": f"{words['case']} E2"},
        {**base, "key": "three", "objective": "concepts/second#1",
         "type": "multiple_choice", "stem": f"{words['case']} 3{words['ask']}", "right": ["a", "c"],
         "options": [option(key) for key in "abcd"], "explanation": f"{words['case']} E3"},
        {**base, "key": "four", "objective": "concepts/second#2",
         "type": "true_false", "stem": f"{words['case']} 4{words['ask']}", "statement": "true",
         "feedback_true": f"{words['case']} T", "feedback_false": f"{words['case']} F",
         "explanation": f"{words['case']} E4"},
    ]  # fmt: skip
    quiz = {
        "title": words["title"], "minutes": 30, "attempts": 3, "pause_hours": 24, "feedback": "after-submit",
        "items": items,
    }  # fmt: skip
    _yaml(path, quiz)
