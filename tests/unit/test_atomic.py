"""A file is there whole, the old one or the new one."""

import pytest

from biasdetect.util.atomic import write_text


def test_the_new_content_replaces_the_old_and_keeps_mode_and_link(tmp_path):
    target = tmp_path / "page.html"
    target.write_text("old")
    target.chmod(0o640)
    link = tmp_path / "link.html"
    link.symlink_to(target)
    write_text(link, "new “content” \ud800")
    assert target.read_text(encoding="utf-8") == "new “content” \\ud800"
    assert target.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "page.html"
    target.write_text("old")

    def full(_):
        raise OSError("No space left on device")

    monkeypatch.setattr("biasdetect.util.atomic.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_text(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
