"""The templates that come with the platform; an office may take one as the start of its own."""

from functools import lru_cache

from contest.enums import DocumentKind
from contest.exports.documents.layout import Paper, centred


@lru_cache(maxsize=len(DocumentKind))
def builtin_template(kind: DocumentKind) -> bytes:
    """The Word file with its fields in braces. Its words are Vietnamese in every language."""
    return _MAKERS[kind]()


def _winners() -> bytes:
    paper = Paper("Danh sách người đoạt giải")
    paper.annex_title(
        "DANH SÁCH TẬP THỂ, CÁ NHÂN ĐOẠT GIẢI",
        "{{ hoi_thi|upper }}",
        reference="{{ kem_theo }}",
    )
    paper.tag("for nhom in giai")
    paper.body("{{ nhom.ten }}{% if nhom.bang %} – {{ nhom.bang }}{% endif %}", bold=True)
    paper.table(
        (
            ("STT", 12, "{{ nguoi.stt }}"),
            ("Họ và tên (tập thể)", 47, "{{ nguoi.ho_ten }}"),
            ("Đơn vị", 46, "{{ nguoi.don_vi }}"),
            ("Điểm", 16, "{{ nguoi.diem }}"),
            ("Thời gian", 22, "{{ nguoi.thoi_gian }}"),
            ("Tiền thưởng (đồng)", 22, "{{ nguoi.tien_thuong }}"),
        ),
        rows="nguoi in nhom.nguoi",
    )
    paper.tag("endfor")
    _digest(paper)
    return paper.file()


def _minutes() -> bytes:
    paper = Paper("Biên bản họp Ban Giám khảo")
    paper.head()
    paper.title("BIÊN BẢN", "Họp Ban Giám khảo xét kết quả {{ hoi_thi }} ({{ ky_thi }})")
    paper.each("dong", "can_cu", "{{ dong }}", italic=True)
    paper.body("Thời gian bắt đầu: ……… giờ ……… phút, ngày ……/……/………")
    paper.body("Địa điểm: ……………………………………………………………")
    paper.body("Thành phần tham dự: ……………………………………………………")
    paper.body("Chủ trì (chủ tọa): …………………………………………………………")
    paper.body("Thư ký (người ghi biên bản): ………………………………………………")
    paper.body("Nội dung (theo diễn biến cuộc họp):")
    paper.body("1. Số liệu chung", bold=True)
    paper.body(
        "Các kỳ thi được tính: {{ cac_ky }}, mở từ {{ tu_luc }} đến {{ den_luc }}. Có "
        "{{ so_luot }} lượt thi được tính của {{ so_nguoi }} người."
    )
    _divisions(paper)
    paper.body("2. Cách xếp hạng", bold=True)
    paper.each("dong", "the_le", "{{ dong }}")
    paper.body("3. Các quyết định của Ban Giám khảo", bold=True)
    paper.tag("if quyet_dinh")
    paper.table(
        (
            ("Số", 12, "{{ dong.so }}"),
            ("Quyết định", 38, "{{ dong.loai }}"),
            ("Về", 40, "{{ dong.ve }}"),
            ("Lý do", 46, "{{ dong.ly_do }}"),
            ("Hiệu lực", 29, "{{ dong.hieu_luc }}"),
        ),
        rows="dong in quyet_dinh",
    )
    paper.tag("else")
    paper.body("Không có.")
    paper.tag("endif")
    paper.body("4. Kết quả xếp hạng", bold=True)
    paper.tag("if not bang")
    paper.body("Mỗi kỳ thi xếp hạng riêng và có biên bản riêng.")
    paper.tag("endif")
    paper.tag("for xep_hang in bang")
    paper.body("{{ xep_hang.ten }} ({{ xep_hang.so_nguoi }} người)", leads=True)
    paper.table(
        (
            ("Hạng", 17, "{{ nguoi.hang }}"),
            ("Họ và tên", 48, "{{ nguoi.ho_ten }}"),
            ("Đơn vị", 55, "{{ nguoi.don_vi }}"),
            ("Điểm", 20, "{{ nguoi.diem }}"),
            ("Thời gian", 25, "{{ nguoi.thoi_gian }}"),
        ),
        rows="nguoi in xep_hang.dung_dau",
    )
    paper.tag("endfor")
    paper.tag("if giai")
    paper.body("5. Đề nghị trao giải", bold=True)
    paper.tag("for nhom in giai")
    paper.body("{{ nhom.ten }}{% if nhom.bang %} ({{ nhom.bang }}){% endif %}:")
    paper.each(
        "nguoi",
        "nhom.nguoi",
        "- {{ nguoi.ho_ten }}{% if nguoi.don_vi %}, {{ nguoi.don_vi }}{% endif %}"
        "{% if nguoi.ghi_chu %} ({{ nguoi.ghi_chu }}){% endif %};",
    )
    paper.tag("endfor")
    paper.each(
        "con_lai",
        "giai_chua_trao",
        "- {{ con_lai.ten }} ({{ con_lai.bang }}): còn {{ con_lai.so_luong }} giải chưa trao;",
    )
    paper.tag("if du_bi")
    paper.body("Danh sách dự bị, theo thứ tự:")
    paper.each(
        "nguoi",
        "du_bi",
        "- {{ nguoi.bang }}, hạng {{ nguoi.hang }}: {{ nguoi.ho_ten }}"
        "{% if nguoi.don_vi %}, {{ nguoi.don_vi }}{% endif %};",
    )
    paper.tag("endif")
    paper.each(
        "ten",
        "bang_giai_can_xem",
        "Lưu ý: giải đã ghi nhận của {{ ten }} không khớp kết quả này, cần ghi nhận lại.",
    )
    paper.tag("endif")
    _digest(paper)
    paper.body("Cuộc họp kết thúc vào ……… giờ ……… phút, ngày ……/……/………./.")
    paper.foot(second="THƯ KÝ")
    return paper.file()


