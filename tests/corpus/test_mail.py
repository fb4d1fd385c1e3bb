"""Mail: what each sender wrote is kept under its subject, and all else is named by the rule that cut it."""

from __future__ import annotations

import mailbox
from base64 import b64encode
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Document, LoadError
from tests.corpus.reading import LoadBytes, ReasonOf, headings, removed
from tests.corpus.test_properties import check

SAID = "The harbour of Qingdao opens on 3 May 2020, and the mayor will speak there."


def letter(body: str = SAID, **headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {"From": "Ann Lee <ann@example.org>", "To": "Bo <bo@example.org>, c@example.org"}
    dated = {"Date": "Fri, 17 Jan 2020 23:30:00 -0800", "Subject": "The harbour"}
    for name, value in (given | dated | headers).items():
        message[name] = value
    message.set_content(body)
    return message


def paragraphs(document: Document) -> list[str]:
    return document.text.split("\n\n")


def test_a_mail_has_a_title_an_author_and_a_date(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.eml", letter().as_bytes())
    assert document.title == "The harbour"
    assert document.metadata == {"author": "Ann Lee", "to": "Bo, c@example.org", "date": "2020-01-17"}
    assert paragraphs(document) == ["The harbour", SAID]
    assert headings(document) == [(1, "The harbour")]


@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "koi8-r", "iso-2022-jp"])
def test_encodings_of_bodies_and_headers_are_undone(load_bytes: LoadBytes, cte: str, charset: str) -> None:
    words = "Порт открыт." if charset == "koi8-r" else "港は五月に開きます。"
    message = letter(Subject=f"Re: {words}", From="Анна <ann@example.org>")
    message.set_content(
        words, charset=charset, cte="7bit" if (charset, cte) == ("iso-2022-jp", "8bit") else cte
    )
    document = load_bytes("a.eml", message.as_bytes())
    assert (document.title, document.metadata["author"]) == (f"Re: {words}", "Анна")
    assert paragraphs(document)[1] == words


