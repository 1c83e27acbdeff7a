from __future__ import annotations

from pathlib import Path

import yaml

from tests.infra.sample import readable, sample_stack

EXPECTED = yaml.safe_load(Path(__file__).with_name("infra").joinpath("stack.yaml").read_text("utf-8"))


def test_the_whole_stack_is_as_written_down():
    assert {f"{type_} {name}": readable(each) for (type_, name), each in sample_stack().resources.items()} == EXPECTED
