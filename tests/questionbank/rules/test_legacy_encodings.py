"""Old fonts: what was typed for them is found and read, everything else is left alone."""

import time
import unicodedata

import pytest
from hypothesis import example, given, strategies as st

from questionbank.rules.legacy_encodings import legacy_encoding, to_unicode

# The tables, written down once more: a slip in those of the module must not pass unseen. TCVN3
# has the letters of each vowel in the order of their codes, VNI a mark for each tone.
LETTERS = "àảãáạ ằẳẵắặ ầẩẫấậ èẻẽéẹ ềểễếệ ìỉĩíị òỏõóọ ồổỗốộ ờởỡớợ ùủũúụ ừửữứự ỳỷỹýỵ ăâđêôơư".replace(
    " ", ""
)
TCVN3_CODES = bytes.fromhex(
    "b5b6b7b8b9 bbbcbdbec6 c7c8c9cacb cccecfd0d1 d2d3d4d5d6 d7d8dcddde dfe1e2e3e4 e5e6e7e8e9"
    "eaebecedee eff1f2f3f4 f5f6f7f8f9 fafbfcfdfe a8a9aeaaabacad"
)
TCVN3_CAPITALS = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
TO_TCVN3 = dict(zip(LETTERS, TCVN3_CODES.decode("latin-1"), strict=True)) | TCVN3_CAPITALS
VNI_BASES = {"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "ô", "ư": "ö"}
VNI_TONES = dict(zip("\u0300\u0309\u0303\u0301\u0323", "øûõùï", strict=True))
VNI_BREVE = dict(zip("\u0300\u0309\u0303\u0301\u0323", "èúüéë", strict=True)) | {"": "ê"}
VNI_HAT = dict(zip("\u0300\u0309\u0303\u0301\u0323", "àåãáä", strict=True)) | {"": "â"}
VNI_ALONE = dict(zip("đơưìỉĩíịỵ", "ñôöìæóíòî", strict=True))


def nfc(text):
    return unicodedata.normalize("NFC", text)


def in_vni(letter):
    """The code of a small letter."""
    if letter in VNI_ALONE:
        return VNI_ALONE[letter]
    marks = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in marks if mark in VNI_TONES), "")
    vowel = nfc(marks.replace(tone, ""))
    if vowel in "ăâêô":
        return VNI_BASES[vowel] + (VNI_BREVE if vowel == "ă" else VNI_HAT)[tone]
    return VNI_BASES.get(vowel, vowel) + VNI_TONES[tone]


TO_VNI = {letter: in_vni(letter) for letter in LETTERS}
TO_VNI |= {letter.upper(): code.upper() for letter, code in TO_VNI.items()}

