from datetime import UTC, datetime

NOON = datetime(2026, 9, 15, 5, 0, tzinfo=UTC)  # noon in Sóc Trăng