@pytest.mark.parametrize(
    ("charset", "written", "words"),
    [
        ("gb2312", "gb18030", "朱镕基总理"),
        ("iso-8859-1", "cp1252", "It’s €500"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("shift_jis", "cp932", "髙島屋①"),
    ],
)
def test_a_charset_means_what_mail_programs_write_by_it(
    load_bytes: LoadBytes, charset: str, written: str, words: str
) -> None:
    encoded = f"=?{charset}?B?{b64encode(words.encode(written)).decode()}?="
    source = f"Subject: {encoded}\nFrom: {encoded} <a@b.org>\nContent-Type: text/plain; charset={charset}\n\n"
    document = load_bytes("a.eml", source.encode() + words.encode(written))
    assert (document.title, document.metadata["author"]) == (words, words)
    assert paragraphs(document) == [words, words]


def test_a_character_that_iso_2022_jp_lacks_spoils_itself_alone(load_bytes: LoadBytes) -> None:
    body = (
        "港は五月に開きます。".encode("iso-2022-jp") + b"\x1b$B-!\x1b(B " + "港です。".encode("iso-2022-jp")
    )
    source = b"Subject: Port\nContent-Type: text/plain; charset=iso-2022-jp\n\n" + body
    assert paragraphs(load_bytes("a.eml", source))[1] == "港は五月に開きます。\ufffd 港です。"


def test_headers_in_bare_utf_8_and_a_wrongly_declared_charset_are_read(load_bytes: LoadBytes) -> None:
    source = (
        "From: Jörg <j@example.org>\nSubject: Brücke\nContent-Type: text/plain; charset=us-ascii\n\nSüd.\n"
    )
    document = load_bytes("a.eml", source.encode())
    assert (document.title, document.metadata["author"]) == ("Brücke", "Jörg")
    assert paragraphs(document) == ["Brücke", "Süd."]


def test_plain_text_is_read_before_html_and_html_where_it_is_alone(load_bytes: LoadBytes) -> None:
    both = letter()
    both.add_alternative("<p>Another form of it.</p>", subtype="html")
    assert paragraphs(load_bytes("a.eml", both.as_bytes())) == ["The harbour", SAID]
    page = "<h1>Plans</h1><p>The <b>harbour</b> opens.</p><ul><li>In May</li></ul>"
    alone = letter()
    alone.set_content(page, subtype="html")
    document = load_bytes("a.eml", alone.as_bytes())
    assert paragraphs(document) == ["The harbour", "Plans", "The harbour opens.", "- In May"]
    assert headings(document) == [(1, "The harbour"), (2, "Plans")]
    empty = letter(" \n")
    empty.add_alternative(page, subtype="html")
    assert load_bytes("a.eml", empty.as_bytes()).text == document.text


def test_attachments_are_named_and_not_read(load_bytes: LoadBytes) -> None:
    message = letter()
    message.add_attachment(
        b"%PDF-1.7", maintype="application", subtype="pdf", filename="Bericht über 2020.pdf"
    )
    message.add_attachment("notes of the day", filename="notes.txt")
    document = load_bytes("a.eml", message.as_bytes())
    assert paragraphs(document) == ["The harbour", SAID]
    assert removed(document) == [
        ("attachment", "attachment, not read: Bericht über 2020.pdf (application/pdf, 8 bytes)"),
        ("attachment", "attachment, not read: notes.txt (text/plain, 17 bytes)"),
    ]


def test_an_attachment_of_the_form_that_is_not_read_is_named(load_bytes: LoadBytes) -> None:
    message = letter()
    message.add_alternative("<p>Another form of it.</p><img src=cid:1>", subtype="html")
    page = message.get_body(("html",))
    assert page is not None
    page.add_related(b"GIF8", "image", "gif", cid="<1>", filename="plan.gif")
    document = load_bytes("a.eml", message.as_bytes())
    assert paragraphs(document) == ["The harbour", SAID]
    assert removed(document) == [("attachment", "attachment, not read: plan.gif (image/gif, 4 bytes)")]


def test_a_forwarded_message_is_a_section(load_bytes: LoadBytes) -> None:
    message = letter("See below.", Subject="Fwd")
    message.add_attachment(letter("The bridge is closed.", Subject="The bridge", From="Bo <b@example.org>"))
    document = load_bytes("a.eml", message.as_bytes())
    assert headings(document) == [(1, "Fwd"), (2, "The bridge (Bo, 2020-01-17)")]
    assert paragraphs(document)[-1] == "The bridge is closed."


def test_an_encrypted_mail_says_so(load_bytes: LoadBytes) -> None:
    source = "From: a@b.org\nSubject: Sealed\nContent-Type: application/pkcs7-mime\n\nMIAG\n"
    document = load_bytes("a.eml", source.encode())
    assert (document.text, removed(document)[0][0]) == ("Sealed", "encrypted")


REPLY = """Yes, it does.

On Fri, Jan 17, 2020 at 10:00 AM Bo <bo@example.org>
wrote:

> Does the harbour open in May?
>> Who asks?

See you there.
"""
SIGNED = f"{REPLY}\n-- \nAnn Lee\nPort of Qingdao\n"


def test_earlier_mail_and_the_signature_are_cut_by_name(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.eml", letter(SIGNED).as_bytes())
    assert paragraphs(document) == ["The harbour", "Yes, it does.", "See you there."]
    assert removed(document) == [
        ("quoted-mail", "On Fri, Jan 17, 2020 at 10:00 AM Bo <bo@example.org> wrote:"),
        ("quoted-mail", "> Does the harbour open in May? >> Who asks?"),
        ("signature", "-- Ann Lee Port of Qingdao"),
    ]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("Yes.\n\n-----Original Message-----\nFrom: Bo\nSent: Friday\nTo: Ann\n\nDoes it?\n", "quoted-mail"),
        ("Yes.\n\nAm 17.01.2020 um 10:00 schrieb Bo:\n> Does it?\n", "quoted-mail"),
        ("Yes.\n\nSent from my iPhone\n", "signature"),
        (
            f"Yes.\n\n{'_' * 47}\nHarbours mailing list\nharbours@example.org\nhttp://example.org/\n",
            "list-footer",
        ),
    ],
)
def test_what_programs_add_below_is_cut_by_name(load_bytes: LoadBytes, body: str, rule: str) -> None:
    document = load_bytes("a.eml", letter(body).as_bytes())
    assert paragraphs(document) == ["The harbour", "Yes."]
    assert {name for name, _ in removed(document)} == {rule}


