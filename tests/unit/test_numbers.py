"""No way in lets NaN, infinity, a boolean or a number out of range pass for a number."""

import json
import math

import click
import numpy as np
import pytest

import biasdetect
from biasdetect.commands.main import cli
from biasdetect.commands.numbers import Number, Whole
from biasdetect.errors import HouseStyleError
from biasdetect.house import read_house_style
from biasdetect.house.rules import Rules
from biasdetect.util.numbers import PROBABILITY, Range

NO_NUMBERS = ("nan", "-nan", "inf", "-inf", "infinity", "1e999", "true", "", "0x1", "9" * 30)
OUT_OF_RANGE = (math.nan, math.inf, -math.inf, -0.01, 1.01, 10**400, np.float32("nan"))
OF_ANOTHER_TYPE = (True, False, "0.5", None, [0.5], 1j)


def commands(command, name=()):
    """Every command and every command of a group, with its name."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            yield from commands(command.get_command(context, each), (*name, each))
    else:
        yield " ".join(name), command


NUMERIC = [
    pytest.param(command, option, id=f"{name} {option.opts[0]}")
    for name, command in commands(cli)
    for option in command.params
    if isinstance(option.type, click.types.IntParamType | click.types.FloatParamType) and not option.is_flag
]


def test_the_options_are_found():
    assert {"score --fail-above", "serve --max-body", "train --learning-rate"} <= {case.id for case in NUMERIC}


@pytest.mark.parametrize("command, option", NUMERIC)
def test_no_numeric_option_of_any_command_takes_what_is_no_number(command, option):
    assert isinstance(option.type, Number | Whole), "give the option a type of biasdetect.commands.numbers"
    context = click.Context(command)
    for value in NO_NUMBERS:
        with pytest.raises(click.BadParameter, match=r"is not a (?:whole )?number (?:from|above) -?\d") as refused:
            option.type_cast_value(context, value)
        assert repr(value) in str(refused.value)


def test_what_an_option_allows_is_told_and_taken():
    kind = Number(0, 2.5, above=True)
    assert kind.convert("2.5", None, None) == 2.5
    with pytest.raises(click.BadParameter, match=r"'0' is not a number above 0, at most 2\.5"):
        kind.convert("0", None, None)
    assert Whole(0, 10_000).convert("10000", None, None) == 10_000
    with pytest.raises(click.BadParameter, match=r"'1\.5' is not a whole number from 0 to 10,000"):
        Whole(0, 10_000).convert("1.5", None, None)


@pytest.mark.parametrize("value", [*OUT_OF_RANGE, *OF_ANOTHER_TYPE])
def test_the_library_takes_no_such_threshold(detector, value):
    expected = ValueError if any(value is number for number in OUT_OF_RANGE) else TypeError
    if value is not None:  # the model's own
        for call in (detector.score, lambda text, **threshold: detector.score_sentences([text], **threshold)):
            with pytest.raises(expected, match="threshold must be a number from 0 to 1, not"):
                call("The shameless mayor left.", threshold=value)
        with pytest.raises(expected, match="must be a number from 0 to 1"):
            Rules(threshold=value)
    if not isinstance(value, bool):  # a category is on or off
        with pytest.raises(expected, match="threshold of doubt must be a number from 0 to 1"):
            Rules(categories={"doubt": value})


@pytest.mark.parametrize("threshold", [0, 1, 0.5, np.float32(0.5), np.float64(0.5), np.int64(1)])
def test_a_number_of_any_library_is_one(threshold):
    assert threshold in PROBABILITY


@pytest.mark.parametrize("threads", [0, -1, 257, 1.5, True, math.nan, "2"])
def test_threads_are_a_whole_number(threads):
    with pytest.raises((ValueError, TypeError), match="threads must be a whole number from 1 to 256"):
        biasdetect.load(threads=threads)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-0.1", "1.1", "1e400", "'0.5'", "[]"])
def test_a_house_style_takes_no_such_number(tmp_path, value):
    file = tmp_path / ".biasdetect.toml"
    file.write_text(
        f'threshold = {value}\n[categories]\ndoubt = {value}\n[[paths]]\npattern = "*"\nthreshold = {value}\n'
    )
    with pytest.raises(HouseStyleError) as refused:
        read_house_style(file)
    assert [key for key, _ in refused.value.problems] == ["threshold", "categories.doubt", "paths[0].threshold"]


def test_a_request_takes_no_such_number():
    pytest.importorskip("pydantic")
    from pydantic import ValidationError

    from biasdetect.serve.requests import StreamRequest

    for value in ("NaN", "Infinity", "-Infinity", "1e400", "-0.1", "1.1", "true", '"0.5"'):
        for request in (f'{{"text": "x", "threshold": {value}}}', f'{{"text": "x", "thresholds": [{value}]}}'):
            with pytest.raises(ValidationError):
                StreamRequest.model_validate_json(request)
    assert StreamRequest.model_validate_json(json.dumps({"text": "x", "threshold": 1})).threshold == 1


def test_ranges_say_what_they_allow():
    assert str(PROBABILITY) == "a number from 0 to 1"
    assert str(Range(1, 10_000, whole=True)) == "a whole number from 1 to 10,000"
    assert 2.0 not in Range(1, 3, whole=True)
    with pytest.raises(TypeError, match=r"n must be a whole number from 1 to 3, not 2\.0"):
        Range(1, 3, whole=True).check("n", 2.0)