PHRASES = [
    *("cải cách hành chính nhà nước", "chương trình tổng thể", "giai đoạn hai nghìn ba mươi"),
    *("nghị quyết của chính phủ", "thủ tục hành chính", "cơ chế một cửa liên thông"),
    *("dịch vụ công trực tuyến toàn trình", "người dân và doanh nghiệp", "mức độ hài lòng"),
    *("chỉ số năng lực cạnh tranh cấp tỉnh", "hiệu quả quản trị", "bộ nội vụ", "sở tư pháp"),
    *("thông tin và truyền thông", "ủy ban nhân dân xã phường", "hội đồng nhân dân"),
    *("cán bộ công chức viên chức", "văn hóa công sở", "ứng xử với tổ chức, công dân"),
    *("thái độ phục vụ", "chuẩn mực giao tiếp", "trách nhiệm của người đứng đầu"),
    *("tiếp nhận và trả kết quả giải quyết hồ sơ", "bưu chính công ích", "thanh toán phí, lệ phí"),
    *("thuế và hải quan", "bảo hiểm xã hội", "trường học, bệnh viện", "đơn vị sự nghiệp tự chủ"),
    *("tài chính, ngân sách", "kế hoạch tuyên truyền", "cuộc thi tìm hiểu", "câu hỏi và đáp án"),
    *("phương án lựa chọn", "có hiệu lực thi hành", "sửa đổi, bổ sung, bãi bỏ", "luật tổ chức"),
    *("chính quyền địa phương", "kỷ luật, kỷ cương", "phòng chống tham nhũng, lãng phí"),
    *("chuyển đổi số", "cơ sở dữ liệu quốc gia về dân cư", "định danh và xác thực điện tử"),
    *("chữ ký số", "lưu trữ hồ sơ", "giấy phép xây dựng", "quyền sử dụng đất", "hộ tịch"),
    *("đăng ký kết hôn", "khai sinh, khai tử", "lý lịch tư pháp", "căn cước công dân"),
    *("thẩm quyền", "khiếu nại, tố cáo", "giám sát, kiểm tra, thanh tra", "khen thưởng, kỷ luật"),
    *("tinh giản biên chế", "vị trí việc làm", "đánh giá, xếp loại", "bồi dưỡng nghiệp vụ"),
    *("thể chế, tổ chức bộ máy", "phân cấp, phân quyền", "nghị định, thông tư, chỉ thị"),
    *("đồng bộ, thống nhất, khả thi", "công khai, minh bạch", "rút ngắn thời hạn xử lý"),
    *("giảm chi phí tuân thủ", "nông nghiệp và nông thôn mới", "quỹ bảo trợ trẻ em"),
    *("hợp tác xã", "khuyến khích đầu tư", "nhiệm kỳ", "ngày, tháng, năm", "đúng hay sai"),
    *("mỗi người một ý kiến", "vẽ bản đồ", "ngõ hẻm", "sẵn sàng", "bắt buộc", "lặng lẽ"),
    *("thuở trước", "nghĩa vụ quân sự", "ưu đãi người có công", "huyện ủy, tỉnh ủy", "bỡ ngỡ"),
    *("cổng thông tin điện tử", "hỗ trợ trực tuyến", "thử nghiệm", "ẩn ý", "bình đẳng giới"),
    *("miễn phí bằng văn bản", "từ chối cùng lý do", "chăm sóc bà mẹ", "mùa hè", "hiểu kỹ, ghi rõ"),
    *("hướng dẫn phòng bệnh kiết lỵ",),
]
WORDS = sorted({word for phrase in PHRASES for word in phrase.replace(",", "").split()})
MARKED_WORDS = [word for word in WORDS if not word.isascii()]
LATIN_1_WORDS = [word for word in WORDS if max(word) <= "\xff"]
SENTENCES = st.lists(st.sampled_from(PHRASES), min_size=1, max_size=8).map(", ".join)
# A few words may be words in either reading ("chính" is typed alike for VNI and for Unicode),
# so that sentences to be converted have some more.
LONG_SENTENCES = st.one_of(
    st.lists(st.sampled_from(PHRASES), min_size=4, max_size=8, unique=True).map(", ".join),
    st.lists(st.sampled_from(MARKED_WORDS), min_size=10, max_size=20, unique=True).map(" ".join),
)
ASIDE = st.sampled_from(
    [
        *("76/NQ-CP", "số 468/QĐ-TTg", "61/2018/NĐ-CP", "15/7/2021", "(2021 - 2030)", "1.234,5"),
        *("hoithi@soctrang.gov.vn", "https://dichvucong.gov.vn", "25 °C", "10 m²", "100%", "UBND"),
    ]
)


def encoded(text, table):
    return "".join(table.get(letter, letter) for letter in text)


def test_the_lists_are_whole():
    assert len(set(LETTERS)) == 67
    assert len(WORDS) >= 200
    assert set(LETTERS) <= set("".join(WORDS))


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_has_its_code_in_tcvn3(letter):
    assert (
        to_unicode(encoded(f"Không {letter} được người hỏi", TO_TCVN3))
        == f"Không {letter} được người hỏi"
    )


@pytest.mark.parametrize("letter", [*LETTERS, *LETTERS.upper()])
def test_every_letter_has_its_code_in_vni(letter):
    assert (
        to_unicode(encoded(f"Không {letter} được người hỏi", TO_VNI))
        == f"Không {letter} được người hỏi"
    )


@given(LONG_SENTENCES, st.lists(ASIDE, max_size=3))
def test_text_for_tcvn3_fonts_is_read(sentence, asides):
    text = " ".join([sentence, *asides])

    assert to_unicode(encoded(text, TO_TCVN3)) == text
    assert legacy_encoding(encoded(text, TO_TCVN3)) == "tcvn3"


@given(LONG_SENTENCES, st.lists(ASIDE, max_size=3), st.sampled_from([str, str.upper, str.title]))
def test_text_for_vni_fonts_is_read(sentence, asides, cased):
    text = " ".join([cased(sentence), *asides])

    assert to_unicode(encoded(text, TO_VNI)) == text
    assert legacy_encoding(encoded(text, TO_VNI)) == "vni"


@given(SENTENCES, st.lists(ASIDE, max_size=3), st.sampled_from([str, str.upper, str.title]))
@example("chính", [], str)
def test_unicode_stays_as_it_is(sentence, asides, cased):
    text = " ".join([cased(sentence), *asides])

    for form in ("NFC", "NFD"):
        assert legacy_encoding(unicodedata.normalize(form, text)) is None
        assert to_unicode(unicodedata.normalize(form, text)) == text


