"""Words that exclude each other: a question about the one is not the question about the other,
however alike the two look.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from accounts.rules.folding import fold, tidy

# A line is a group: " / " stands between what excludes each other, ", " between words for one
# thing. Longer words are found first ("thẩm quyền" is no "quyền"); those after " \ " are found only
# to be left alone. "#" is a number that follows.
_GROUPS = """
tối đa, nhiều nhất, không quá / tối thiểu, ít nhất, không dưới
cao nhất, lớn nhất / thấp nhất, nhỏ nhất
sớm nhất / muộn nhất, chậm nhất
trước / sau \\ sau đây, sau này, trước đây, trước hết, trước mắt
trong / ngoài \\ trong đó, trong sạch, trong sáng, ngoài ra, ngoài việc
trên #, trở lên, lớn hơn, nhiều hơn / dưới #, trở xuống, nhỏ hơn, ít hơn
cấp trên / cấp dưới
tăng / giảm / miễn / thu \\ thu hút, thu thập, thu nhập, thu gom, doanh thu
trực tiếp / gián tiếp / trực tuyến
đúng hạn, trong hạn / quá hạn, trễ hạn, chậm hạn / trước hạn, sớm hạn
toàn trình / một phần
lần đầu, lần thứ nhất, lần 1 / lần hai, lần thứ hai, lần 2 / lần ba, lần thứ ba, lần 3
dài hạn / trung hạn / ngắn hạn
bắt buộc / tự nguyện
công khai / bí mật
tuyệt mật / tối mật / mật / hỏa tốc / thượng khẩn / khẩn \\ bảo mật, mật khẩu, khẩn trương
ưu điểm / nhược điểm, hạn chế
nguyên nhân / giải pháp
mục tiêu, mục đích / nguyên tắc / quan điểm / phạm vi / đối tượng
tổng quát / cụ thể
quyền / nghĩa vụ \\ thẩm quyền, chính quyền, ủy quyền, phân quyền, pháp quyền, quyền hạn
cá nhân / tập thể / tổ chức
công chức / viên chức
khiếu nại / tố cáo / khởi kiện / kiến nghị, phản ánh
người khiếu nại / người bị khiếu nại / người tố cáo / người bị tố cáo
chủ trì / phối hợp
chủ tịch / phó chủ tịch \\ đoàn chủ tịch
giám đốc / phó giám đốc
trưởng phòng / phó trưởng phòng
chủ tịch nước / chủ tịch quốc hội
cấp mới / cấp lại / cấp đổi / gia hạn / thu hồi
bộ trưởng / thứ trưởng
thủ tướng / phó thủ tướng
bổ nhiệm / miễn nhiệm / bãi nhiệm / cách chức / luân chuyển / điều động / biệt phái / từ chức
khen thưởng / kỷ luật
thành lập / giải thể / sáp nhập
ban hành, thông qua / hiệu lực, có hiệu lực / hết hiệu lực
bản chính / bản gốc / bản sao
bản sao y, sao y / bản sao lục, sao lục / bản trích sao, trích sao
văn bản đi / văn bản đến
chuyên dùng / công cộng
thường xuyên / định kỳ / đột xuất
hằng ngày, hàng ngày / hằng tuần, hàng tuần / hằng tháng, hàng tháng / hằng quý, hàng quý / hằng năm, hàng năm
hội đồng nhân dân, hđnd / ủy ban nhân dân, ubnd / tòa án nhân dân / viện kiểm sát nhân dân
trung ương / địa phương
tỉnh / huyện / quận / xã / phường / đặc khu / thôn \\ xã hội
đô thị / nông thôn
công lập / tư thục
tập sự / chính thức / dự bị
sơ cấp / trung cấp / cao cấp
tiểu học / trung học cơ sở / trung học phổ thông
khai sinh / khai tử / kết hôn / ly hôn
thường trú / tạm trú / tạm vắng / lưu trú
nhập cảnh / xuất cảnh
nhập khẩu / xuất khẩu
nam / nữ \\ việt nam, miền nam, phía nam
sáng / chiều / đêm \\ sáng kiến, sáng tạo
bên phải, rẽ phải / bên trái, rẽ trái
ô tô / mô tô, xe máy / xe đạp / xe gắn máy
số lượng / chất lượng
chính phủ điện tử / chính phủ số, chính quyền số / kinh tế số / xã hội số
"""  # noqa: E501
_LETTERED = ("điểm", "loại", "nhóm", "hạng", "mẫu")
_WORD = re.compile(r"[^\W_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"

_Sense = tuple[str, str]  # a group, and what of it


def words_apart(a: str, b: str) -> list[str]:
    """Words as written, in small letters, of which each text has others: a's first."""
    ours, theirs = _senses(a), _senses(b)
    return [*_without(ours, theirs), *_without(theirs, ours)]


