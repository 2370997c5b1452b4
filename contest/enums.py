"""Closed sets of the contest app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RoundKind(TextChoices):
    PRACTICE = "practice", _("Thi thử")
    OFFICIAL = "official", _("Thi chính thức")


class RevealTime(TextChoices):
    """When a participant may see something: a score, or the key with explanations."""

    AT_SUBMIT = "at_submit", _("Ngay khi nộp bài")
    AFTER_CLOSE = "after_close", _("Sau khi kết thúc kỳ thi")
    NEVER = "never", _("Không công bố")


class ClosedBy(TextChoices):
    PARTICIPANT = "participant", _("Người dự thi nộp bài")
    EXPIRY = "expiry", _("Hết giờ làm bài")


class NameDisplay(TextChoices):
    """How much of a name the public boards show."""

    FULL = "full", _("Họ và tên đầy đủ")
    SHORT = "short", _("Họ và tên viết tắt (Nguyễn T. H.)")
    HIDDEN = "hidden", _("Không nêu tên")


class DecisionKind(TextChoices):
    """What the jury decides about the people, the attempts and the keys of a contest."""

    DISQUALIFY = "disqualify", _("Hủy kết quả của người dự thi")
    SET_ASIDE = "set_aside", _("Không xếp hạng người dự thi")
    EXCLUDE_ATTEMPT = "exclude_attempt", _("Không tính một lượt thi")
    REGRADE = "regrade", _("Chấm lại một câu hỏi")
    UNDO = "undo", _("Hủy bỏ một quyết định")


class KeyChangeKind(TextChoices):
    """What the jury makes of a question after a round."""

    VOID = "void", _("Hủy câu hỏi: không ai được tính điểm, điểm tối đa giảm theo")
    CORRECT = "correct", _("Sửa đáp án")
    ACCEPT_MORE = "accept_more", _("Chấp nhận thêm đáp án")
    FULL_POINTS = "full_points", _("Cho điểm tất cả người có câu này trong đề")

    @property
    def has_key(self) -> bool:
        """Whether it names answers."""
        return self in (KeyChangeKind.CORRECT, KeyChangeKind.ACCEPT_MORE)


class AttemptPolicy(TextChoices):
    """What counts of a person's several attempts in a round."""

    BEST = "best", _("Lượt thi tốt nhất")
    FIRST = "first", _("Lượt thi đầu tiên")
    LAST = "last", _("Lượt thi cuối cùng")
    SUM = "sum", _("Cộng tất cả các lượt thi")
    AVERAGE = "average", _("Trung bình các lượt thi")


class RoundsPolicy(TextChoices):
    """What becomes of a person's results in several rounds."""

    SUM = "sum", _("Cộng tất cả các kỳ thi chính thức")
    BEST_ROUNDS = "best_rounds", _("Cộng một số kỳ thi tốt nhất")
    SEPARATE = "separate", _("Mỗi kỳ thi xếp hạng và trao giải riêng, không cộng")


class Criterion(TextChoices):
    """What may part two people, in the words of the rules."""

    SCORE = "score", _("điểm cao hơn")
    NEAREST = "nearest", _("số dự đoán gần đúng hơn")
    NEAREST_BELOW = "nearest_below", _("số dự đoán gần đúng hơn và không vượt quá số đúng")
    TIME_USED = "time_used", _("thời gian làm bài ít hơn")
    EARLIER = "earlier", _("nộp bài sớm hơn")
    OLDER = "older", _("nhiều tuổi hơn")
    YOUNGER = "younger", _("ít tuổi hơn")
    LOT = "lot", _("bốc thăm công khai")


class PredictionSubject(TextChoices):
    """What people are asked to guess."""

    TAKING_PART = "taking_part", _("dự thi")
    ALL_CORRECT = "all_correct", _("trả lời đúng tất cả các câu hỏi")


class PredictionScope(TextChoices):
    ROUND = "round", _("Cả kỳ thi")
    DIVISION = "division", _("Bảng dự thi của người dự đoán")


class PredictionUnit(TextChoices):
    PERSONS = "persons", _("Số người")
    ATTEMPTS = "attempts", _("Số lượt thi")


class BoardKind(TextChoices):
    """Who wins the prizes of a prize board."""

    INDIVIDUAL = "individual", _("Cá nhân")
    COLLECTIVE = "collective", _("Tập thể")


class UnitCriterion(TextChoices):
    """What may part two units, in the words of the rules."""

    RATE = "rate", _("tỷ lệ người dự thi cao hơn")
    MEAN = "mean", _("điểm trung bình cao hơn")
    PARTICIPANTS = "participants", _("số người dự thi nhiều hơn")
    WINNERS = "winners", _("số người đạt giải nhiều hơn")


