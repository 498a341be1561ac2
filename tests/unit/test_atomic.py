"""A file is there whole, the old one or the new one."""

import errno
import os
import pickle
import threading

import pytest

from biasdetect.errors import OutputError
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
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("biasdetect.util.atomic.os.fsync", full)
    with pytest.raises(OutputError, match=r"page.html: cannot be written \(No space left on device\). Make room"):
        write_text(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    write_text(pipe, "new")
    reader.join(10)
    assert read == ["new"]
    assert pipe.is_fifo()


def test_what_cannot_be_written_is_named_with_what_to_do_next(tmp_path):
    (tmp_path / "file").write_text("")
    for path, told in ((tmp_path / "missing" / "x", "No such file"), (tmp_path / "file" / "x", "Not a directory"), (tmp_path, "Is a directory")):  # fmt: skip
        with pytest.raises(OutputError) as caught:
            write_text(path, "new")
        assert str(caught.value).startswith(f"{path}: cannot be written ({told}")
        assert pickle.loads(pickle.dumps(caught.value)).place == path