def _without(mine: dict[_Sense, str], theirs: dict[_Sense, str]) -> list[str]:
    """Words of mine that theirs lack, in groups of which theirs have others that mine lack."""
    groups = {group for group, _ in theirs.keys() - mine.keys()}
    return [words for sense, words in mine.items() if sense not in theirs and sense[0] in groups]


@lru_cache(maxsize=64)
def _senses(text: str) -> dict[_Sense, str]:
    """Each sense the text has, with the words for it."""
    words = _WORD.findall(tidy(text).lower())
    lexicon, key = (_BARE, _folded) if text.isascii() else (_ACCENTED, _key)
    keys = [key(word) for word in words]
    found: dict[_Sense, str] = {}
    place = 0
    while place < len(words):
        length, sense = _longest(lexicon, keys, place)
        if sense is not None:
            found.setdefault(sense, " ".join(words[place : place + length]))
        place += length
    return found


_Lexicon = dict[str, list[tuple[list[str], _Sense | None]]]


def _longest(lexicon: _Lexicon, keys: list[str], place: int) -> tuple[int, _Sense | None]:
    """How many words there have one sense, and which: None for most."""
    for phrase, sense in lexicon.get(keys[place], ()):
        there = keys[place : place + len(phrase)]
        if there == phrase or (phrase[-1] == "#" and _stand_before_a_number(phrase, there)):
            return len(phrase), sense
    return 1, None


def _stand_before_a_number(phrase: list[str], there: list[str]) -> bool:
    return there[:-1] == phrase[:-1] and there[-1].isdigit()


_folded = lru_cache(maxsize=8192)(fold)


@lru_cache(maxsize=8192)
def _key(word: str) -> str:
    """The word with its tone at its end, wherever it was put: "hoà" and "hòa" are one."""
    letters = unicodedata.normalize("NFD", word)
    return "".join(sorted(letters, key=_TONES.__contains__))


def _phrases() -> Iterator[tuple[str, _Sense | None]]:
    for line in _GROUPS.strip().splitlines():
        members, _, left_alone = line.partition(" \\ ")
        yield from ((words, None) for words in left_alone.split(", ") if words)
        for member in members.split(" / "):
            yield from ((words, (members, member)) for words in member.split(", "))
    for noun in _LETTERED:
        yield from ((f"{noun} {letter}", (noun, letter)) for letter in "abcdđe")


def _lexicon(*, is_bare: bool) -> _Lexicon:
    """By their first word, the longest first."""
    by_first: _Lexicon = {}
    for words, sense in _phrases():
        keys = [
            word if word == "#" else fold(word) if is_bare else _key(word) for word in words.split()
        ]
        by_first.setdefault(keys[0], []).append((keys, sense))
    for phrases in by_first.values():
        phrases.sort(key=lambda it: -len(it[0]))
    return by_first


_ACCENTED, _BARE = _lexicon(is_bare=False), _lexicon(is_bare=True)
