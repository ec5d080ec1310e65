"""A wrong key mended for everybody: first whose mark would change, then the change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.accounts import services as accounts
from lms.core import clock
from lms.core.access import requires
from lms.core.db import session
from lms.core.forms import EmptyForm
from lms.core.i18n import localized
from lms.core.paging import whole_number
from lms.quizzes import queries, services
from lms.quizzes.models import Question, RegradeRule
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.services.regrade import Effect

blueprint = localized(
    Blueprint("regrades", __name__, template_folder="../templates", url_prefix="/questions"),
    section="bank.list_questions",
)

#: Lines of a preview, of the trainer's own cohorts; the sums above them count everybody.
MOST_LINES = 200
#: A correction that is not done after so long has failed; the record of jobs says why.
TAKES_AT_MOST = dt.timedelta(minutes=30)
RULES = {
    RegradeRule.KEY: (_l("The new key marks everybody"), _l("Marks rise or fall, as the answers deserve.")),
    RegradeRule.BETTER: (_l("The new key, and nobody loses"), _l("Where the old key gave more, that stays.")),
    RegradeRule.FULL: (
        _l("The question is given up"),
        _l("Everybody who met it has all its points, until a new version is published."),
    ),
}


def _question_or_404(question_id: int) -> Question:
    question = queries.bank.question_or_none(session(), current_user.person_id, question_id)
    return question if question is not None and question.current_number else abort(404)


@blueprint.get("/<int:question_id>/marks/")
@requires(QuizPermission.WRITE)
def show_effects(question_id: int) -> ResponseReturnValue:
    """Whose mark a rule would change, and the newest correction with how far it is."""
    question = _question_or_404(question_id)
    rules = services.regrade.rules_for(session(), question)
    last = queries.regrade.last_regrade(session(), question)
    in_force = RegradeRule(last.rule) if last and last.number == question.current_number else None
    rule = _rule(rules, request.args.get("rule", ""), in_force)
    effects = services.regrade.effects(session(), question, rule) if rule else []
    changed = [one for one in effects if one.is_changed]
    people = queries.regrade.people_of(session(), question.id, current_user.person_id)
    own = [one for one in changed if one.attempt.enrolment_id in people]
    shown = own[:MOST_LINES]
    if shown:
        accounts.log_access(current_user, page="regrades.show_effects", people=len(shown), now=clock.now())
    return render_template(
        "quizzes/show_effects.html",
        question=question,
        rules={one: RULES[one] for one in rules},
        rule=rule,
        looked_at=len(effects),
        changed=changed,
        own=own,
        shown=shown,
        people=people,
        sums=_sums(changed),
        last=last,
        is_stuck=last is not None and last.done_at is None and last.asked_at < clock.now() - TAKES_AT_MOST,
        is_in_force=rule is not None and rule == in_force,
        words=RULES,
        form=EmptyForm(),
    )


def _rule(rules: Sequence[RegradeRule], asked: str, in_force: RegradeRule | None) -> RegradeRule | None:
    """What is looked at: what the address asks for, what was carried out already, else what a mended key is for."""
    if asked in rules:
        return RegradeRule(asked)
    if in_force in rules:
        return in_force
    return RegradeRule.KEY if RegradeRule.KEY in rules else None


def _sums(changed: Sequence[Effect]) -> dict[str, int]:
    return {
        "up": sum((one.new or 0) > (one.old or 0) for one in changed),
        "down": sum((one.new or 0) < (one.old or 0) for one in changed),
        "passes": sum(one.passes_now for one in changed),
        "fails": sum(one.fails_now for one in changed),
    }


@blueprint.post("/<int:question_id>/marks/")
@requires(QuizPermission.WRITE)
def change_marks(question_id: int) -> ResponseReturnValue:
    """Carry the rule over to every attempt, as a job whose end the page shows."""
    question = _question_or_404(question_id)
    rule = request.form.get("rule", "")
    services.regrade.ask(
        session(),
        question,
        RegradeRule(rule) if rule in set(RegradeRule) else abort(400),
        number=whole_number(request.form.get("version")),
        actor_id=current_user.person_id,
        now=clock.now(),
    )
    flash(_("The correction is under way. Each person whose mark changes gets a message."), "ok")
    return redirect(url_for(".show_effects", question_id=question.id))
