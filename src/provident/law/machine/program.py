"""A calculation over a file's columns as one program: written, compiled beside us, called for each block."""

import ctypes
import mmap
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from provident.kernel.refusal import Refusal
from provident.law.engine.plan import Law, Node
from provident.law.machine.code import Code, Line
from provident.law.machine.divided import SHARE, NotForMachine
from provident.law.machine.ops import TOP
from provident.law.machine.person import Asked, Given, Person

_COMPILER = Path(__file__).with_name("compiler.py")
_SECONDS = 60
SOME = 1 << 13  # persons at a time: what is read of so many stays in the processor's cache
# Bytes between the columns read: at distances of 4,096 they would fight for the same few lines of the cache.
_APART = 3 * 64
_IN_MEMORY, _STAYS = -1, 0
# Where the instructions have no branches several persons are worked out side by side; the compiler puts in
# how many.
_LOOP = ", !llvm.loop !1"
_SIDE_BY_SIDE = """
!0 = distinct !{}
!1 = distinct !{!1, !2, !3, !4, !5}
!2 = !{!"llvm.loop.parallel_accesses", !0}
!3 = !{!"llvm.loop.vectorize.enable", i1 true}
!4 = !{!"llvm.loop.vectorize.width", i32 WIDTH}
!5 = !{!"llvm.loop.interleave.count", i32 COUNT}
"""
# Some persons at a time: columns that lie in files are read, then everybody is worked out, then what lies in
# memory moves on. How a slot lies is four numbers: its file, where it starts there, the bytes of one person
# there and in memory. It gives back how many persons are done: fewer where a file has become shorter.
_FRAME = """
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)
define i64 @law(ptr %slots, ptr %lies, i64 %count, i64 %n, i64 %most, ptr %read) {{
entry:
  br label %some
some:
  %at = phi i64 [ 0, %entry ], [ %done, %moved ]
  %left = sub i64 %n, %at
  %all = icmp sle i64 %left, 0
  br i1 %all, label %end, label %begin
begin:
  %m = call i64 @llvm.smin.i64(i64 %left, i64 %most)
  br label %slot
slot:
  %s = phi i64 [ 0, %begin ], [ %following, %there ]
  %lie = getelementptr [4 x i64], ptr %lies, i64 %s
  %file = load i64, ptr %lie
  %outside = icmp sge i64 %file, 0
  br i1 %outside, label %reading, label %there
reading:
  %start.at = getelementptr i64, ptr %lie, i64 1
  %start = load i64, ptr %start.at
  %size.at = getelementptr i64, ptr %lie, i64 2
  %size = load i64, ptr %size.at
  %into.at = getelementptr ptr, ptr %slots, i64 %s
  %into = load ptr, ptr %into.at
  %before = mul i64 %at, %size
  %from = add i64 %start, %before
  %bytes = mul i64 %m, %size
  %number = trunc i64 %file to i32
  %got = call i64 %read(i32 %number, ptr %into, i64 %bytes, i64 %from)
  %short = icmp ne i64 %got, %bytes
  br i1 %short, label %end, label %there
there:
  %following = add i64 %s, 1
  %last = icmp eq i64 %following, %count
  br i1 %last, label %work, label %slot
work:
  call void @persons(ptr %slots, i64 %m)
  br label %move
move:
  %t = phi i64 [ 0, %work ], [ %later, %move ]
  %step.at = getelementptr [4 x i64], ptr %lies, i64 %t, i64 3
  %step = load i64, ptr %step.at
  %past = mul i64 %m, %step
  %old.at = getelementptr ptr, ptr %slots, i64 %t
  %old = load ptr, ptr %old.at
  %new = getelementptr i8, ptr %old, i64 %past
  store ptr %new, ptr %old.at
  %later = add i64 %t, 1
  %over = icmp eq i64 %later, %count
  br i1 %over, label %moved, label %move
moved:
  %done = add i64 %at, %m
  br label %some
end:
  ret i64 %at
}}
define internal void @persons(ptr noalias %slots, i64 %n) noinline {{
entry:
  %doubted = alloca i1
  {entry}
  br label %person
person:
  %i = phi i64 [ 0, %entry ], [ %next, %{last} ]
  store i1 false, ptr %doubted
  {text}
  %next = add i64 %i, 1
  %over = icmp eq i64 %next, %n
  br i1 %over, label %end, label %person{loop}
end:
  ret void
}}
{helpers}
"""
_ALONE = """
; ALONE
define internal i64 @divided(i64 %a, i64 %b) alwaysinline {
  %q = udiv i64 %a, %b
  ret i64 %q
}
define internal i64 @by(i64 %a, i64 %b, i64 %part) alwaysinline {
  %q = udiv i64 %a, %b
  ret i64 %q
}
; END
"""


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """Where a program writes one of its results."""

    place: int


class Lying(NamedTuple):
    """A column that still lies in an open file."""

    file: int
    start: int
    size: int  # bytes of one person


class Shortened(Exception):  # noqa: N818 - whoever reads the column says so
    """A file is shorter than it was said to be."""


@dataclass(frozen=True, slots=True)
class Text:
    """A program before it is compiled."""

    text: str
    slots: tuple[object, ...]
    outputs: tuple[Output | int | Refusal, ...]  # where it is, what it is for everybody, or why it is not
    doubts: Output
    masks: Mapping[Asked, object]  # what stands for the column that says who gives one