def _report() -> bytes:
    paper = Paper("Báo cáo kết quả theo đơn vị")
    paper.head()
    paper.title("BÁO CÁO", "Kết quả tham gia {{ hoi_thi }} theo đơn vị ({{ ky_thi }})")
    paper.body(
        "{{ don_vi_to_chuc }} báo cáo kết quả tham gia {{ hoi_thi }}, {{ cac_ky }}, từ "
        "{{ tu_luc }} đến {{ den_luc }} (số liệu lập lúc {{ lap_luc }}) như sau:"
    )
    paper.body("1. Lượt thi và số người theo bảng dự thi", bold=True)
    paper.body("Có {{ so_luot }} lượt thi được tính của {{ so_nguoi }} người.")
    _divisions(paper)
    paper.body("2. Đơn vị có 100% số người được giao tham gia", bold=True)
    paper.body(
        "Có {{ so_don_vi_du }} trên {{ so_don_vi }} đơn vị có số liệu giao: "
        "{% if don_vi_du %}{% for don_vi in don_vi_du %}{{ don_vi.ten }}"
        "{% if not loop.last %}; {% endif %}{% endfor %}{% else %}chưa có đơn vị nào{% endif %}."
    )
    paper.body("3. Các đơn vị có tỷ lệ tham gia thấp nhất", bold=True)
    paper.tag("if don_vi_thap")
    paper.table(_UNIT_COLUMNS, rows="don_vi in don_vi_thap")
    paper.tag("else")
    paper.body("Không có.")
    paper.tag("endif")
    paper.tag("if don_vi_can_xem")
    paper.body("Các đơn vị có số người được giao cần xem lại (không tính tỷ lệ):", leads=True)
    paper.table(_UNIT_COLUMNS, rows="don_vi in don_vi_can_xem")
    paper.tag("endif")
    paper.body("4. Phổ điểm (theo kết quả được tính của mỗi người)", bold=True)
    paper.table(
        (
            ("Mức điểm (so với điểm tối đa)", 85, "{{ muc.ten }}"),
            ("Số người", 40, "{{ muc.so_nguoi }}"),
            ("Tỷ lệ", 40, "{{ muc.ty_le }}"),
        ),
        rows="muc in pho_diem",
    )
    _digest(paper)
    paper.body("Trên đây là báo cáo kết quả tham gia {{ hoi_thi }}./.")
    paper.foot()
    return paper.file()


_UNIT_COLUMNS = (
    ("STT", 12, "{{ don_vi.stt }}"),
    ("Đơn vị", 78, "{{ don_vi.ten }}"),
    ("Được giao", 25, "{{ don_vi.duoc_giao }}"),
    ("Dự thi", 25, "{{ don_vi.du_thi }}"),
    ("Tỷ lệ", 25, "{{ don_vi.ty_le }}"),
)


def _divisions(paper: Paper) -> None:
    paper.table(
        (
            ("Bảng dự thi", 49, "{{ dong.ten }}"),
            ("Lượt thi", 17, "{{ dong.so_luot }}"),
            ("Số người", 18, "{{ dong.so_nguoi }}"),
            ("Đạt 100%", 16, "{{ dong.dat_100 }}"),
            ("Từ 75%", 16, "{{ dong.tu_75 }}"),
            ("Từ 25%", 16, "{{ dong.tu_25 }}"),
            ("Dưới 25%", 16, "{{ dong.duoi_25 }}"),
            ("Điểm 0", 17, "{{ dong.diem_0 }}"),
        ),
        rows="dong in bang_du_thi",
        last=(
            "{{ tong.ten }}",
            "{{ tong.so_luot }}",
            "{{ tong.so_nguoi }}",
            "{{ tong.dat_100 }}",
            "{{ tong.tu_75 }}",
            "{{ tong.tu_25 }}",
            "{{ tong.duoi_25 }}",
            "{{ tong.diem_0 }}",
        ),
    )


def _digest(paper: Paper) -> None:
    paper.body("{{ niem_phong }}")
    paper.tag("if ma_kiem_chung")
    paper.body("Mã niêm phong (SHA-256):")
    centred(paper.document, "{{ ma_kiem_chung }}", 12)
    paper.body("Gốc cây Merkle của các lượt thi:")
    centred(paper.document, "{{ goc_merkle }}", 12)
    paper.tag("endif")


_MAKERS = {
    DocumentKind.WINNERS: _winners,
    DocumentKind.MINUTES: _minutes,
    DocumentKind.REPORT: _report,
}
