"""Reading zip archives that strangers send, in bounded memory and time."""

import io
import stat
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile

MOST_MEMBERS = 12_000
LARGEST_UNPACKED = 100 * 1024 * 1024  # bytes, of all members together
_CENTRAL_HEADER = b"PK\x01\x02"
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # mark, length of the name, length of the extra field
_PIECE = 64 * 1024


class SafeZip:
    """The members of an archive. Raises BadFile when any of them is not to be trusted.

    The sizes that the archive claims are checked against its limits at once, and against the
    truth as each member is read.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        infos = _directory(data)
        for info in infos:
            _check(info)
        if sum(info.file_size for info in infos) > LARGEST_UNPACKED:
            raise BadFile(
                _("tệp nén chứa quá %(size)d MB khi giải nén.")
                % {"size": LARGEST_UNPACKED // 1024**2}
            )
        self._infos = {info.filename: info for info in infos if not info.is_dir()}
        if len({info.filename for info in infos}) != len(infos):
            raise BadFile(_("tệp nén có hai thành phần trùng tên."))

    @property
    def names(self) -> list[str]:
        """Of the files, not the folders, in the archive's order."""
        return list(self._infos)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str) -> bytes:
        """The member's content. Raises BadFile when it is missing or broken."""
        return b"".join(self._pieces(name))

    def check(self) -> None:
        """Unpacks every member, keeping none. Raises BadFile when one is not as claimed."""
        for name in self._infos:
            for _piece in self._pieces(name):
                pass

    def _pieces(self, name: str) -> Iterator[bytes]:
        info = self._infos.get(name)
        if info is None:
            raise BadFile(_("tệp nén thiếu thành phần “%(name)s”.") % {"name": name[:80]})
        left, crc = info.file_size, 0
        for piece in _unpacked(self._packed(info), deflated=info.compress_type == ZIP_DEFLATED):
            left -= len(piece)
            if left < 0:
                raise _broken(name)
            crc = zlib.crc32(piece, crc)
            yield piece
        if left or crc != info.CRC:
            raise _broken(name)

    def _packed(self, info: ZipInfo) -> memoryview:
        start = info.header_offset
        header = self._data[start : start + _LOCAL_HEADER.size] if start >= 0 else b""
        if len(header) != _LOCAL_HEADER.size:
            raise _broken(info.filename)
        mark, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        start += _LOCAL_HEADER.size + name_length + extra_length
        packed = memoryview(self._data)[start : start + info.compress_size]
        if mark != b"PK\x03\x04" or len(packed) != info.compress_size:
            raise _broken(info.filename)
        return packed


def _directory(data: bytes) -> list[ZipInfo]:
    too_many = BadFile(_("tệp nén có quá %(most)d thành phần.") % {"most": MOST_MEMBERS})
    if data.count(_CENTRAL_HEADER) > 2 * MOST_MEMBERS:  # before an object is made of each
        raise too_many
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except Exception as error:  # zipfile raises whatever a broken directory leads it to
        raise BadFile(_("tệp nén bị hỏng hoặc không đúng định dạng ZIP.")) from error
    if len(infos) > MOST_MEMBERS:
        raise too_many
    return infos


def _check(info: ZipInfo) -> None:
    name = info.orig_filename
    if info.flag_bits & 0x41:
        raise BadFile(_("tệp nén có mật khẩu; xin gửi tệp không đặt mật khẩu."))
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadFile(_("tệp nén dùng kiểu nén chưa được hỗ trợ; xin nén lại theo kiểu thường."))
    parts = name.removesuffix("/").split("/")
    odd = any(part in ("", ".", "..") for part in parts)
    if odd or any(char in name for char in "\\:\0") or stat.S_ISLNK(info.external_attr >> 16):
        raise BadFile(
            _("tệp nén có đường dẫn không an toàn (%(name)s).") % {"name": ascii(name[:80])}
        )


def _unpacked(packed: memoryview, *, deflated: bool) -> Iterator[bytes]:
    """The content in small pieces. Raises BadFile when it cannot be unpacked."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), _PIECE):
        left = bytes(packed[start : start + _PIECE])
        if not deflated:
            yield left
            continue
        while left and not stream.eof:
            try:
                yield stream.decompress(left, _PIECE)
            except zlib.error as error:
                raise BadFile(_("tệp nén bị hỏng, không giải nén được.")) from error
            left = stream.unconsumed_tail
    if deflated and not stream.eof:
        yield from _rest(stream)


def _rest(stream: "zlib._Decompress") -> Iterator[bytes]:
    """What the decompressor still holds back after its last input."""
    while piece := stream.decompress(b"", _PIECE):
        yield piece


def _broken(name: str) -> BadFile:
    return BadFile(_("thành phần “%(name)s” trong tệp nén bị hỏng.") % {"name": name[:80]})
