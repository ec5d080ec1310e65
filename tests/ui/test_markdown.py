"""What people write in questions: a few marks, no HTML, percentages that read the same in both directions."""

from __future__ import annotations

import pytest

from lms.ui.markdown import marked, marked_line


@pytest.mark.parametrize(
    ("text", "wholes"),
    [
        ("بلغت النسبة 16,4\u00a0% في المدن و6,6 % في القرى", ["16,4\u00a0%", "6,6 %"]),
        ("**+9,7\u202f%**", ["+9,7\u202f%"]),
        ("100% et -3.5%", ["100%", "-3.5%"]),
        ("١٢٫٥٪", ["١٢٫٥٪"]),
        ("بين 5-10 % و1.234,5 %", ["5-10 %", "1.234,5 %"]),
        ("10\u202f000 % و−3 %", ["10\u202f000 %", "−3 %"]),
        ("100%25 F-10 %", []),
        ("% des femmes, 9,7 points", []),
    ],
)
@pytest.mark.parametrize("reader", [marked, marked_line])
def test_a_percentage_is_one_left_to_right_whole(reader: object, text: str, wholes: list[str]) -> None:
    html = str(reader(text))  # type: ignore[operator]

    assert [part.partition("</bdi>")[0] for part in html.split('<bdi dir="ltr" class="ltr">')[1:]] == wholes


def test_no_html_comes_through() -> None:
    assert marked_line('<b>50 %</b> & "x"') == (
        '&lt;b&gt;<bdi dir="ltr" class="ltr">50 %</bdi>&lt;/b&gt; &amp; &#34;x&#34;'
    )
