"""Questions in versions, quizzes, attempts and every answer that arrived.

Context: marks must be explainable years later, and one wrong key mended for everybody. Decision (2026-11-24):
versions are immutable and attempts pin them; marks are fractions 0-1 with points beside; each arriving answer is
a row of its own, keyed by device and counter, so that sending it twice changes nothing. Consequence: a change of
these tables needs a migration of stored answers.
"""

from __future__ import annotations

from lms.quizzes.models.attempts import (
    AnswerArrival,
    Attempt,
    AttemptQuestion,
    AttemptState,
)
from lms.quizzes.models.bank import (
    Question,
    QuestionCase,
    QuestionCategory,
    QuestionDraft,
    QuestionTag,
    QuestionVersion,
    Writing,
)
from lms.quizzes.models.live import LiveAnswer, LivePresence, LiveQuestion, LiveRun, LiveState
from lms.quizzes.models.marking import (
    AnswerMark,
    Arrangement,
    ChangeReason,
    CommentSnippet,
    MarkChange,
    QuizAnalysis,
    Regrade,
    RegradeRule,
    ReviewRequest,
)
from lms.quizzes.models.paper import PaperEntry, PaperQuestion, PaperRow, PaperSet
from lms.quizzes.models.quizzes import (
    BlueprintLine,
    Counts,
    Feedback,
    Purpose,
    Quiz,
    QuizItem,
    QuizSection,
)

__all__ = [
    "AnswerArrival",
    "AnswerMark",
    "Arrangement",
    "Attempt",
    "AttemptQuestion",
    "AttemptState",
    "BlueprintLine",
    "ChangeReason",
    "CommentSnippet",
    "Counts",
    "Feedback",
    "LiveAnswer",
    "LivePresence",
    "LiveQuestion",
    "LiveRun",
    "LiveState",
    "MarkChange",
    "PaperEntry",
    "PaperQuestion",
    "PaperRow",
    "PaperSet",
    "Purpose",
    "Question",
    "QuestionCase",
    "QuestionCategory",
    "QuestionDraft",
    "QuestionTag",
    "QuestionVersion",
    "Quiz",
    "QuizAnalysis",
    "QuizItem",
    "QuizSection",
    "Regrade",
    "RegradeRule",
    "ReviewRequest",
    "Writing",
]