@pytest.mark.parametrize(
    "body",
    [
        "The law says:\n\n> No ship may enter.\n\nSo none did.\n",
        "He wrote:\n\nNo ship may enter.\n",
        "The sum:\n\n--\nten ships\n",
        "Text.\n\n-- \n" + "line of a long list\n" * 30,
        "-----Original Message-----\n\nThat is what Outlook writes.\n",
    ],
)
def test_what_is_not_certain_stays(load_bytes: LoadBytes, body: str) -> None:
    assert removed(load_bytes("a.eml", letter(body).as_bytes())) == []


def test_quotes_of_a_reply_are_earlier_mail_and_so_are_those_that_programs_mark_in_html(
    load_bytes: LoadBytes,
) -> None:
    reply = letter("> Does it open?\n\nYes.\n", **{"In-Reply-To": "<1@example.org>"})
    document = load_bytes("a.eml", reply.as_bytes())
    assert (paragraphs(document)[1:], removed(document)) == (["Yes."], [("quoted-mail", "> Does it open?")])
    reply.add_alternative("<p>Another form of it.</p>", subtype="html")
    assert load_bytes("a.eml", reply.as_bytes()).text == document.text
    page = (
        "<div>Yes.</div><div class='gmail_quote'>On Friday Bo wrote:<blockquote>Does it?</blockquote></div>"
        "<div>Bye.</div><div class='gmail_signature'>Ann</div>"
    )
    reply = letter()
    reply.set_content(page, subtype="html")
    document = load_bytes("a.eml", reply.as_bytes())
    assert paragraphs(document)[1:] == ["Yes.", "Bye."]
    assert removed(document) == [
        ("quoted-mail", "On Friday Bo wrote:"),
        ("quoted-mail", "Does it?"),
        ("signature", "Ann"),
    ]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """As the standard library writes it: two messages, one of which has a line that begins as an envelope."""
    path = tmp_path / "port.mbox"
    box = mailbox.mbox(path)
    box.add(letter("From here on it rains.\n\nFrom Bo 10:00:00 in 2020 nothing came.\n"))
    box.add(letter("No answer.", Subject="The bridge", From="bo@example.org", Date="not a date"))
    box.close()
    return path


def test_an_archive_is_one_document_with_a_heading_a_message(load_bytes: LoadBytes, archive: Path) -> None:
    document = load_bytes("port.mbox", archive.read_bytes())
    assert document.title == "port"
    assert headings(document) == [
        (1, "The harbour (Ann Lee, 2020-01-17)"),
        (1, "The bridge (bo@example.org)"),
    ]
    assert paragraphs(document)[1:3] == ["From here on it rains.", "From Bo 10:00:00 in 2020 nothing came."]
    windows = load_bytes("port.mbox", archive.read_bytes().replace(b"\n", b"\r\n"))
    assert windows.text == document.text


def test_an_archive_of_one_thread_has_its_subject_as_title(load_bytes: LoadBytes, tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "a.mbox")
    for subject in ("The harbour", "Re: The harbour", "AW: Re: The harbour"):
        box.add(letter(Subject=subject))
    box.close()
    assert load_bytes("a.mbox", (tmp_path / "a.mbox").read_bytes()).title == "The harbour"


def many_parts(number: int) -> bytes:
    return (
        letter().as_bytes().replace(b"text/plain", b"multipart/mixed; boundary=b", 1) + b"\n--b\n\nx" * number
    )


