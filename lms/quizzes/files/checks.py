"""What has to hold for the curriculum's quizzes: items that are fair, tests that cover what is taught, equal forms.

Item rules: domain notes, 9. Blueprint of the test before and after: the outline's table. Limits that a programme
sets itself (items of a quiz, share of cases) stand in ``site.yml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from flask_babel import force_locale

from lms.accounts.reference import organisation_keys
from lms.core.text import fold
from lms.curriculum import check as curriculum
from lms.curriculum import quiz_files, wording
from lms.curriculum.catalogue import READY
from lms.curriculum.files import LANGUAGES, RawLesson, Tree, under
from lms.curriculum.quiz_files import QuizFile
from lms.quizzes import content as contents
from lms.quizzes import lint
from lms.quizzes.content import LEVELS
from lms.quizzes.files import items as reading
from lms.quizzes.files.items import Item
from lms.quizzes.models import Feedback

#: Fields of a file besides its items: words of each language, and what both share.
HEAD_WORDS, HEAD_SHARED = ("title", "before", "after"), (
    "purpose", "minutes", "attempts", "pause_hours", "feedback", "draw"
)  # fmt: skip
#: What the head of each sort of file cannot do without.
NEEDED = {"test": ("title", "minutes", "attempts", "pause_hours", "feedback"), "form": ("before", "after")}
#: The two parallel forms of the test before and after the training.
FORMS = ("assessment/form-a.yml", "assessment/form-b.yml")
#: Their table: lessons of a group, then how many items at each level (outline, « Évaluation des acquis »).
BLUEPRINT: tuple[tuple[tuple[str, ...], dict[str, int]], ...] = (
    (("concepts/why-this-training", "concepts/training-system"), {"recall": 3, "apply": 0, "analyse": 1}),
    (("concepts/reading-figures",), {"recall": 0, "apply": 1, "analyse": 1}),
    (
        (
            "concepts/sex-gender-roles", "concepts/equality-equity-stereotypes",
            "concepts/inclusion-disability-intersectionality", "concepts/gender-analysis",
        ),
        {"recall": 2, "apply": 2, "analyse": 1},
    ),
    (("concepts/legal-framework",), {"recall": 1, "apply": 1, "analyse": 0}),
    (("model/what-the-project-says", "model/lessons-from-the-sector"), {"recall": 1, "apply": 0, "analyse": 1}),
    (("model/building-blocks", "model/actors-and-regions"), {"recall": 1, "apply": 1, "analyse": 0}),
    (
        ("model/leading-change", "model/inclusive-establishment", "model/self-assessment"),
        {"recall": 0, "apply": 1, "analyse": 2},
    ),
    (
        ("planning/from-activity-to-result", "planning/situation-analysis", "planning/theory-of-change-logframe"),
        {"recall": 1, "apply": 2, "analyse": 1},
    ),
    (("planning/indicators", "planning/baselines-targets-data-gaps"), {"recall": 0, "apply": 2, "analyse": 1}),
    (
        (
            "planning/action-plan-budget-marker", "planning/risks-monitoring-accountability",
            "planning/evaluate-and-finalise",
        ),
        {"recall": 1, "apply": 1, "analyse": 1},
    ),
)  # fmt: skip
STAGES = 5
#: A second attempt asks other questions: the bank holds so many times what one attempt draws.
TIMES_DRAWN = 2
#: In so many single-choice items of a file at most the right option may be the longest one, from so many items on.
MOST_LONGEST, FEWEST_LONGEST = 0.45, 12


@under("quiz")
def check(tree: Tree) -> None:
    """Complain of everything in the quiz files that is not as it should be."""
    files = quiz_files.read(tree)
    lessons = dict(_lessons(tree))
    items = {file.name: reading.read(tree, file) for file in files}
    for file in files:
        _check_head(tree, file)
        for item in items[file.name]:
            _check_says(tree, item)
            if not reading.is_survey(file):
                _check_place(tree, item, lessons)
        _check_keys(tree, file, items[file.name])
        _check_numbers(tree, file, items[file.name])
    for module in curriculum.MODULES:
        _check_cover(tree, module, lessons, items)
    for file in files:
        if file.is_test:
            _check_draw(tree, file, items[file.name], lessons)
    if set(FORMS) <= set(items):
        _check_forms(tree, [items[name] for name in FORMS])
    _check_once(tree, [item for file in files if not reading.is_survey(file) for item in items[file.name]])


def _lessons(tree: Tree) -> Iterator[tuple[str, RawLesson]]:
    """The lessons that are ready, by key."""
    for module in curriculum.MODULES:
        for slug in tree.yaml("fr", f"{module}/module.yml").get("lessons") or []:
            lesson = tree.lesson("fr", f"{module}/{slug}.md")
            if lesson is not None and lesson.front.get("status") == READY:
                yield f"{module}/{slug}", lesson


def _complain(tree: Tree, item: Item, text: str, lang: str = "fr", path: Sequence[Any] = ()) -> None:
    name = item.file.name
    line = tree.line_of(lang, name, "items", item.place, *path)
    tree.complain(f"{lang}/{name}", line, f"item {item.key}: {text}")


def _check_head(tree: Tree, file: QuizFile) -> None:
    ar, fr = (file.said[lang] for lang in LANGUAGES)
    known = {*HEAD_WORDS, *HEAD_SHARED, "cases", "items"}
    sort = "form" if file.name in FORMS else "test" if file.is_test else "title"
    for lang, said in (("ar", ar), ("fr", fr)):
        path = f"{lang}/{file.name}"
        for name in said.keys() - known:
            tree.complain(path, tree.line_of(lang, file.name, name), f"{name}: a quiz has no such field")
        for name in NEEDED.get(sort, ("title",)):
            if said.get(name) is None:
                tree.complain(path, 1, f"{name} is missing in the head of the quiz")
        for name in HEAD_WORDS:
            if not isinstance(said.get(name, ""), str):
                tree.complain(path, tree.line_of(lang, file.name, name), f"{name}: words are needed")
    for name in HEAD_SHARED:
        if ar.get(name) != fr.get(name):
            tree.complain(
                f"ar/{file.name}", tree.line_of("ar", file.name, name), f"{name} differs from the French file"
            )
    for name, least in (("minutes", 1), ("attempts", 1), ("pause_hours", 0)):
        if fr.get(name) is not None and not _is_count(fr[name], least, 600):
            tree.complain(f"fr/{file.name}", tree.line_of("fr", file.name, name), f"{name}: a whole number is needed")
    if fr.get("feedback") not in (None, *Feedback):
        tree.complain(
            f"fr/{file.name}", tree.line_of("fr", file.name, "feedback"), f"feedback is one of {', '.join(Feedback)}"
        )
    cases = [said.get("cases") or {} for said in (ar, fr)]
    if not all(isinstance(one, dict) and all(isinstance(text, str) for text in one.values()) for one in cases):
        tree.complain(f"fr/{file.name}", tree.line_of("fr", file.name, "cases"), "cases are keys with a text each")
    elif cases[0].keys() != cases[1].keys():
        tree.complain(f"ar/{file.name}", tree.line_of("ar", file.name, "cases"), "the same cases are needed")


def _is_count(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _check_says(tree: Tree, item: Item) -> None:
    """The rules of the builder, which warn a trainer, bind here; and the language of each text."""
    faults = [*lint.faults(item.content), *lint.missing(item.content)]
    if not reading.is_survey(item.file) and not faults:
        faults = list(chain.from_iterable(rule(item.content) for rule in lint.RULES))
    with force_locale("en"):
        for one in faults:
            path = one.path[1:] if one.path[:1] == ("settings",) else one.path
            _complain(tree, item, f"{one.title}: {one.advice}", one.lang or "fr", path)
    for place in contents.texts_of(item.content):
        for lang in LANGUAGES:
            for fault in wording.sentence_faults(place.texts.get(lang, ""), lang):
                path = place.path[1:] if place.path[:1] == ("settings",) else place.path
                _complain(tree, item, fault, lang, path)


def _check_place(tree: Tree, item: Item, lessons: Mapping[str, RawLesson]) -> None:
    """What an item measures, where it is taught, what it rests on, and in whose life it is set."""
    said = item.content
    lesson, _sep, number = said.objective_key.partition("#")
    known = lessons.get(lesson)
    if known is None or not number.isdigit() or not 1 <= int(number) <= len(known.front.get("objectives") or []):
        _complain(tree, item, f"{said.objective_key} is no objective of a lesson", path=("objective",))
    taught, _sep, step = said.lesson.partition("#")
    if taught not in lessons or step not in [one.id for one in lessons[taught].steps]:
        _complain(tree, item, f"{said.lesson} is no step of a lesson", path=("lesson",))
    is_own = lesson == item.file.lesson if item.file.lesson else lesson.startswith(f"{item.file.module}/")
    if item.file.module and not is_own:
        _complain(tree, item, f"{said.objective_key} belongs to another quiz", path=("objective",))
    for fact in item.facts:
        if fact not in tree.entries("fr", "facts.yml"):
            _complain(tree, item, f"fact {fact} is not in facts.yml", path=("facts",))
    if item.organisation and item.organisation not in organisation_keys():
        _complain(tree, item, f"{item.organisation} is no organisation of the programme", path=("organisation",))
    if item.case and item.case_text is None:
        _complain(tree, item, f"{item.case} is not among the cases of the file", path=("case",))
    if item.case and not item.organisation:
        _complain(tree, item, "a case is set in an organisation", path=("case",))
    if item.stage is not None and not 1 <= item.stage <= STAGES:
        _complain(tree, item, f"a stage of the path is 1 to {STAGES}", path=("stage",))


def _check_keys(tree: Tree, file: QuizFile, items: Sequence[Item]) -> None:
    """Neither the place nor the length of the right option may help to guess."""
    single = [item.content for item in items if item.content.type == "single_choice"]
    if lint.key_places([one.settings for one in single]):
        tree.complain(f"fr/{file.name}", 1, "the right option stands in the same place in more than half of the items")
    for lang in LANGUAGES:
        longest = sum(lint.is_longest(one, lang) for one in single)
        if len(single) >= FEWEST_LONGEST and longest > MOST_LONGEST * len(single):
            text = f"the right option is the longest in {longest} of {len(single)} items: {MOST_LONGEST:.0%} at most"
            tree.complain(f"{lang}/{file.name}", 1, text)


def _check_numbers(tree: Tree, file: QuizFile, items: Sequence[Item]) -> None:
    """How many items a quiz has, and how many of them are set in the life of an establishment."""
    site, path = tree.yaml("fr", "site.yml"), f"fr/{file.name}"
    few, many = site.get("quiz_items") or (0, 0)
    if file.is_practice and many and not few <= len(items) <= many:
        tree.complain(path, 1, f"a lesson’s quiz has {few} to {many} items, this one {len(items)}")
    if file.is_test and len(items) < (site.get("test_items") or 0):
        tree.complain(path, 1, f"a module’s test has {site['test_items']} items at least, this one {len(items)}")
    wanted = site.get("case_percent") or 0
    share = 100 * sum(bool(item.organisation) for item in items) / (len(items) or 1)
    if (file.is_test or file.name in FORMS) and share < wanted:
        tree.complain(path, 1, f"{wanted} % of the items are set in a case of an organisation, here {share:.0f} %")


def _check_cover(
    tree: Tree, module: str, lessons: Mapping[str, RawLesson], items: Mapping[str, Sequence[Item]]
) -> None:
    """Every objective is asked for, in the lesson's own quiz and in the module's test, where there are such."""
    for key, lesson in lessons.items():
        folder, _sep, slug = key.partition("/")
        names = (f"{module}/quizzes/{slug}.yml", f"{module}/test.yml") if folder == module else ()
        for name in names:
            asked = {item.content.objective_key for item in items.get(name, ())}
            for number in range(1, len(lesson.front.get("objectives") or []) + 1):
                if name in items and f"{key}#{number}" not in asked:
                    tree.complain(f"fr/{name}", 1, f"no item asks for the objective {key}#{number}")


def _check_draw(tree: Tree, file: QuizFile, items: Sequence[Item], lessons: Mapping[str, RawLesson]) -> None:
    """The bank holds enough for a second attempt that asks other questions."""
    drawn = file.said["fr"].get("draw")
    if drawn is None:
        return
    if (
        not isinstance(drawn, dict)
        or not drawn
        or any(one not in LEVELS or not _is_count(drawn[one], 1, 9) for one in drawn)
    ):
        line = tree.line_of("fr", file.name, "draw")
        tree.complain(f"fr/{file.name}", line, f"draw says how many of each level: {', '.join(LEVELS)}")
        return
    present = Counter((item.content.objective_key.partition("#")[0], item.content.level) for item in items)
    for lesson in (key for key in lessons if key.startswith(f"{file.module}/")):
        for level, count in drawn.items():
            if present[lesson, level] < TIMES_DRAWN * count:
                text = f"{lesson} has {present[lesson, level]} items of level {level}: {TIMES_DRAWN * count} are needed"
                tree.complain(f"fr/{file.name}", 1, text)


def _check_forms(tree: Tree, forms: Sequence[Sequence[Item]]) -> None:
    """Both forms fill the blueprint, place by place alike; each stage of the path is asked about."""
    for name, items in zip(FORMS, forms, strict=True):
        present = Counter(
            (place, item.content.level)
            for item in items
            for place, (lessons, _counts) in enumerate(BLUEPRINT)
            if item.content.objective_key.partition("#")[0] in lessons
        )
        for place, (lessons, counts) in enumerate(BLUEPRINT):
            for level, count in counts.items():
                if present[place, level] != count:
                    text = f"{', '.join(lessons)}: {present[place, level]} items of level {level}, not {count}"
                    tree.complain(f"fr/{name}", 1, f"blueprint: {text}")
        if {item.stage for item in items} - {None} != set(range(1, STAGES + 1)):
            tree.complain(f"fr/{name}", 1, "each of the five stages is asked about")
    for one, other in zip(*forms, strict=False):
        mine, theirs = ((of.content.objective_key, of.content.level, of.content.type, of.stage) for of in (one, other))
        if mine != theirs:
            _complain(tree, other, f"objective, level, type or stage differ from {one.key} of the other form")


def _check_once(tree: Tree, items: Sequence[Item]) -> None:
    """No question stands twice: who met it in practice would know its key in the test."""
    first: dict[tuple[str, str, str], Item] = {}
    for item in items:
        for lang in LANGUAGES:
            said = (lang, fold(item.content.stem[lang]), str(item.case_text and fold(item.case_text[lang])))
            before = first.setdefault(said, item)
            if before is not item and _options(before, lang) & _options(item, lang):
                _complain(tree, item, f"{before.content_key} asks the same question", lang, ("stem",))


def _options(item: Item, lang: str) -> set[str]:
    return {fold(place.texts[lang]) for place in contents.texts_of(item.content) if place.path[0] == "settings"}
