"""The consent text that a contest begins with; its organiser may word it otherwise."""

from django.utils.translation import gettext as _

from contest.models import Contest


def usual_consent_text(contest: Contest, *, retention_days: int) -> str:
    """Markdown: who, which data, what for, how long, and the rights of whoever agrees."""
    return _(
        "**Bên kiểm soát dữ liệu:** %(host)s, đơn vị tổ chức “%(contest)s”.\n\n"
        "**Dữ liệu được thu thập:** họ và tên, đối tượng dự thi, các thông tin Anh/Chị khai trong "
        "phiếu đăng ký này; bài thi, kết quả và thời gian làm bài. Số căn cước được mã hóa khi "
        "lưu.\n\n"
        "**Mục đích:** đăng ký và tổ chức thi; bảo đảm mỗi người dự thi một lần theo thể lệ; chấm "
        "điểm, xếp hạng, xét và trao giải; công bố họ tên, đơn vị và kết quả của người đạt giải; "
        "thống kê số người tham gia theo đơn vị. Dữ liệu không được dùng vào mục đích khác và "
        "không được cung cấp cho bên khác, trừ trường hợp pháp luật quy định.\n\n"
        "**Thời gian lưu giữ:** %(days)d ngày sau khi hội thi kết thúc, sau đó dữ liệu cá nhân "
        "được xóa hoặc khử nhận dạng.\n\n"
        "**Quyền của Anh/Chị** theo Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15: được biết; đồng ý "
        "hoặc không đồng ý, rút lại sự đồng ý; xem, chỉnh sửa hoặc yêu cầu chỉnh sửa; yêu cầu cung "
        "cấp, xóa, hạn chế xử lý dữ liệu; phản đối việc xử lý dữ liệu; khiếu nại, tố cáo, khởi "
        "kiện, yêu cầu bồi thường thiệt hại. Việc đồng ý là tự nguyện; nếu không đồng ý, Anh/Chị "
        "không đăng ký dự thi được. Rút lại sự đồng ý không ảnh hưởng đến việc xử lý dữ liệu "
        "trước đó."
    ) % {"host": contest.host, "contest": contest.name, "days": retention_days}