def nested(depth: int) -> bytes:
    return (
        b"Subject: deep\n"
        + b"Content-Type: message/rfc822\n\n" * depth
        + b"Subject: bottom\n\nAt the bottom.\n"
    )


def test_a_million_parts_and_deep_nesting_are_refused_in_one_line(reason_of: ReasonOf) -> None:
    assert reason_of("a.eml", many_parts(1_000_000)) == "too many parts: the limit is 10,000"
    for depth in (60, 450, 5000):
        assert reason_of("a.eml", nested(depth)) == "its parts are nested too deep to be read"


def test_a_header_that_would_take_hours_is_refused(reason_of: ReasonOf) -> None:
    endless = b"From: a@b.org\nContent-Type: multipart/mixed" + b";\n " * 1_000_000 + b"\n\nText.\n"
    assert reason_of("a.eml", endless) == "a header is too long: the limit is 10,000 characters"


def test_a_bad_message_does_not_hide_the_others(load_bytes: LoadBytes, archive: Path) -> None:
    envelope = b"\n\nFrom a@b.org Fri Jan 17 10:00:00 2020\n"
    document = load_bytes("a.mbox", archive.read_bytes() + envelope + nested(5000))
    assert len(document.headings) == 2
    assert removed(document)[-1] == (
        "unreadable-message",
        "message 3: its parts are nested too deep to be read",
    )


@pytest.mark.parametrize("name", ["a.eml", "a.mbox"])
def test_what_is_no_mail_is_refused(reason_of: ReasonOf, name: str) -> None:
    assert reason_of(name, b"Just a text.\n\nAnd more: of it.\n").startswith("corrupt: it does not begin ")


@pytest.mark.parametrize(
    "header",
    [
        "Subject: =?utf-8?B?A?=",
        "Subject: =?no-such?Q?=41?=",
        "From: " + "<" * 50_000,
        "From: " + "(" * 50_000,
        "From: " + "a," * 500_000,
        "Date: 99 Foo 99999999999 99:99:99 +9999",
        "Content-Type: text/plain; charset=\0",
        "Content-Type: multipart/mixed",
        "Content-Type: ;;;=",
        "Content-Transfer-Encoding: x-uuencode",
        "Content-Disposition: attachment; filename*=no-such''%ff",
    ],
)
def test_a_broken_header_does_not_stop_the_reading(load_bytes: LoadBytes, header: str) -> None:
    source = f"{header}\nMessage-ID: <1@example.org>\n\nbegin 644\n{SAID}\n".encode()
    check(load_bytes("a.eml", source))


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/alternative; boundary=unused"])
def test_a_mail_of_parts_that_nothing_parts_is_plain_text(load_bytes: LoadBytes, kind: str) -> None:
    source = letter().as_bytes().replace(b'text/plain; charset="utf-8"', kind.encode())
    assert paragraphs(load_bytes("a.eml", source)) == ["The harbour", SAID]


def test_a_subject_alone_tells_that_a_mail_answers_another(load_bytes: LoadBytes) -> None:
    body = "Yes.\n\n> Shall we sail?\n"
    assert paragraphs(load_bytes("a.eml", letter(body, Subject="Re: The harbour").as_bytes()))[1:] == ["Yes."]


@pytest.mark.parametrize(
    "above",
    [
        "From: Bo <bo@example.org>\nSent: Friday\nTo: Ann\nSubject: The harbour\n",
        "Von: Bo\nGesendet: Freitag\nAn: Ann\nBetreff: Der Hafen\n",
        "De : Bo\nEnvoyé : vendredi\nÀ : Ann\nObjet : Le port\n",
    ],
)
def test_the_mail_below_its_headers_is_the_one_that_is_answered(load_bytes: LoadBytes, above: str) -> None:
    body = f"Yes.\n\n{above}\nShall we sail?\n"
    answer = load_bytes("a.eml", letter(body, Subject="AW: The harbour").as_bytes())
    assert paragraphs(answer)[1:] == ["Yes."]
    sent_on = load_bytes("a.eml", letter(body, Subject="FW: The harbour").as_bytes())
    assert paragraphs(sent_on)[-1] == "Shall we sail?"


