"""A learner's device without a browser: saves answers, keeps what is not acknowledged, writes down what is."""

from __future__ import annotations

import http.client
import json
import random
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any

from lms.core import clock
from lms.core import db as database
from lms.programme.models import Enrolment
from lms.quizzes import queries, services
from lms.quizzes.models import AttemptQuestion
from lms.quizzes.question_types import get
from lms.quizzes.question_types.families import OptionType
from tests.browser.site import PASSWORD

#: Position -> (id of the question of the attempt, values to choose from).
Options = dict[int, tuple[int, list[str]]]


def begin_test(db: Any, enrolment: Enrolment) -> tuple[str, Options]:
    """The first module's test begun, without a deadline: the attempt's path, and what can be chosen; committed."""
    quiz = queries.attempts.test_of(db, "concepts")
    assert quiz is not None
    attempt = services.attempts.start_attempt(db, quiz, enrolment, now=clock.now())
    attempt.deadline_at = None
    path = f"/fr/quizzes/{attempt.quiz_id}/attempts/{attempt.number}/"
    asked = queries.attempts.questions(db, attempt.id)
    boxes = [one for one in asked if isinstance(get(one.version.type), OptionType)]
    options = {one.position: (one.id, [option for option, _key in one.order]) for one in boxes}
    database.commit()
    return path, options


def reader(question: AttemptQuestion) -> Callable[[Save], Any]:
    """What the values of a save mean as an answer to this question."""
    kind, settings, order = get(question.version.type), question.version.settings, question.order
    return lambda save: kind.parse(settings, order, save.values)


@dataclass(frozen=True)
class Save:
    """One answer on its way."""

    question_id: int
    position: int
    device: str
    counter: int
    values: tuple[str, ...]


@dataclass
class Device:
    """Signed in; answers the questions that it is given, each by one device only, so that its own last one counts.

    ``path``: of the attempt.
    """

    name: str
    url: str
    address: str
    path: str
    options: Options
    rng: random.Random
    counter: int = 0
    #: Newest save of each question that nobody acknowledged, as a browser keeps it.
    waiting: dict[int, Save] = field(default_factory=dict)
    #: What was acknowledged, and in which round.
    acknowledged: list[tuple[int, Save]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        form = {"email": self.address, "password": PASSWORD, "csrf_token": self._token("/fr/sign-in")}
        self.open(f"{self.url}/fr/sign-in", urllib.parse.urlencode(form).encode()).close()
        self.token = self._token(f"{self.path}1/")

    def _token(self, path: str) -> str:
        page = self.open(self.url + path).read().decode()
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page[:500]
        return found[1]

    def save_on(self, number: int, until: Callable[[], bool]) -> None:
        """Answer at random until told to stop; what is not acknowledged waits."""
        self.send_waiting(number)
        while not until():
            position = self.rng.choice(sorted(self.options))
            question_id, values = self.options[position]
            self.counter += 1
            save = Save(question_id, position, self.name, self.counter, (self.rng.choice(values),))
            self.waiting[position] = save
            self._send(save, number)

    def send_waiting(self, number: int) -> None:
        for save in list(self.waiting.values()):
            self._send(save, number)

    def _send(self, save: Save, number: int) -> None:
        if self._is_saved(save):
            self.acknowledged.append((number, save))
            del self.waiting[save.position]

    def _is_saved(self, save: Save) -> bool:
        """Whether the server says so. A dead worker leaves no answer, half an answer, or a refused connection."""
        body = json.dumps({"device": save.device, "counter": save.counter, "values": save.values}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.token}
        request = urllib.request.Request(f"{self.url}{self.path}{save.position}/answer", body, headers)
        try:
            with self.open(request, timeout=10) as answer:
                said: Any = json.loads(answer.read())
        except urllib.error.HTTPError as error:
            # Asked to come again later is no refusal; everything else is a fault.
            if error.code != 503:
                raise
            return False
        except (OSError, http.client.HTTPException, ValueError):
            return False
        return bool(said["counter"] == save.counter)
