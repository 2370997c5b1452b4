"""The jury's way from the scan to a verdict and back."""

from tests.e2e.steps import CONTEST, sign_in
from tests.e2e.test_accessibility import faults

# the same person again, with the same paper seven minutes later
PLANT = """
import uuid
from datetime import date, timedelta
from accounts.models import User
from contest.models import Answer, Attempt, Participant
attempt = Attempt.objects.submitted().filter(round__slug="tuan-1").order_by("pk").first()
known = attempt.participant
User.objects.filter(pk=known.user_id).update(born_on=date(1990, 5, 19))
user = User.objects.create(
    email="lan-hai@vidu.vn", full_name=known.full_name, born_on=date(1990, 5, 19),
    kind=known.kind, unit=known.unit,
)
answers = list(attempt.answers.all())
known.pk, known.user = None, user
known.save(force_insert=True)
later = timedelta(minutes=7)
attempt.pk, attempt.code, attempt.participant = None, uuid.uuid4(), known
attempt.receipt_code = "ABCDE23456"
attempt.started_at += later
attempt.deadline_at += later
attempt.submitted_at += later
attempt.save(force_insert=True)
for answer in answers:
    answer.pk, answer.attempt = None, attempt
Answer.objects.bulk_create(answers)
"""


def test_the_jury_scans_settles_and_opens_again(live_site, live_server_url, page):
    live_site.manage("shell", "-c", PLANT)
    sign_in(page, live_server_url, "giamkhao1@vidu.vn")
    page.goto(f"/giam-khao/{CONTEST}/trung-lap/")
    page.get_by_role("button", name="Rà soát ngay").click()
    page.get_by_text("Rà soát gần nhất xong").wait_for()
    page.get_by_role("row").filter(has_text="Trùng họ tên và ngày sinh").get_by_role("link").click()
    page.get_by_role("heading", name="Bài làm đặt cạnh nhau").wait_for()
    assert faults(page) == []

    page.get_by_label("Cùng một người").check()
    page.get_by_label("Lý do, hoặc nội dung cần hỏi đơn vị").fill("Đơn vị xác nhận một người")
    page.get_by_role("button", name="Ghi kết luận").click()
    page.get_by_role("heading", name="Đã kết luận: Cùng một người").wait_for()
    assert page.get_by_text("Không được tính", exact=True).count() == 1
    assert faults(page) == []

    page.get_by_text("Hủy kết luận này").click()
    page.get_by_label("Lý do").fill("Xác minh lại")
    page.get_by_role("button", name="Hủy kết luận").click()
    page.get_by_role("heading", name="Kết luận", exact=True).wait_for()
    assert page.get_by_text("Không được tính", exact=True).count() == 0

    page.goto(f"/giam-khao/{CONTEST}/quyet-dinh/")
    page.get_by_label("Tìm người dự thi").fill("ABCDE-23456")
    page.get_by_role("button", name="Tìm người dự thi").click()
    page.get_by_role("button", name="Ghi quyết định").wait_for()
    assert "ABCDE" not in page.url
    assert faults(page) == []
