"""The YAML reader: places, plain values, and every trap refused at its place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crskb.knowledge.scalar import numbers_meant
from crskb.knowledge.yamlfile import UNREAD, Document, read_yaml


def read(tmp_path: Path, content: str | bytes) -> Document:
    file = tmp_path / "x.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_yaml(file, "x.yaml")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("72.1", 72.1),
        ("2022-10-25", "2022-10-25"),
        ('"NO"', "NO"),
        ("'010'", "010"),
        ("1.2.3", "1.2.3"),
        ("ex-101", "ex-101"),
        ("[US, EU]", ["US", "EU"]),
        ("10.1182/blood", "10.1182/blood"),
        ("one: two", {"one": "two"}),
        ("CD3 & CD28", "CD3 & CD28"),
    ],
)
def test_plain_values_are_read_as_written(tmp_path: Path, written: str, value: object) -> None:
    document = read(tmp_path, f"key:\n  {written}\n")
    assert document.problems == []
    assert document.value == {"key": value}
    assert type(document.value["key"]) is type(value)


@pytest.mark.parametrize(
    ("content", "place", "says"),
    [
        ("a: NO\n", "1:4", "NO has several readings"),
        ("a: yes\n", "1:4", "yes has several readings"),
        ("a: On\n", "1:4", "On has several readings"),
        ("a: 010\n", "1:4", "010 has several readings"),
        ("a: 1:30\n", "1:4", "1:30 has several readings"),
        ("a: 1_000\n", "1:4", "1_000 has several readings"),
        ("a: 0x1F\n", "1:4", "0x1F has several readings"),
        ("a: 1e3\n", "1:4", "1e3 has several readings"),
        ("a: .5\n", "1:4", ".5 has several readings"),
        ("a: 5.\n", "1:4", "5. has several readings"),
        ("a: True\n", "1:4", "True has several readings"),
        ("a: null\n", "1:4", "null has several readings"),
        ("a: ~\n", "1:4", "~ has several readings"),
        (f"a: {'9' * 30}\n", "1:4", "has several readings"),
        ("a:\nb: 1\n", "1:3", "no value"),
        ("a: 1\nb: 2\na: 3\n", "3:1", "key 'a' again, first on line 1"),
        ("a: &x 1\nb: *x\n", "1:4", "anchor &x"),
        ("a: 1\nb: *x\n", "2:4", "undefined alias"),
        ("a: !!python/object:os.system x\n", "1:4", "tag tag:yaml.org,2002:python/object:os.system"),
        ("a: !!str 5\n", "1:4", "tag tag:yaml.org,2002:str"),
        ("a:\n\t- b\n", "2:1", "found character"),
        ("a: [1, 2\n", "2:1", "while parsing a flow sequence"),
        ("? [a]\n: b\n", "1:3", "a key that is not a word"),
        ("a: 1\n---\nb: 2\n", "2:1", "another document"),
        ("", "1:1", "the file is empty"),
        ("# only a comment\n", "1:1", "the file is empty"),
        (b"a: caf\xe9\n", "1:7", "byte 0xe9 is not UTF-8"),
        (b"a: 1\nb: x\x00y\n", "2:5", "control character U+0000"),
        (b"a: 1\nb: x\x1by\n", "2:5", "control character U+001B"),
        ('a: 1\nb: "x\\0y"\n', "2:4", "control character U+0000"),
        ("a: 1\nb: x\u202ey\n", "2:5", "invisible character U+202E"),
        ("a: 1\nb: x\ufeffy\n", "2:5", "invisible character U+FEFF"),
        ('a: 1\nb: "x\\u200by"\n', "2:4", "invisible character U+200B"),
        (b"a: " + b"x" * 1_000_001, "1:1", "the file has 1,000,004 bytes"),
        ("[" * 5000, "", ""),
    ],
)
def test_traps_are_refused_at_their_place(tmp_path: Path, content: str | bytes, place: str, says: str) -> None:
    document = read(tmp_path, content)
    assert document.value is None or UNREAD in _parts(document.value) or "again" in says or "not a word" in says
    problem = document.problems[0]
    assert f"{problem.line}:{problem.column}" == (place or f"{problem.line}:{problem.column}")
    assert says in problem.message
    assert problem.tip


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [part for inner in value.values() for part in _parts(inner)]
    return [part for inner in value for part in _parts(inner)] if isinstance(value, list) else [value]


def test_what_stands_beside_a_trap_is_read_and_keeps_its_position(tmp_path: Path) -> None:
    document = read(tmp_path, "a: [NO, 2, {b: , c: x}]\nd: ok\nd: again\n")
    assert document.value == {"a": [UNREAD, 2, {"b": UNREAD, "c": "x"}], "d": "ok"}
    assert document.unread == {("a", 0), ("a", 2, "b"), ("d",)}
    assert {problem.message: steps for problem, steps in document.empty.items()} == {"b has no value": ("a", 2, "b")}


@pytest.mark.parametrize(
    ("written", "tip"),
    [
        (".5", 'write 0.5, or ".5" in quotes if it is text'),
        ("5.", "write 5,"),
        ("010", "write 10,"),
        ("1_000", "write 1000,"),
        ("+5", "write 5,"),
        ("1e3", "write 1000,"),
        ("Yes", "write true,"),
        ("NO", 'write false, or "NO" in quotes if it is text'),
        ("1:30", 'write a plain decimal number, or "1:30" in quotes if it is text'),
        ("~", "leave the key out: absent means not known"),
        ("9" * 70, "put it in quotes if it is text"),
    ],
)
def test_the_remedy_of_a_trap_shows_what_to_write(tmp_path: Path, written: str, tip: str) -> None:
    assert read(tmp_path, f"a: {written}\n").problems[0].tip.startswith(tip)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("46,2", ["46.2"]),
        ("0.9%", ["0.9"]),
        ("0,9 %", ["0.9"]),
        ("12 percent", ["12"]),
        ("1,234", ["1234", "1.234"]),
        ("1,234.5", ["1234.5"]),
        ("12,345,678", ["12345678"]),
        ("1 000", ["1000"]),
        ("46\u00b72", ["46.2"]),
        ("\u22123", ["-3"]),
        ("3.10%", ["3.10"]),
        ("12", []),
        ("about 5", []),
        ("<1", []),
        ("71/100", []),
        ("1.2.3", []),
        ("9" * 100 + "%", []),
    ],
)
def test_numbers_as_people_type_them_are_understood(typed: str, meant: list[str]) -> None:
    assert numbers_meant(typed) == meant


def test_all_traps_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    document = read(tmp_path, "a: NO\nb: 010\nc: ok\na: 1\n")
    assert {(problem.line, problem.column) for problem in document.problems} == {(1, 4), (2, 4), (4, 1)}


def test_a_place_is_that_of_the_value_or_of_its_key_or_of_the_nearest_parent(tmp_path: Path) -> None:
    document = read(tmp_path, "a:\n  - b: 1\n    cc: 22\n")
    assert document.place(("a", 0, "cc")) == (3, 9)
    assert document.place(("a", 0, "cc"), of_key=True) == (3, 5)
    assert document.place(("a", 0, "missing")) == (2, 5)
    assert document.place(("a", 7)) == (1, 1) or document.place(("a", 7))[0] == 1


def test_a_file_that_cannot_be_opened_is_a_problem_and_not_a_traceback(tmp_path: Path) -> None:
    document = read_yaml(tmp_path / "absent.yaml", "absent.yaml")
    assert "cannot be read" in document.problems[0].message


@pytest.mark.parametrize("level", ["[", "- ", "{a: ", "? "])
def test_nesting_of_any_depth_is_refused_and_never_ends_in_a_crash(tmp_path: Path, level: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(level * (900_000 // len(level)))
    # in a process of its own: what is tested for is that the interpreter survives
    code = "import sys; from pathlib import Path; from crskb.knowledge.yamlfile import read_yaml; print(read_yaml(Path(sys.argv[1]), 'x').problems[0].message)"
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "nested too deeply\n")


# values, keys and lists that took minutes before: time in the square of their length
LONG = {
    "digits": ("n: {}", "9" * 2_000_000, "has several readings"),
    "digits and a letter": ("n: {}x", "9" * 2_000_000, ""),
    "a decimal": ("n: 1.{}", "9" * 2_000_000, ""),
    "a sexagesimal": ("n: 1{}x", ":11" * 600_000, ""),
    "underscores": ("n: 1{}x", "_1" * 900_000, ""),
    "keys again": ("{}", "".join(f"k{key}: 1\n" for key in range(50_000)) + "k49999: 1\n" * 50_000, "'k49999' again"),
}


@pytest.mark.parametrize("shape", LONG)
def test_long_values_and_many_keys_are_read_in_time_that_grows_with_their_length(tmp_path: Path, shape: str) -> None:
    form, long, says = LONG[shape]
    file = tmp_path / "x.yaml"
    file.write_text(form.format(long))
    # in a process of its own, which can be stopped; it takes a second or two, and took several minutes
    code = "import sys; from pathlib import Path; from crskb.knowledge.yamlfile import parse_yaml; print([problem.message for problem in parse_yaml(Path(sys.argv[1]).read_text(), 'x').problems][:1])"
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout if says else done.stdout == "[]\n"
    assert len(done.stdout) < 200  # a message repeats the beginning of a value, not two million digits


def test_the_places_of_many_keys_are_found_in_time_that_grows_with_their_number(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("".join(f"k{key}: 1\n" for key in range(80_000)))
    code = "import sys; from pathlib import Path; from crskb.knowledge.yamlfile import parse_yaml; document = parse_yaml(Path(sys.argv[1]).read_text(), 'x'); print({document.place((f'k{key}',))[0] - key for key in range(80_000)})"
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (0, "{1}\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_or_a_device_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    for file in (tmp_path / "x.yaml", Path("/dev/zero"), tmp_path):
        assert [problem.message for problem in read_yaml(file, "x.yaml").problems] == [
            "it is a folder, a pipe or a device, not a file"
        ]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_at_all_end_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    document = read(tmp_path_factory.getbasetemp(), content)
    assert document.problems or (document.value is not None and UNREAD not in _parts(document.value))


_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]), max_size=20
)
_VALUES = st.recursive(
    st.booleans() | st.integers(-(10**12), 10**12) | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_WORDS, _VALUES, min_size=1, max_size=5))
def test_what_is_written_with_quotes_is_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, value: dict[str, object]
) -> None:
    class Quoted(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    Quoted.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
    document = read(tmp_path_factory.getbasetemp(), yaml.dump(value, Dumper=Quoted, allow_unicode=True))
    assert document.problems == []
    assert document.value == value
