from datetime import date

from lxml import etree

from pipelines.press.xmp import Identity

ONE = Identity("lot <1> & print-0001.pdf", date(2027, 3, 1), "0" * 64)


def test_a_title_with_markup_stays_well_formed() -> None:
    root = etree.fromstring(ONE.packet(variable=True))
    (title,) = root.iter("{http://purl.org/dc/elements/1.1/}title")
    assert "".join(title.itertext()).strip() == "lot <1> & print-0001.pdf"


def test_only_a_variable_file_says_that_it_is_pdf_vt() -> None:
    assert b"GTS_PDFVTVersion>PDF/VT-1<" in ONE.packet(variable=True)
    assert b"pdfvtid:GTS" not in ONE.packet(variable=False)


def test_the_packet_has_its_wrapper_and_no_byte_of_chance() -> None:
    packet = ONE.packet(variable=True)
    assert packet.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode())
    assert packet.endswith(b'<?xpacket end="r"?>')
    assert packet == Identity("lot <1> & print-0001.pdf", date(2027, 3, 1), "0" * 64).packet(variable=True)
