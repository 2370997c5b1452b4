import contextlib
import io
import stat
import warnings
import zlib
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given, strategies as st

from accounts.formats import safe_zip
from accounts.formats.bad_file import BadFile
from accounts.formats.safe_zip import SafeZip


def zipped(members, compression=ZIP_DEFLATED):
    target = io.BytesIO()
    with warnings.catch_warnings(), ZipFile(target, "w", compression) as archive:
        warnings.simplefilter("ignore")  # of names given twice
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


def everything(data):
    archive = SafeZip(data)
    return {name: archive.read(name) for name in archive.names}


@given(st.dictionaries(st.from_regex(r"[a-zđ]{1,9}", fullmatch=True), st.binary()), st.booleans())
def test_members_come_back_as_they_were(members, is_deflated):
    data = zipped(members.items(), ZIP_DEFLATED if is_deflated else 0)

    assert everything(data) == members


def test_a_large_member_comes_back_whole():
    content = bytes(range(256)) * 4000 + b"\0" * 1_000_000

    assert everything(zipped([("a/b", content)])) == {"a/b": content}


def test_folders_are_no_members():
    data = zipped([("a/", ""), ("a/b.xml", "x")])

    assert SafeZip(data).names == ["a/b.xml"]
    assert "a/b.xml" in SafeZip(data)


@pytest.mark.parametrize(
    "name", ["../a", "a/../b", "/a", "a//b", "./a", "a\\b", "c:a", "..", "a/.."]
)
def test_path_tricks_are_refused(name):
    with pytest.raises(BadFile, match="đường dẫn không an toàn"):
        SafeZip(zipped([(name, "x")]))


def test_links_are_refused():
    link = ZipInfo("a")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    with pytest.raises(BadFile, match="đường dẫn không an toàn"):
        SafeZip(zipped([(link, "/etc/passwd")]))


def test_a_name_given_twice_is_refused():
    with pytest.raises(BadFile, match="trùng tên"):
        SafeZip(zipped([("a", "x"), ("a", "y")]))


def test_other_compressions_are_refused():
    with pytest.raises(BadFile, match="kiểu nén"):
        SafeZip(zipped([("a", "x")], ZIP_BZIP2))


def test_encrypted_members_are_refused():
    data = bytearray(zipped([("a", "x")]))
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(BadFile, match="mật khẩu"):
        SafeZip(bytes(data))


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(safe_zip, "MOST_MEMBERS", 3)

    assert len(SafeZip(zipped([(name, "") for name in "abc"])).names) == 3
    for names in ("abcd", "abcdefghijkl"):
        with pytest.raises(BadFile, match="quá 3 thành phần"):
            SafeZip(zipped([(name, "") for name in names]))


def test_a_bomb_that_is_honest_of_its_size_is_refused_unread(monkeypatch):
    monkeypatch.setattr(safe_zip, "LARGEST_UNPACKED", 2**20)

    with pytest.raises(BadFile, match="quá 1 MB khi giải nén"):
        SafeZip(zipped([("a", bytes(2**19)), ("b", bytes(2**19 + 1))]))


def test_a_bomb_that_lies_of_its_size_is_cut_off():
    data = bytearray(zipped([("a", bytes(50 * 2**20))]))
    place = data.index(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    data[place + 16 : place + 20] = zlib.crc32(bytes(10)).to_bytes(4, "little")

    with pytest.raises(BadFile, match="bị hỏng"):
        SafeZip(bytes(data)).read("a")
    with pytest.raises(BadFile, match="bị hỏng"):
        SafeZip(bytes(data)).check()


def test_a_changed_member_is_refused():
    data = bytearray(zipped([("a", "nội dung")], 0))
    data[data.index("nội".encode())] ^= 1

    with pytest.raises(BadFile, match="bị hỏng"):
        SafeZip(bytes(data)).read("a")


def test_a_missing_member_is_refused():
    with pytest.raises(BadFile, match="thiếu thành phần “b”"):
        SafeZip(zipped([("a", "x")])).read("b")


GOOD = zipped([("a", "x" * 99), ("b", "nội dung"), ("c/d", bytes(range(256)))])


@given(st.binary())
def test_anything_is_read_or_refused(noise):
    for data in (noise, b"PK\x03\x04" + noise, GOOD + noise, noise + GOOD):
        with contextlib.suppress(BadFile):
            everything(data)


@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6)
)
def test_a_changed_archive_is_read_or_refused(changes):
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    with contextlib.suppress(BadFile):
        everything(bytes(data))
        SafeZip(bytes(data)).check()
