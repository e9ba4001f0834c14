# ruff: noqa: E501
"""Files of all formats with a number wherever the format can keep one."""

from __future__ import annotations

import base64
import struct
import zipfile
import zlib
from email.message import EmailMessage
from io import BytesIO

from PIL import Image, PngImagePlugin

from tests.screening.compound import compound
from tests.screening.documents import (
    biff,
    module,
    number,
    office,
    old_word,
    open_document,
    paragraph,
    pdf,
    picture,
    row,
    wide,
    word,
    workbook,
)


def mail(card: str) -> bytes:
    made = EmailMessage()
    made["Subject"] = "Order"
    made["From"] = "dora@example.com"
    made.set_content("See the file.")
    file = workbook(row(number("A1", card.replace(" ", ""))))
    made.add_attachment(file, "application", "octet-stream")
    return made.as_bytes()


def html_mail(card: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Order"
    mail["MIME-Version"] = "1.0"
    mail.set_content(f"<p>{card}</p>", subtype="html", cte="base64")
    return mail.as_bytes()


def png_with(text: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", text, zip=True)
    return picture("PNG", pnginfo=info)


def jpeg_with(text: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = text
    return picture("JPEG", exif=exif)


def xlsb_real(value: float) -> bytes:
    record = struct.pack("<IId", 0, 0, value)
    return bytes([5, len(record)]) + record


def ppt_with_object(packed: bytes) -> bytes:
    body = struct.pack("<I", len(packed)) + zlib.compress(packed)
    record = struct.pack("<HHI", 0x10, 0x1011, len(body)) + body
    return compound({"PowerPoint Document": record})


def workbook_with_macro(source: str) -> bytes:
    project = compound({"VBA/Module1": module(source)})
    made = BytesIO(workbook(row(number("A1", "1"))))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/vbaProject.bin", project)
    return made.getvalue()


def documents(card: str) -> dict[str, tuple[str, bytes]]:
    """Return by name (ending, file) of files that keep this number somewhere."""
    digits = card.replace(" ", "")
    chart = f"<c:chart xmlns:c='c'><c:pt><c:v>{digits}</c:v></c:pt></c:chart>"
    parts = {
        "header": f'<w:hdr xmlns:w="w">{paragraph(card)}</w:hdr>',
        "footnotes": f'<w:footnotes xmlns:w="w">{paragraph(card)}</w:footnotes>',
        "comments": f'<w:comments xmlns:w="w">{paragraph(card)}</w:comments>',
    }
    return {
        # Word
        "docx: paragraph": (".docx", word(paragraph(card))),
        "docx: split over runs": (
            ".docx",
            word(paragraph(card[:2], card[2:12], card[12:])),
        ),
        "docx: table": (
            ".docx",
            word("".join(f"<w:tc>{paragraph(g)}</w:tc>" for g in card.split())),
        ),
        **{
            f"docx: {name}": (".docx", word(**{f"word__{name}": part}))
            for name, part in parts.items()
        },
        "docx: property": (
            ".docx",
            word(docProps__core=f"<p><dc:title>{card}</dc:title></p>"),
        ),
        "docx: custom property": (
            ".docx",
            word(docProps__custom=f"<p><vt:lpwstr>{card}</vt:lpwstr></p>"),
        ),
        "docx: alternative text": (
            ".docx",
            word(f'<wp:docPr id="1" name="Picture" descr="Card {card}"/>'),
        ),
        "docx: text box": (
            ".docx",
            word(f"<w:txbxContent>{paragraph(card)}</w:txbxContent>"),
        ),
        "docx: form field": (
            ".docx",
            word(
                f'<w:ffData><w:textInput><w:default w:val="{digits}"/></w:textInput></w:ffData>'
            ),
        ),
        "docx: drop-down": (
            ".docx",
            word(f'<w:listItem w:displayText="Mine" w:value="{digits}"/>'),
        ),
        "docx: WordArt": (".docx", word(f'<v:textpath string="{card}"/>')),
        "docx: link": (
            ".docx",
            office(
                "docx",
                {
                    "word/document.xml": "<d/>",
                    "word/_rels/document.xml.rels": f'<R Target="https://pay.example/{digits}"/>',
                },
            ),
        ),
        "docx: chart": (".docx", word(word__charts__chart1=chart)),
        "docx: embedded workbook": (
            ".docx",
            office(
                "docx",
                {
                    "word/document.xml": "<d/>",
                    "word/embeddings/a.xlsx": workbook(row(number("A1", digits))),
                },
            ),
        ),
        "docx: embedded compound file": (
            ".docx",
            office(
                "docx",
                {
                    "word/document.xml": "<d/>",
                    "word/embeddings/o.bin": compound(
                        {
                            "\x01Ole10Native": b"\x10\x00\x00\x00"
                            + workbook(row(number("A1", digits)))
                        }
                    ),
                },
            ),
        ),
        "docx: deleted text": (
            ".docx",
            word(f"<w:p><w:del><w:r><w:delText>{card}</w:delText></w:r></w:del></w:p>"),
        ),
        "docx: full-width digits": (
            ".docx",
            word(paragraph("".join(chr(ord(c) + 0xFEE0) for c in digits))),
        ),
        "docx: picture's metadata": (
            ".docx",
            office(
                "docx",
                {"word/document.xml": "<d/>", "word/media/a.png": png_with(card)},
            ),
        ),
        "docx: utf-16 part": (
            ".docx",
            office(
                "docx",
                {
                    "word/document.xml": f'<?xml version="1.0" encoding="utf-16"?><w:p><w:t>{card}</w:t></w:p>'.encode(
                        "utf-16"
                    )
                },
            ),
        ),
        "doc: macro": (
            ".doc",
            old_word(b"", macros=module(f"Pay = {digits} ' {card}")),
        ),
        "xlsm: macro": (
            ".xlsm",
            workbook_with_macro(f'Attribute VB_Name = "One"\r\n\' {card}\r\n'),
        ),
        "xlsm: macro behind a long one": (
            ".xlsm",
            workbook_with_macro("Dim order As Integer\r\n" * 400 + f"x = {digits}"),
        ),
        # Excel
        "xlsx: number": (".xlsx", workbook(row(number("A1", digits)))),
        "xlsx: number in powers of ten": (
            ".xlsx",
            workbook(row(number("A1", f"{int(digits) / 1e15}E15"))),
        ),
        "xlsx: four cells": (
            ".xlsx",
            workbook(
                row(
                    *(
                        number(f"{c}1", g)
                        for c, g in zip("ABCD", card.split(), strict=True)
                    )
                )
            ),
        ),
        "xlsx: rich text": (
            ".xlsx",
            workbook(
                "",
                xl__sharedStrings=f'<sst><si><r><rPr><sz val="11"/></rPr><t>{card[:9]}</t></r><r><t xml:space="preserve">{card[9:]}</t></r></si></sst>',
            ),
        ),
        "xlsx: inline": (
            ".xlsx",
            workbook(row(f'<c r="A1" t="inlineStr"><is><t>{card}</t></is></c>')),
        ),
        "xlsx: comment": (
            ".xlsx",
            workbook(
                "",
                xl__comments1=f"<comments><comment><text><t>{card}</t></text></comment></comments>",
            ),
        ),
        "xlsx: header": (
            ".xlsx",
            workbook(
                "",
                xl__worksheets__s=f"<headerFooter><oddHeader>&amp;C{card}</oddHeader></headerFooter>",
            ),
        ),
        "xlsx: sheet name": (".xlsx", workbook("", xl__x=f'<sheet name="{digits}"/>')),
        "xlsx: validation": (
            ".xlsx",
            workbook("", xl__x=f'<dataValidation prompt="As {card}"/>'),
        ),
        "xlsx: text box": (
            ".xlsx",
            workbook(
                "",
                xl__drawings__d=f"<a:p><a:r><a:t>{card[:10]}</a:t></a:r><a:r><a:rPr/><a:t>{card[10:]}</a:t></a:r></a:p>",
            ),
        ),
        "xlsx: chart": (".xlsx", workbook("", xl__charts__c=chart)),
        "xlsb: number": (
            ".xlsb",
            office("xlsb", {"xl/worksheets/sheet1.bin": xlsb_real(float(digits))}),
        ),
        "xlsb: text": (
            ".xlsb",
            office("xlsb", {"xl/sharedStrings.bin": b"\x13\x30" + wide(card)}),
        ),
        "xls: text": (
            ".xls",
            compound({"Workbook": biff((0x809, b"\x00\x06"), (0x1B6, wide(card)))}),
        ),
        "xls: number": (
            ".xls",
            compound(
                {
                    "Workbook": biff(
                        (0x809, b"\x00\x06"),
                        (0x203, struct.pack("<HHHd", 0, 0, 0, float(digits))),
                    )
                }
            ),
        ),
        "ods: number": (
            ".ods",
            open_document(
                "spreadsheet",
                f'<table:table table:name="T"><table:table-row><table:table-cell office:value-type="float" office:value="{digits}"/></table:table-row></table:table>',
            ),
        ),
        "ods: comment": (
            ".ods",
            open_document(
                "spreadsheet",
                f"<office:annotation><text:p>{card}</text:p></office:annotation>",
            ),
        ),
        # OpenDocument text
        "odt: spans": (
            ".odt",
            open_document(
                "text",
                "<text:p>4111<text:s/><text:span>1111 11</text:span>11 1111</text:p>",
            ),
        ),
        "odt: header": (
            ".odt",
            open_document(
                "text",
                "",
                styles=f"<style:header><text:p>{card}</text:p></style:header>",
            ),
        ),
        "odt: property": (
            ".odt",
            open_document(
                "text", "", meta=f"<meta:user-defined>{card}</meta:user-defined>"
            ),
        ),
        "odt: form field": (
            ".odt",
            open_document("text", f'<form:text form:current-value="{digits}"/>'),
        ),
        "odt: alternative text": (
            ".odt",
            open_document(
                "text", f"<draw:frame><svg:desc>{card}</svg:desc></draw:frame>"
            ),
        ),
        # PowerPoint
        "pptx: slide": (
            ".pptx",
            office(
                "pptx",
                {"ppt/slides/slide1.xml": f"<a:p><a:r><a:t>{card}</a:t></a:r></a:p>"},
            ),
        ),
        "pptx: notes": (
            ".pptx",
            office("pptx", {"ppt/notesSlides/n.xml": f"<a:t>{card}</a:t>"}),
        ),
        "pptx: comment": (
            ".pptx",
            office("pptx", {"ppt/comments/c.xml": f"<p:text>{card}</p:text>"}),
        ),
        "pptx: table": (
            ".pptx",
            office(
                "pptx",
                {
                    "ppt/slides/s.xml": "".join(
                        f"<a:tc><a:p><a:r><a:t>{g}</a:t></a:r></a:p></a:tc>"
                        for g in card.split()
                    )
                },
            ),
        ),
        "pptx: alternative text": (
            ".pptx",
            office(
                "pptx",
                {"ppt/slides/s.xml": f'<p:cNvPr id="4" name="x" descr="{card}"/>'},
            ),
        ),
        "pptx: embedded workbook": (
            ".pptx",
            office(
                "pptx", {"ppt/embeddings/w.xlsx": workbook(row(number("A1", digits)))}
            ),
        ),
        "ppt: text in 8 bits": (
            ".ppt",
            compound(
                {
                    "PowerPoint Document": b"\x00\x00\xa8\x0f\x13\x00\x00\x00"
                    + card.encode()
                    + b"\x00\x00"
                }
            ),
        ),
        "ppt: text in 16 bits": (
            ".ppt",
            compound(
                {
                    "PowerPoint Document": b"\x00\x00\xa0\x0f\x26\x00\x00\x00"
                    + wide(card)
                    + b"\x00\x00"
                }
            ),
        ),
        "ppt: deflated object": (
            ".ppt",
            ppt_with_object(workbook(row(number("A1", digits)))),
        ),
        # Word, Publisher, Outlook: compound files
        "doc: text in 8 bits": (".doc", old_word(b"Card: " + card.encode() + b"\r")),
        "doc: text in 16 bits": (".doc", old_word(wide(f"Card: {card}\r"))),
        "doc: table": (".doc", old_word("\x07".join(card.split()).encode())),
        "doc: property": (
            ".doc",
            compound(
                {
                    "WordDocument": bytes(1024),
                    "\x05SummaryInformation": b"\x1e\x00\x00\x00\x14\x00\x00\x00"
                    + card.encode()
                    + b"\x00",
                }
            ),
        ),
        "doc: embedded workbook": (
            ".doc",
            compound(
                {
                    "WordDocument": bytes(1024),
                    "ObjectPool/_1/Workbook": biff(
                        (0x203, struct.pack("<HHHd", 0, 0, 0, float(digits)))
                    ),
                }
            ),
        ),
        "pub: text": (".pub", compound({"Quill/QuillSub/CONTENTS": wide(card)})),
        "msg: body": (
            ".msg",
            compound(
                {"__properties_version1.0": b"", "__substg1.0_1000001F": wide(card)}
            ),
        ),
        "msg: subject": (
            ".msg",
            compound(
                {"__properties_version1.0": b"", "__substg1.0_0037001E": card.encode()}
            ),
        ),
        "msg: rich text": (
            ".msg",
            compound(
                {
                    "__properties_version1.0": b"",
                    "__substg1.0_10090102": struct.pack("<II4sI", 60, 46, b"MELA", 0)
                    + rb"{\rtf1 4111 1111 1111 \'31\'31\'31\'31}",
                }
            ),
        ),
        "msg: attachment": (
            ".msg",
            compound(
                {
                    "__properties_version1.0": b"",
                    "__attach_version1.0_#00000000/__substg1.0_37010102": workbook(
                        row(number("A1", digits))
                    ),
                }
            ),
        ),
        # PDF
        "pdf: page": (".pdf", pdf(text=card)),
        "pdf: form": (
            ".pdf",
            pdf(
                extra=f"10 0 obj << /Type /Annot /Subtype /Widget /FT /Tx /T (card) /V ({card}) >> endobj"
            ),
        ),
        "pdf: form without a kept value": (
            ".pdf",
            pdf(extra=f"10 0 obj << /FT /Tx /DV ({digits}) >> endobj"),
        ),
        "pdf: annotation": (
            ".pdf",
            pdf(
                extra=f"10 0 obj << /Type /Annot /Subtype /Text /Contents <{wide(card).hex()}> >> endobj".replace(
                    "<34", "<fffe34"
                )
            ),
        ),
        "pdf: properties": (
            ".pdf",
            pdf(extra=f"10 0 obj << /Title ({card}) >> endobj"),
        ),
        "pdf: XMP": (
            ".pdf",
            pdf(
                extra=f"10 0 obj << /Type /Metadata /Subtype /XML /Length 30 >> stream\n<x><d>{digits}</d></x>\nendstream endobj"
            ),
        ),
        # Texts
        "rtf": (".rtf", rb"{\rtf1\ansi 4111 1111 {\b 1111} 1111}"),
        "rtf: escapes": (".rtf", rb"{\rtf1\ansi \'34\'31\'31\'31-1111-1111-\u49 ?111}"),
        "rtf: table": (".rtf", rb"{\rtf1 4111\cell 1111\cell 1111\cell 1111\cell\row}"),
        "rtf: property": (".rtf", rb"{\rtf1{\info{\title 4111 1111 1111 1111}}Hi}"),
        "rtf: object": (
            ".rtf",
            b"{\\rtf1{\\object{\\*\\objdata "
            + workbook(row(number("A1", digits))).hex().encode()
            + b"}}}",
        ),
        "html": (".html", f"<html><body><p>{card}</p></body></html>".encode()),
        "html: bold part": (".html", b"<p>4111 <b>1111</b> 11<i>11 1111</i></p>"),
        "html: entities": (
            ".html",
            f"<p>{''.join(f'&#{ord(c)};' for c in card)}</p>".encode(),
        ),
        "html: comment": (".html", f"<p>Hi</p><!-- {card} -->".encode()),
        "html: field": (".html", f'<input name="card" value="{digits}">'.encode()),
        "html: script": (".html", f"<script>var card = '{digits}';</script>".encode()),
        "html: utf-16": (".html", f"<p>{card}</p>".encode("utf-16")),
        "html: utf-16 without a mark": (
            ".html",
            f"<html><p>{card}</p></html>".encode("utf-16-le"),
        ),
        "html: page in an attribute": (
            ".html",
            b'<iframe srcdoc="&lt;p&gt;4111 &lt;b&gt;1111&lt;/b&gt; 1111 1111&lt;/p&gt;"></iframe>',
        ),
        "html: data address": (
            ".html",
            b'<img src="data:text/plain;base64,'
            + base64.b64encode(card.encode())
            + b'">',
        ),
        "mht": (".mht", html_mail(card)),
        "eml: file": (".eml", mail(card)),
        "eml: subject": (
            ".eml",
            b"From: a@b.c\nSubject: =?utf-8?b?"
            + base64.b64encode(card.encode())
            + b"?=\n\nHi\n",
        ),
        "xml": (
            ".xml",
            f'<?xml version="1.0"?><card holder="Dora" number="{digits}"/>'.encode(),
        ),
        "xml: text": (".xml", f"<?xml version='1.0'?><card>{card}</card>".encode()),
        "xml: packed": (
            ".pptxml",
            b"<?xml version='1.0'?><pkg:part xmlns:pkg='p'><pkg:binaryData>"
            + base64.b64encode(workbook(row(number("A1", digits))))
            + b"</pkg:binaryData></pkg:part>",
        ),
        "csv": (".csv", f'1,Dora,"{card}",12/27\n'.encode()),
        "csv: columns": (".csv", f"1;Dora;{';'.join(card.split())};12/27\n".encode()),
        "txt": (".txt", f"Charge {card}.\n".encode()),
        "txt: utf-16": (".txt", f"Charge {card}".encode("utf-16")),
        "txt: utf-16 and an odd byte": (
            ".txt",
            f"{'Charge ' * 20_000}{card} now.".encode("utf-16") + b"!",
        ),
        "txt: first track": (
            ".txt",
            f"%B{digits}^DOE/JOHN^27121010000000000000?".encode(),
        ),
        "txt: second track": (".txt", f";{digits}D27121010000000000?".encode()),
        "docx: first track": (
            ".docx",
            word(paragraph(f"%b{digits}^DOE/JOHN^27121010000000000000?")),
        ),
        "xlsb: first track": (
            ".xlsb",
            office(
                "xlsb",
                {"xl/a.bin": b"\x13\x30" + wide(f"B{digits}^DOE/J^271210100000?")},
            ),
        ),
        "doc: second track": (".doc", old_word(f"{digits}d2712101000000".encode())),
        "txt: Amex": (".txt", b"3782-822463-10005"),
        "txt: lines": (".txt", card.replace(" ", "\n").encode()),
        "xps": (
            ".xps",
            office(
                "xps",
                {"Documents/1/Pages/1.fpage": f'<Glyphs UnicodeString="{card}"/>'},
            ),
        ),
        # Pictures
        "png: text": (".png", png_with(card)),
        "jpeg: description": (".jpg", jpeg_with(card)),
        "jpeg: comment": (".jpeg", picture("JPEG", comment=card.encode())),
        "gif: comment": (".gif", picture("GIF", comment=card.encode())),
    }