def written(
    law: Law, outputs: Sequence[Node], columns: Mapping[Asked, Given], options: Mapping[str, int]
) -> Text:
    """Return the program of some variables; raises NotForMachine where the arrays have to do it."""
    person = Person(law, columns, options)
    line = person.line
    found: list[Output | int | Refusal] = []
    for at, node in enumerate(outputs):
        try:
            value = person.value(node)
        except Refusal as refusal:
            found.append(refusal)
            continue
        found.append(value.literal if value.literal is not None else stored(value, Output(at)))
    doubts = Output(len(outputs))
    return Text(framed(line, doubts), tuple(line.slots), tuple(found), doubts, person.masks)


def framed(line: Line, doubts: Output) -> str:
    """Return the whole program around what is done for one person."""
    doubted = line.put("load i1, ptr %doubted")
    place = line.put(f"getelementptr i8, ptr {line.pointer(doubts)}, i64 %i")
    line.text.append(f"store i8 {line.put(f'zext i1 {doubted} to i8')}, ptr {place}")
    straight = line.block == "person"
    return _FRAME.format(
        entry="\n  ".join(line.entry),
        text="\n  ".join(_each_apart(line.text) if straight else line.text),
        last=line.block,
        loop=_LOOP if straight else "",
        helpers=SHARE + TOP + _ALONE + (_SIDE_BY_SIDE if straight else ""),
    )


def _each_apart(text: list[str]) -> Iterator[str]:
    """Yield instructions, told that what they read and write of one person is nobody else's."""
    for line in text:
        apart = (" = load " in line or line.startswith("store ")) and "%doubted" not in line
        yield f"{line}, !llvm.access.group !0" if apart else line


def stored(value: Code, output: Output) -> Output:
    """Write a result where it belongs."""
    line = value.line
    place = line.put(f"getelementptr i64, ptr {line.pointer(output)}, i64 %i")
    line.text.append(f"store i64 {value.name}, ptr {place}")
    return output


class Program:
    """A compiled program. It is called from several threads at once."""

    def __init__(self, text: Text, instructions: bytes) -> None:
        self.text = text
        self._memory = mmap.mmap(-1, len(instructions), prot=mmap.PROT_READ | mmap.PROT_WRITE)
        self._memory.write(instructions)
        start = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        protect = ctypes.CDLL(None, use_errno=True).mprotect
        protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        if protect(start, len(instructions), mmap.PROT_READ | mmap.PROT_EXEC):
            raise NotForMachine
        # Tables are the same for everybody and every block.
        self._tables = [_address(one) if isinstance(one, np.ndarray) else 0 for one in text.slots]
        whole, place = ctypes.c_int64, ctypes.c_void_p
        self._call = ctypes.CFUNCTYPE(whole, place, place, whole, whole, whole, place)(start)

    @property
    def outputs(self) -> tuple[Output | int | Refusal, ...]:
        """What it tells of each variable asked for."""
        return self.text.outputs

    def mask(self, asked: Asked) -> object:
        """Return what stands for the column that says who gives a variable."""
        return self.text.masks[asked]

    def run(self, size: int, columns: Mapping[int, Any]) -> tuple[dict[int, Any], Any]:
        """Return the results by place, and who is left to the arrays; columns are by their `id`.

        Raises Shortened where a column does not lie where it is said to lie.
        """
        results: dict[int, Any] = {}
        most = sum(SOME * one.size + _APART for one in columns.values() if isinstance(one, Lying))
        read = np.empty(most, dtype=np.uint8)
        free = _address(read)
        slots: list[int] = []
        lies: list[int] = []
        for one, table in zip(self.text.slots, self._tables, strict=True):
            if table:
                slots.append(table)
                lies += (_IN_MEMORY, 0, 0, _STAYS)
                continue
            if isinstance(one, Output):
                found: Any = np.empty(size, dtype=np.bool_ if one is self.text.doubts else np.int64)
                results[one.place] = found
            else:
                found = columns[id(one)]
            if isinstance(found, Lying):
                slots.append(free)
                lies += (*found, _STAYS)
                free += SOME * found.size + _APART
            else:
                slots.append(_address(found))
                lies += (_IN_MEMORY, 0, 0, found.itemsize)
        places, told = (ctypes.c_int64 * len(slots))(*slots), (ctypes.c_int64 * len(lies))(*lies)
        if self._call(places, told, len(slots), size, SOME, _reader()) != size:
            raise Shortened
        return results, results.pop(self.text.doubts.place)


def _address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])


@cache
def _reader() -> int:
    """Return where the C library reads a part of a file."""
    return ctypes.cast(ctypes.CDLL(None).pread, ctypes.c_void_p).value or 0


def compiled(text: Text) -> Program:
    """Compile a program in a process of its own, so that the compiler's memory is not ours."""
    done = subprocess.run(  # noqa: S603 - our own compiler, by its path
        [sys.executable, "-I", str(_COMPILER)],
        input=text.text.encode(), capture_output=True, timeout=_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode or not done.stdout:
        raise NotForMachine
    return Program(text, done.stdout)


def possible() -> bool:
    """Say whether machine code can be made and called here."""
    return sys.platform == "linux" and platform.machine() in {"x86_64", "aarch64"}
