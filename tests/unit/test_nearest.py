"""Which option or command is named where a user types one that does not exist."""

import click
import pytest

from biasdetect.commands.main import cli
from biasdetect.commands.nearest import COMMAND_MEANINGS, OPTION_MEANINGS, nearest_options, no_such_command


def nearest(command, typed):
    return nearest_options(typed, cli.get_command(None, command).params)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--fmt", "--format"),
        ("--json", "--format json"),
        ("--html", "--format html"),
        ("--sarif", "--format sarif"),
        ("--pdf", "--input-format pdf"),
        ("--output", "--out"),
        ("--output-format", "--format"),
        ("-o", "--out"),
        ("-f", "--format"),
        ("--treshold", "--threshold"),
        ("--thresh", "--threshold"),
        ("--Threshold", "--threshold"),
        ("--house_style", "--house-style"),
        ("--boilerplate", "--keep-boilerplate"),
        ("--no-quotes", "--quotes skip"),
        ("--since", "--changed-since"),
        ("--modle", "--model"),
        ("--inplace", "--in-place"),
    ],
)
def test_the_option_that_is_meant_is_named(typed, meant):
    assert nearest("score", typed) == [meant]


def test_where_two_are_as_near_both_are_named():
    assert nearest("score", "--fail") == ["--fail-above", "--fail-phrase-above"]


def test_what_is_near_to_nothing_names_nothing():
    assert nearest("score", "--zzz") == []


def test_only_options_of_the_command_are_named():
    assert nearest("corpus", "--force") == ["--overwrite"]
    assert nearest("train", "--force") == ["--replace"]
    assert nearest("serve", "--output") == []


def commands(group=cli):
    for name in group.commands:
        command = group.get_command(None, name)
        yield name, command
        if isinstance(command, click.Group):
            yield from commands(command)


def test_every_meaning_is_an_option_or_a_command_that_exists():
    options = {name for _, command in commands() for param in command.params for name in param.opts}
    for typed, meant in OPTION_MEANINGS.items():
        for target in meant:
            assert f"--{target.split()[0]}" in options, f"{typed} stands for --{target}, which no command has"
    names = {name for name, _ in commands()}
    assert {target for meant in COMMAND_MEANINGS.values() for target in meant} <= names


@pytest.mark.parametrize(("typed", "meant"), [("scoer", "score"), ("check", "score"), ("Train", "train"), ("eval", "evaluate")])  # fmt: skip
def test_the_command_that_is_meant_is_named(typed, meant):
    message = no_such_command(typed, cli, click.Context(cli)).message
    assert message.endswith(f"Did you mean {meant}?")


def test_where_no_command_is_near_all_are_listed():
    message = no_such_command("qqq", cli, click.Context(cli)).message
    assert all(name in message for name in cli.commands)
