from contest import tasks


def test_a_database_that_is_away_is_reported_once_and_tried_again(monkeypatch, caplog):
    caplog.set_level("INFO", logger="contest.tasks")
    is_away = True

    def close():
        if is_away:
            raise OSError("database is away")

    monkeypatch.setattr(tasks, "_work", close)
    expiry = tasks.Expiry()

    for _turn in range(3):
        expiry.turn()
    is_away = False
    for _turn in range(3):
        expiry.turn()

    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