OUTLOOK = "-----Original Message-----\nFrom: Bob\nSent: Friday\n\nThe price is 500 euros.\n\n-- \nBob\n"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("FW: contract", f"FYI\n\n{OUTLOOK}"),
        ("WG: contract", f"FYI\n\n-- \nAnn Lee\n\n{OUTLOOK}"),
        ("Fwd: contract", "FYI\n\nOn Friday Bob wrote:\n\n> The price is 500 euros.\n"),
        (
            "The contract",
            "FYI\n\n---------- Forwarded message ---------\nFrom: Bob\n\n> The price is 500 euros.\n\n"
            "On Friday Bob wrote:\n> What is it?\n",
        ),
    ],
)
def test_what_is_sent_on_stays_and_signatures_go(load_bytes: LoadBytes, subject: str, body: str) -> None:
    document = load_bytes("a.eml", letter(body, Subject=subject).as_bytes())
    assert "The price is 500 euros." in document.text
    assert {rule for rule, _ in removed(document)} <= {"signature"}
    assert "\n-- " not in document.text


@pytest.mark.parametrize(
    ("subject", "page"),
    [
        ("Fwd: contract", "<p>FYI</p><blockquote type='cite'>The price is 500 euros.</blockquote>"),
        (
            "The contract",
            "<div class='gmail_quote'><div>---------- Forwarded message ---------<br>From: Bob</div>"
            "<blockquote>The price is 500 euros.</blockquote></div><div class='gmail_signature'>Ann</div>",
        ),
    ],
)
def test_what_is_sent_on_in_html_stays(load_bytes: LoadBytes, subject: str, page: str) -> None:
    message = letter(Subject=subject)
    message.set_content(page, subtype="html")
    document = load_bytes("a.eml", message.as_bytes())
    assert "The price is 500 euros." in document.text
    assert {rule for rule, _ in removed(document)} <= {"signature"}


def test_the_line_of_a_telephone_above_a_quote_is_a_signature(load_bytes: LoadBytes) -> None:
    body = "Yes.\n\nSent from my iPhone\n\nOn Friday, 3 April, Bo wrote:\n\n> Shall we?\n"
    document = load_bytes("a.eml", letter(body).as_bytes())
    assert paragraphs(document)[1:] == ["Yes."]
    assert [rule for rule, _ in removed(document)] == ["signature", "quoted-mail", "quoted-mail"]


def test_a_name_under_a_letter_heads_nothing(load_bytes: LoadBytes) -> None:
    body = f"{SAID}\n\nAnn Lee\n\nPS. The ships are late.\n\nHOURS\n\nFrom nine to five.\n"
    assert headings(load_bytes("a.eml", letter(body).as_bytes()))[1:] == [(2, "HOURS")]


lines = st.sampled_from(
    [
        "From: a@b.org",
        "Subject: =?utf-8?q?x?=",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: multipart/alternative; boundary=c",
        "Content-Type: text/html",
        "Content-Transfer-Encoding: base64",
        "Content-Type: message/rfc822",
        "From a@b.org Fri Jan 17 10:00:00 2020",
        "",
        "--b",
        "--c",
        "--b--",
        "> quoted",
        "On Friday Bo wrote:",
        "-- ",
        "<p>words<blockquote type=cite>",
    ]
)


@settings(deadline=None, max_examples=150)
@given(body=st.lists(lines | st.text(max_size=15), max_size=30).map("\n".join))
@pytest.mark.parametrize("name", ["a.eml", "a.mbox"])
def test_any_mail_loads_or_says_why_not(load_bytes: LoadBytes, name: str, body: str) -> None:
    source = f"From a@b.org Fri Jan 17 10:00:00 2020\n{body}" if name == "a.mbox" else f"Subject: x\n{body}"
    with suppress(LoadError):
        check(load_bytes(name, source.encode("utf-8", "surrogatepass")))
