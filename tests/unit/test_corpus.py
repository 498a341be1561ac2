import runpy


def test_the_corpus_is_sound(root):
    assert runpy.run_path(str(root / "training" / "corpus" / "check.py"))["problems"]() == []


def test_the_corpus_is_large_and_half_plain(root):
    check = runpy.run_path(str(root / "training" / "corpus" / "check.py"))
    records = check["read"]("train") + check["read"]("dev")
    biased = sum(record["label"] for record in records)
    assert len(records) >= 600
    assert 0.4 < biased / len(records) < 0.6