class PersonField(TextChoices):
    """What a contest may ask of a person beside name, kind and consent."""

    BORN_ON = "born_on", _("Ngày sinh")
    SEX = "sex", _("Giới tính")
    CCCD = "cccd", _("Số căn cước (CCCD)")
    PHONE = "phone", _("Số điện thoại")
    EMAIL = "email", _("Thư điện tử")
    ADDRESS = "address", _("Địa chỉ")
    UNIT = "unit", _("Đơn vị")
    POSITION = "position", _("Chức vụ, công việc")

    @property
    def identifies(self) -> bool:
        """Whether two people with the same value may be one person."""
        return self in IDENTIFYING


IDENTIFYING = (PersonField.CCCD, PersonField.PHONE, PersonField.EMAIL)


class Requirement(TextChoices):
    OPTIONAL = "optional", _("Không bắt buộc")
    REQUIRED = "required", _("Bắt buộc")


class OnRepeat(TextChoices):
    """What becomes of a second registration with the same value."""

    REFUSE = "refuse", _("Từ chối")
    FLAG = "flag", _("Nhận và báo Ban giám khảo")


class RegisteredBy(TextChoices):
    PERSON = "person", _("Tự đăng ký")
    LIST = "list", _("Danh sách của đơn vị")


class ClusterStatus(TextChoices):
    """Where the jury is with people who may be one person, or may have worked together."""

    OPEN = "open", _("Chưa xem xét")
    ASKED = "asked", _("Đã hỏi đơn vị")
    SETTLED = "settled", _("Đã kết luận")


class ClusterVerdict(TextChoices):
    SAME_PERSON = "same_person", _("Cùng một người")
    DIFFERENT_PEOPLE = "different_people", _("Những người khác nhau")
    DISMISSED = "dismissed", _("Không có căn cứ xử lý")  # of one person
    DISQUALIFIED = "disqualified", _("Hủy kết quả")
    SET_ASIDE = "set_aside", _("Không xếp hạng")


class PeopleFileKind(TextChoices):
    """What a list of people is for."""

    PARTICIPANTS = "participants", _("Danh sách dự thi của đơn vị")
    LISTED = "listed", _("Danh sách không được dự giải")


class FileState(TextChoices):
    LOOKING = "looking", _("Đang xem trước")
    PREVIEWED = "previewed", _("Chờ đồng ý")
    APPLYING = "applying", _("Đang nhập")
    APPLIED = "applied", _("Đã nhập")
    FAILED = "failed", _("Không đọc được")


class RowOutcome(TextChoices):
    """What becomes of a row of a list of people."""

    CREATED = "created", _("Thêm mới")
    INVITED = "invited", _("Mời người đã có tài khoản")
    CHANGED = "changed", _("Cập nhật")
    SKIPPED = "skipped", _("Giữ nguyên")
    DUPLICATE = "duplicate", _("Trùng trong tệp")
    REFUSED = "refused", _("Không nhận")


class ScanState(TextChoices):
    RUNNING = "running", _("Đang rà soát")
    DONE = "done", _("Đã rà soát xong")
    FAILED = "failed", _("Chưa rà soát xong")


class DuplicateAttempts(TextChoices):
    """Which attempt of a round stays where one person took part under several registrations."""

    BEST = "best", _("Giữ lượt có kết quả tốt nhất")
    FIRST = "first", _("Giữ lượt bắt đầu sớm nhất")
    LAST = "last", _("Giữ lượt bắt đầu muộn nhất")


class DeletionStatus(TextChoices):
    """Where a person's request to delete their data stands."""

    ASKED = "asked", _("Đã gửi, chờ Ban tổ chức")
    ACCEPTED = "accepted", _("Đã chấp nhận, hoàn tất khi có kết quả chính thức")
    DONE = "done", _("Đã xóa")
    REFUSED = "refused", _("Không chấp nhận")
    WITHDRAWN = "withdrawn", _("Đã rút yêu cầu")


class Turnout(TextChoices):
    """How far a person of a unit has come, in a round or in all rounds that have opened."""

    NOT_REGISTERED = "not_registered", _("Chưa đăng ký")
    NOT_STARTED = "not_started", _("Đã đăng ký, chưa vào thi")
    UNFINISHED = "unfinished", _("Chưa thi xong")
    DONE = "done", _("Đã thi xong")


class ResultState(TextChoices):
    """How far a sealed result has come."""

    SEALED = "sealed", _("Đã niêm phong")
    CONFIRMED = "confirmed", _("Đã xác nhận")
    PUBLISHED = "published", _("Đã công bố")
    WITHDRAWN = "withdrawn", _("Đã thu hồi")


class ComplaintState(TextChoices):
    OPEN = "open", _("Chưa trả lời")
    ACCEPTED = "accepted", _("Chấp nhận")
    REJECTED = "rejected", _("Không chấp nhận")


class DocumentKind(TextChoices):
    """Official papers that are made from the results."""

    WINNERS = "winners", _("Danh sách người đoạt giải (phụ lục quyết định)")
    MINUTES = "minutes", _("Biên bản họp Ban giám khảo")
    REPORT = "report", _("Báo cáo kết quả theo đơn vị")


class ExportState(TextChoices):
    WORKING = "working", _("Đang chuẩn bị")
    READY = "ready", _("Đã sẵn sàng")
    FAILED = "failed", _("Không làm được")
