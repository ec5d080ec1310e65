"""Strings that would run, lead away or break a page if anything of them became markup.

Families after the OWASP and PortSwigger cheat sheets, generated so that no line of theirs is copied.
"""

from __future__ import annotations

from itertools import product

MARK = "zib"


def _each(words: str) -> list[str]:
    return words.split()


#: In each, ``§`` stands for a mark of its own.
_TAGS = _each("""
script img svg iframe object embed math style link meta base form input button video audio source details marquee
template textarea title select option body html head frame frameset noscript xmp plaintext table a b h1 div slot dialog
canvas area map bgsound applet keygen noembed portal fencedframe
""")
_AROUND = _each("textarea title style script select option bdi h1 p td form svg label span ins del button head main")
_EVENTS = _each("""
load error click focus blur mouseover pointerenter animationstart transitionend toggle begin input change submit reset
keydown paste copy drag drop wheel scroll resize hashchange message pageshow beforeunload auxclick cut invalid
""")
_ADDRESSES = (
    "javascript:", "JaVaScRiPt:", "java\tscript:", " javascript:", "javascript&colon;", "&#106;avascript:",
    "&#x6a;avascript:", "vbscript:", "data:text/html,", "data:image/svg+xml,", "feed:javascript:", "//evil.example/",
    "https://evil.example/", "blob:", "\u0001javascript:",
)  # fmt: skip
_CARRIERS = ("<a href='{0}alert(`§`)'>", "[§]({0}alert(1))", "![§]({0}x)", "<use xlink:href={0}§>")
_SVG = (
    "<svg/onload=alert('§')>", "<svg><script>§</script></svg>", "<svg><animate onbegin=§ attributeName=x></svg>",
    "<svg><a xlink:href='javascript:§'><text>x</text></a></svg>", "<svg><foreignObject><b>§</b></foreignObject></svg>",
    "<svg><style>*{x:url(§)}</style></svg>", "<svg><set attributeName=href to=javascript:§></svg>",
    "<svg><image href=x onerror=§></svg>", "<math><mtext><script>§</script></mtext></math>",
    "<math href=javascript:§>x</math>", "<svg><title><img src=x onerror=§></title></svg>",
    "<math><mi xlink:href='data:x,§'>", "<svg><desc><![CDATA[</desc><script>§</script>]]></svg>",
    "<svg viewBox=0><use href='#§'/></svg>",
)  # fmt: skip
_ENTITIES = (
    "&lt;script&gt;§&lt;/script&gt;", "&#60;script&#62;§", "&#x3c;script&#x3E;§", "&amp;lt;b&amp;gt;§", "&lt§", "&#0;§",
    "%3Cscript%3E§%3C/script%3E", "\\u003cscript\\u003e§", "\\x3cimg src=x onerror=§\\x3e", "+ADw-script+AD4-§",
    "&NewLine;§", "&Tab;§", "&quot; onload=&quot;§", "&#34; onload=&#34;§", "&apos;><b §>", "&#x22;><i §>", "&lbrace;§",
    "&#00000060b§&#00000062", "&bogus;§", "&#xD800;§",
)  # fmt: skip
_BRACES = (
    "{{ § }}", "{{ 7*7 }}§", "{{ config.items() }}§", "{% raw %}§", "{% include '§' %}", "{# § #}", "${§}", "#{§}",
    "<%= § %>", "<?php § ?>", "%(§)s", "%s%n§", "{0}§", "{§.__class__.__mro__}", "$(§)", "`§`",
    "{{constructor('§')()}}", "]]>§", "*{§}", "@(§)",
)  # fmt: skip
_MARKDOWN = (
    "**<b onclick=§>x</b>**", "*<img src=x onerror=§>*", "__<script>§</script>__", "_<u>§</u>_", "`<b>§</b>`",
    "<javascript:§>", "<https://evil.example/§>", "<!-- § -->", "\\<b\\>§", "# §", "> §", "* §", "1. <b>§</b>", "|a|§|",
    "[§]: javascript:x", '![§](x "onload=1")', "[§][1x]", "~~§~~", "***<i>§</i>***", "**[§](javascript:x)**",
    "<§@x.ma>", "**§", "www.evil.example/§", "==§==", "H~§~O",
)  # fmt: skip
_UNICODE = (
    "＜script＞§＜/script＞", "‹script›§", "<ſcript>§</ſcript>", "<İmg src=x onerror=§>", "<scr\u200bipt>§",
    "\ufeff<b>§", "<b\u00a0onclick=§>", "<b\u3000onclick=§>", "<\u0301b>§", "\u2028<script>§", "\u2029<script>§",
    "<ѕсrірt>§", "<🙂>§", "\U000e003cscript\U000e003e§", "<b \u061b onclick=§>", "﹤b﹥§", "𝐬𝐜𝐫𝐢𝐩𝐭§", "\ufffd<b>§",
    "\ue000<b>§", "<b/\u2003§>",
)  # fmt: skip
_MIXED = (
    "سؤال <b onclick=§>عن الفجوة</b>", "« <i>§</i> » : l’écart", "الفجوة (<u>§</u>) = 9٫7 %",
    "ما <script>§</script> هو؟",
    "l'é\" onfocus=\"§\" autofocus x=\"", "كلمة' onmouseover='§", "<ا onclick=§>", "<é onclick=§>§</é>", "<نص §>",
    "المركز \"><img src=x onerror=§> Rabat", "Taux <b>§</b> النشاط", "٪<svg onload=§>", "«§»<br>", "ـ<hr §>",
    "اختيار&lt;b&gt;§", "réponse <a href='/fr/questions/§'>ici</a>", "؟<iframe src=§>", "؛<style>§{}</style>",
    "جواب --><b>§</b>", "sécurité</textarea><b>§</b>نهاية",
)  # fmt: skip
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_CONTROLS = "\u0001\u0008\u000b\u000c\u000e\u001b\u007f\u0085"


def _templates() -> list[str]:
    found = [f"<{tag} §>§" for tag in _TAGS]
    found += [f"</{tag}><script>§</script>" for tag in _AROUND]
    for event in _EVENTS:
        found += [f"<b tabindex=1 on{event}=alert('§')>", f'" on{event}="§', f"' on{event}='§"]
    found += [carrier.format(address) for address, carrier in product(_ADDRESSES, _CARRIERS)]
    for family in (_SVG, _ENTITIES, _BRACES, _MARKDOWN, _UNICODE, _MIXED):
        found += family
    found += [f"{mark}<script>§</script>{mark}" for mark in _BIDI]
    return found + [f"<scr{mark}ipt>§<b{mark}onclick=§>" for mark in _CONTROLS]


#: Each with a mark of its own, so that it can be found again wherever it went.
CORPUS = tuple(
    template.replace("§", f"{MARK}{number:03d}q") for number, template in enumerate(dict.fromkeys(_templates()))
)
#: What no request may carry at all.
NULLS = ("\0", "<scr\0ipt>", "Option\0", "<b onclick\0=1>")
