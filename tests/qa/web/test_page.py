"""The answer as HTML: what it shows, and that no text in it comes to life."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index import Passage
from qa.answer import Answer, Citation, Disagreement, Sentence, Value
from qa.web import page

TEXT = "Five cities met.\nHainan and Shaanxi planned parks. Nobody else did."
HOSTILE = "<script>alert(1)</script> **b** [a](http://x.example) ![i](http://x.example/i.png) # <img src=x>"


def passage(text: str = TEXT, *, start: int = 0, document_id: str = "d1", title: str = "Parks") -> Passage:
    return Passage(
        document_id=document_id,
        source="folder/parks.md",
        title=title,
        start=start,
        end=start + len(text),
        text=text,
        headings=(),
        sentences=((start, start + len(text)),),
        metadata={},
        score=1.0,
        found_by=("meaning",),
        rank_meaning=1,
        rank_words=None,
        similarity=0.5,
        also_in=(),
        page=None,
    )


def citation(quote: str, start: int, *, number: int = 1, title: str = "Parks", **origin: str) -> Citation:
    end = start + len(quote)
    return Citation(number, "d1", "folder/parks.md", title, start, end, quote, metadata=origin)


def answered(*sentences: Sentence, disagreements: tuple[Disagreement, ...] = ()) -> Answer:
    return Answer(
        question="Who planned parks?",
        standalone="Who planned parks?",
        text=" ".join(sentence.text for sentence in sentences),
        sentences=sentences,
        citations=tuple(citation for sentence in sentences for citation in sentence.citations),
        disagreements=disagreements,
        confidence=0.9,
        abstained=False,
        refusal=None,
        missing=(),
        passages=(passage(),),
    )


def declined(text: str, *passages: Passage) -> Answer:
    return Answer(
        question="Who baked?",
        standalone="Who baked?",
        text=text,
        sentences=(),
        citations=(),
        disagreements=(),
        confidence=0.1,
        abstained=True,
        refusal="not_answered",
        missing=(),
        passages=passages,
    )


def test_a_mark_links_to_the_card_of_its_citation() -> None:
    said = [Sentence("Parks were planned. [1]", (citation("Parks were planned.", 0),), "quoted")]

    html = page.said_html(said, 4)

    assert 'planned. <a class="cite" href="#source-4-1">[1]</a> <span class="support">quoted</span>' in html


def test_a_bracketed_number_of_the_document_itself_is_no_mark() -> None:
    quote = "As shown in [7], parks grew."
    quoted = Sentence(f"{quote} [1]", (citation(quote, 0),), "quoted")

    assert "As shown in [7], parks grew. <a" in page.said_html([quoted], 1)


def test_a_quote_is_marked_within_its_passage() -> None:
    quote = "Hainan and Shaanxi planned parks."
    html = page.sources_html([citation(quote, TEXT.index(quote))], [passage()], 1)

    assert f"<blockquote>Five cities met.<br><mark>{quote}</mark> Nobody else did.</blockquote>" in html


def test_a_quote_that_reaches_out_of_its_passage_is_shown_whole() -> None:
    early = page.sources_html([citation("It is said. Five cities met.", 88)], [passage(start=100)], 1)
    late = page.sources_html([citation("Nobody else did. But why?", 151)], [passage(start=100)], 1)

    assert "<blockquote><mark>It is said. Five cities met.</mark><br>Hainan" in early
    assert "planned parks. <mark>Nobody else did. But why?</mark></blockquote>" in late


def test_a_quote_is_not_marked_in_a_passage_of_another_document() -> None:
    html = page.sources_html([citation("Five cities met.", 0)], [passage(document_id="d2")], 1)

    assert "<blockquote><mark>Five cities met.</mark></blockquote>" in html


def test_a_card_says_where_its_quote_is_from() -> None:
    known = {"publisher": "PANews", "date": "2020", "url": "https://a.example/b"}
    quoted = Citation(3, "d1", "f/a.pdf", "Parks", 0, 4, "Five", page=7, metadata=known)
    html = page.sources_html([quoted], [], 2)

    assert (
        '<li class="card" id="source-2-3" tabindex="-1"><h3><span class="cite">[3]</span> Parks</h3>' in html
    )
    assert "PANews · 2020 · https://a.example/b · page 7 · f/a.pdf" in html


def test_sources_that_differ_stand_in_a_table() -> None:
    many, few = citation("22 of them.", 0, date="2020-02-01"), citation("21 of them.", 20, number=2)
    differing = Disagreement("provinces", (Value("22", (many,)), Value("21", (few,))))
    html = page.answer_html(answered(disagreements=(differing,)), 1)

    assert "<caption>The sources differ: provinces</caption>" in html
    assert (
        '<tr><th scope="row">22</th><td>Parks <a class="cite" href="#source-1-1">[1]</a></td>'
        "<td>2020-02-01</td><td>22 of them.</td></tr>"
    ) in html
    assert (
        '<tr><th scope="row">21</th><td>Parks <a class="cite" href="#source-1-2">[2]</a></td><td>–</td>'
        in html
    )


def test_where_every_source_is_dated_the_newest_value_is_named() -> None:
    many, few = (
        citation("22 of them.", 0, date="2020-02-01"),
        citation("21 of them.", 20, number=2, date="2019"),
    )
    differing = Disagreement("provinces", (Value("22", (many,)), Value("21", (few,))))
    html = page.answer_html(answered(disagreements=(differing,)), 1)

    assert "<caption>The sources differ: provinces; 22 is the newest</caption>" in html


def test_a_declined_answer_says_so_and_shows_its_nearest_passages_as_leads() -> None:
    answer = declined("The documents do not answer this.", *(passage(title=f"Lead {n}") for n in range(5)))
    shown, evidence = page.answer_html(answer, 1), page.evidence_html(answer, 1)

    assert '<div class="declined"><p><b>The documents do not answer this.</b></p>' in shown
    assert "leads" in shown
    assert "They are not an answer." in evidence
    assert [f"Lead {n}" in evidence for n in range(5)] == [True, True, True, False, False]


def test_without_a_passage_no_leads_are_promised() -> None:
    answer = declined("The documents hold nothing on this.")

    assert "leads" not in page.answer_html(answer, 1)


def test_confidence_is_told_in_words() -> None:
    told = [page.sureness_html(confidence) for confidence in (1.0, 0.8, 0.52)]

    assert ["Very sure: about 9 in 10" in told[0], "Sure: about 8 in 10" in told[1]] == [True, True]
    assert "Not quite sure: about 5 in 10" in told[2]


def test_a_turn_carries_its_buttons_its_evidence_and_what_is_copied() -> None:
    said = Sentence("Five cities met. [1]", (citation("Five cities met.", 0),), "quoted")
    html = page.turn_html(3, "Who met?", answered(said))

    assert html.startswith('<article class="turn" id="turn-3">')
    buttons = ["edit", "copy", "retry", "right", "wrong"]
    assert [f'class="act act-{name}"' in html for name in buttons] == [True] * 5
    assert f'<section class="evidence" hidden>{page.CLOSE}<h2>Sources</h2>' in html
    assert "[1] Parks (folder/parks.md:0-16)" in html
    assert 'href="/documents/d1?start=0&amp;end=16#quote"' in html


def test_a_declined_turn_cannot_be_called_right_but_wrong() -> None:
    html = page.turn_html(1, "Who baked?", declined("Nobody did."))

    assert "act-right" not in html
    assert "act-wrong" in html


def test_the_first_screen_tells_what_is_indexed_and_what_can_be_asked() -> None:
    html = page.welcome_html(["A", "B", "C", "D"], ["Who met?"])

    assert "4 documents: <i>A</i>; <i>B</i>; <i>C</i>; …" in html
    assert '<button type="button" class="act act-example">Who met?</button>' in html
    assert "Nothing is indexed yet" in page.welcome_html([], [])


def test_the_question_as_understood_is_shown_only_where_it_differs() -> None:
    assert page.understood_html("Who planned?", "Who planned?") == ""
    assert "<q>Who planned in Hainan?</q>" in page.understood_html("And there?", "Who planned in Hainan?")


PIECES = ("\n\n", "\n", "\r", "    code", "- item", "&amp;", "$$", "[1]")
TEXTS = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.lists(st.sampled_from([*HOSTILE.split(" "), *PIECES])).map(" ".join),
)


@given(TEXTS)
def test_no_text_comes_to_life_wherever_it_stands(text: str) -> None:
    for html in everywhere(text):
        assert "\n" not in html
        assert Tags.of(html) <= OURS
        assert MarkdownIt("commonmark").render(html).rstrip("\n") == html


@given(TEXTS)
def test_what_is_written_is_what_is_read(text: str) -> None:
    asked = page.fault_turn_html(1, text, None)
    assert Tags.text_of(asked[: asked.index("</div>")]).split() == text.split()
    html = page.sources_html([citation(text, 10)], [passage("before " + text + " after", start=3)], 1)
    quoted = html[html.index("<blockquote>") : html.index("</blockquote>")]
    assert Tags.text_of(quoted).split() == f"before {text} after".split()


def everywhere(text: str) -> list[str]:
    """All markup that there is, with `text` in each place that a document or a person fills."""
    cited = citation(text, 0, title=text, publisher=text, date=text, url=text)
    differing = Disagreement(text, (Value(text, (cited,)), Value("1", (cited,))))
    answer = answered(Sentence(f"{text} [1]", (cited,), "quoted"), disagreements=(differing,))
    leads = declined(text, passage(text, title=text))
    return [
        page.turn_html(1, text, answer),
        page.turn_html(2, text, leads),
        page.saying_html(1, text, "As asked: " + text, answer.sentences, answer.passages),
        page.fault_turn_html(3, text, text),
        page.welcome_html([text], [text]),
        page.listing_html([("a-b_c", text)], None),
        page.bar_html("a-b_c", text, shared=True),
        page.notice_html(text, fault=True),
    ]


OURS = {
    *("div", "p", "b", "i", "q", "a", "span", "br", "h2", "h3", "ol", "ul", "li", "blockquote", "mark"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "article", "section", "button"),
}
OUR_ATTRIBUTES = {"class", "id", "href", "scope", "hidden", "tabindex", "title", "target", "type"}
OUR_ADDRESSES = ("#source-", "/documents/", "/conversations/")


class Tags(HTMLParser):
    """The names of the tags, and the text between them with a space for each tag."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag == "br":
            self.text += "\n"
        assert {name for name, _ in attrs} <= OUR_ATTRIBUTES
        assert all((value or "").startswith(OUR_ADDRESSES) for name, value in attrs if name == "href")

    def handle_data(self, data: str) -> None:
        self.text += data

    @classmethod
    def of(cls, html: str) -> set[str]:
        parser = cls()
        parser.feed(html)
        parser.close()
        return parser.names

    @classmethod
    def text_of(cls, html: str) -> str:
        parser = cls()
        parser.feed(html)
        parser.close()
        return parser.text
