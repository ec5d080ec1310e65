"""Components say in HTML what assistive technology needs, and hold no style."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask, g, render_template_string
from wtforms import (
    BooleanField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from lms.core.bilingual import Bilingual
from lms.ui.views import initials

Render = Callable[..., str]


class Sample(Form):
    name = StringField("Name")
    password = PasswordField("Password")
    region = SelectField("Region", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    level = RadioField("Level", choices=[SelectChoice("c", "Central"), SelectChoice("r", "Regional")])
    remark = TextAreaField("Remark")
    agreed = BooleanField("Agreed")


@pytest.fixture(scope="module")
def own_app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(development=True)


@pytest.fixture
def render(own_app: Flask) -> Render:
    """Renders a template text that knows ``ui``, in French unless told."""

    def draw(template: str, lang: str = "fr", **values: object) -> str:
        with own_app.test_request_context(f"/{lang}/"):
            g.lang = lang
            return render_template_string('{% import "ui/components.html" as ui %}' + template, **values)

    return draw


def attributes(html: str, tag: str) -> list[dict[str, str]]:
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', found)) for found in re.findall(rf"<{tag}\b([^>]*)>", html)]


def test_a_field_binds_its_label(render: Render) -> None:
    html = render("{{ ui.field(form.name) }}", form=Sample())

    assert '<label for="name">Name</label>' in html
    assert attributes(html, "input")[0]["id"] == "name"
    assert attributes(html, "input")[0]["dir"] == "auto"


def test_hint_and_error_describe_the_field(render: Render) -> None:
    form = Sample()
    form.name.errors = ["Say it"]

    html = render('{{ ui.field(form.name, hint="As printed") }}', form=form)

    field = attributes(html, "input")[0]
    assert field["aria-describedby"] == "name-hint name-error"
    assert field["aria-invalid"] == "true"
    assert 'id="name-hint"' in html
    assert 'id="name-error"' in html


def test_a_password_is_written_left_to_right_with_a_button_for_script(render: Render) -> None:
    html = render("{{ ui.field(form.password) }}", form=Sample())

    assert attributes(html, "input")[0]["dir"] == "ltr"
    button = attributes(html, "button")[0]
    assert button["data-module"] == "show-password"
    assert button["aria-controls"] == "password"
    assert re.search(r"<button[^>]* hidden", html)


def test_radios_stand_in_a_named_group(render: Render) -> None:
    html = render("{{ ui.field(form.level) }}", form=Sample())

    assert "<legend>Level</legend>" in html
    assert html.count('type="radio"') == 2


def test_a_checkbox_is_inside_its_label(render: Render) -> None:
    html = render("{% call ui.checkbox(form.agreed) %}I <b>agree</b>{% endcall %}", form=Sample())

    assert re.search(r"<label class=\"check\"><input[^>]*><span>I <b>agree</b></span></label>", html)


def test_the_error_summary_leads_to_the_fields(render: Render) -> None:
    form = Sample()
    form.level.errors = ["Choose one"]
    form.remark.errors = ["Too long"]

    html = render("{{ ui.error_summary(form) }}", form=form)

    assert 'role="alert"' in html
    assert 'href="#level-0"' in html
    assert 'href="#remark"' in html
    assert render("{{ ui.error_summary(form) }}", form=Sample()).strip() == ""


def test_what_people_wrote_is_escaped(render: Render) -> None:
    html = render('{{ ui.chip(text) }}{{ ui.notice("info", text) }}{{ ui.radio_card("a", "1", text) }}', text="<b>x")

    assert "<b>x" not in html


def test_a_card_of_a_choice_is_a_real_radio_with_one_name(render: Render) -> None:
    html = render('{{ ui.radio_card("answer", "k", "Nine", ui.letter(1), checked=True) }}', lang="ar")

    field = attributes(html, "input")[0]
    assert (field["type"], field["name"], field["value"]) == ("radio", "answer", "k")
    assert " checked" in html
    assert ">ب<" in html


def test_icons_are_silent_unless_named_and_point_with_the_reading(render: Render) -> None:
    html = render('{{ ui.icon("arrow") }}{{ ui.icon("check") }}{{ ui.icon("alert", label="Late") }}')

    drawn = attributes(html, "svg")
    assert drawn[0]["class"] == "icon flip"
    assert drawn[1]["class"] == "icon"
    assert drawn[0]["aria-hidden"] == "true"
    assert drawn[2]["aria-label"] == "Late"


def test_progress_says_its_figures(render: Render) -> None:
    assert 'aria-label="Leçons, 4 sur 9"' in render('{{ ui.progress(4, 9, "Leçons") }}')
    assert 'aria-label="الدروس، 4 من 9"' in render('{{ ui.progress(4, 9, "الدروس") }}', lang="ar")
    assert "0 sur 0" in render('{{ ui.progress(0, 0, "Leçons") }}')


def test_a_bar_never_runs_over_its_end(render: Render) -> None:
    assert 'width="100.0%"' in render("{{ ui.bar(1.4) }}")
    assert "bar-fill" not in render("{{ ui.bar(0) }}")


def test_a_name_is_isolated_and_says_its_language(render: Render) -> None:
    name = Bilingual("سناء", "Sanae")

    assert render("{{ ui.person_name(name) }}", name=name) == "<bdi>Sanae</bdi>"
    both = render("{{ ui.person_name(name, both=True) }}", name=name)
    assert '<bdi lang="ar">سناء</bdi>' in both
    only_arabic = render("{{ ui.person_name(name) }}", name=Bilingual("سناء", ""))
    assert '<bdi lang="ar" dir="rtl">سناء</bdi>' in only_arabic


def test_a_term_works_without_script(render: Render) -> None:
    html = render('{{ ui.term("écart", "gap") }}{{ ui.term_list([("gap", "Écart", "Différence")]) }}')

    assert 'href="#term-gap"' in html
    assert 'id="term-gap"' in html


def test_a_table_has_a_caption_and_sorted_heads_say_so(render: Render) -> None:
    html = render(
        '{% call ui.table("People") %}<tr>{{ ui.sort_head("Name", "name", "-name", "?sort=name") }}</tr>{% endcall %}'
    )

    assert '<caption class="visually-hidden">People</caption>' in html
    assert 'aria-sort="descending"' in html


def test_pages_of_a_list_are_one_sentence(render: Render) -> None:
    html = render('{{ ui.pagination(1, 7, 31, none, "?page=2") }}')

    assert 'Lignes\u00a0: <bdi dir="ltr">1–7</bdi> sur 31' in html
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html


def test_a_numbered_grid_says_what_is_answered(render: Render) -> None:
    items = [{"number": 2, "value": 2, "state": "answered", "flagged": True, "current": False}]

    html = render('{{ ui.number_grid(items, "go") }}', items=items)

    assert 'aria-label="Question 2, avec réponse · Marquée pour y revenir"' in html
    assert attributes(html, "button")[0]["type"] == "submit"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Nadia El Fassi", "NF"), ("كنزة التازي", "ك ت"), ("Zineb", "Z"), ("", "")],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_style_guide_shows_every_component_without_style_attributes(own_app: Flask, lang: str, theme: str) -> None:
    page = own_app.test_client().get(f"/{lang}/styleguide?theme={theme}")

    assert page.status_code == 200
    assert f'data-theme="{theme}"' in page.text
    assert "style=" not in page.text


def test_the_style_guide_is_absent_outside_development(make_app: Callable[..., Flask]) -> None:
    assert make_app().test_client().get("/fr/styleguide").status_code == 404