@given(st.lists(st.sampled_from(LATIN_1_WORDS), min_size=1, max_size=8).map(" ".join))
def test_unicode_that_latin_1_has_letters_for_stays_as_it_is(text):
    assert to_unicode(text) == text
    assert to_unicode(text.upper()) == text.upper()


@given(LONG_SENTENCES, st.sampled_from([TO_TCVN3, TO_VNI]))
def test_what_is_read_is_not_read_again(sentence, table):
    once = to_unicode(encoded(sentence, table))

    assert to_unicode(once) == once


@given(st.text(st.characters(max_codepoint=0xFF)))
def test_nothing_breaks_it(text):
    assert nfc(to_unicode(text)) == to_unicode(text)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("C¶i c¸ch hµnh chÝnh", "Cải cách hành chính"),
        ("Caûi caùch haønh chính", "Cải cách hành chính"),
        ("NghÞ quyÕt sè 76/NQ-CP ngµy 15/7/2021", "Nghị quyết số 76/NQ-CP ngày 15/7/2021"),
        ("Nghò quyeát soá 76/NQ-CP", "Nghị quyết số 76/NQ-CP"),
        ("§iÒu 5 – “NghÞ ®Þnh”…", "Điều 5 – “Nghị định”…"),
        ("<b>Caâu 1.</b> *Ñuùng* hay_sai?", "<b>Câu 1.</b> *Đúng* hay_sai?"),
        ("UÛy ban nhaân daân", "Ủy ban nhân dân"),
        ("COÄNG HOØA XAÕ HOÄI", "CỘNG HÒA XÃ HỘI"),
    ],
)
def test_old_text_as_offices_have_it(typed, read):
    assert to_unicode(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [("§óng", "Đúng"), ("Kh«ng", "Không"), ("QuyÒn", "Quyền"), ("Ñuùng", "Đúng"), ("Sai", "Sai")],
)
def test_options_of_a_word(typed, read):
    assert to_unicode(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("C¶I C¸CH HµNH CHÝNH", "CẢI CÁCH HÀNH CHÍNH"),
        ("QU¶N TRÞ, §ÇU T¦", "QUẢN TRỊ, ĐẦU TƯ"),
        ("X· HéI CHñ NGHÜA", "Xã HỘI CHỦ NGHĨA"),  # nothing in "X·" says that it is in capitals
        ("céng hßa x· héi", "cộng hòa xã hội"),  # typed small, shown in capitals by the font
    ],
)
def test_capitals_of_tcvn3_as_far_as_they_can_be_told(typed, read):
    assert to_unicode(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        *("Ý kiến của ông", "công văn", "hai mà ba", "Có", "Là cá", "à", "Hà Tĩnh", "lý do"),
        *("cà phê", "ý và í", "không có gì là khó cả", "Cà Mau", "Vĩnh Long – Trà Vinh"),
        *("CÔNG", "Ý", "không", "Sóc", "bê tông", "xi-măng", "mì chính", "bôxít", "nghành"),
        *("§ 5", "¶", "®", "25 °C", "10 m²", "5 µm", "© 2026", "1½", "«Sai»", "3 × 4", "Windows®"),
        *("café", "Château", "Müller", "São Paulo", "Noël", "déjà vu", "naïve", "goût", "août"),
        *(
            "là où",
            "Où est-il né ?",
            "à la carte",
            "Il a été élu à l'été",
            "maïs",
            "être",
            "mañana",
        ),
        "Nguyên tắc pacta sunt servanda và vis-à-vis",
        "The façade of the résumé was a cliché",
        "La tua password non può essere usata",
        "På svenska är det få som må så",
        *("abc@example.vn", "76/NQ-CP", "468/Q-TTg", "1.234,5", "A", "", "  ", "\n\t", "Привет"),
    ],
)
def test_other_text_is_left_alone(text):
    assert legacy_encoding(text) is None
    assert to_unicode(text) == text


def test_text_that_mixes_unicode_and_an_old_font_is_left_alone():
    assert to_unicode("Đáp án: C¶i c¸ch hµnh chÝnh") == "Đáp án: C¶i c¸ch hµnh chÝnh"


@pytest.mark.parametrize("table", [TO_TCVN3, TO_VNI, {}])
def test_five_thousand_texts_take_no_time(table):
    words = [encoded(word, table) for word in WORDS]
    texts = [" ".join((words[start % 200 :] + words)[:60])[:300] for start in range(5000)]

    started = time.process_time()
    for text in texts:
        to_unicode(text)

    assert time.process_time() - started < 2


@pytest.mark.parametrize("text", ["a" * 2_000_000 + "é", "é " * 500_000, "HÐA" * 500_000])
def test_long_texts_take_no_time(text):
    started = time.process_time()
    to_unicode(text)

    assert time.process_time() - started < 2
