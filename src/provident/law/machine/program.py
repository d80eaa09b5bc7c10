"""A calculation over a file's columns as one program: written, compiled beside us, called for each block."""

import ctypes
import mmap
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from provident.kernel.refusal import Refusal
from provident.law.engine.plan import Law, Node
from provident.law.machine.code import Code, Line
from provident.law.machine.divided import SHARE, NotForMachine
from provident.law.machine.ops import TOP
from provident.law.machine.person import Asked, Given, Person

_COMPILER = Path(__file__).with_name("compiler.py")
_SECONDS = 60
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
_FRAME = """
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)
define void @law(ptr noalias %slots, i64 %n) {{
entry:
  %doubted = alloca i1
  {entry}
  %none = icmp eq i64 %n, 0
  br i1 %none, label %end, label %person
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
        kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)
        self._call = kind(start)

    @property
    def outputs(self) -> tuple[Output | int | Refusal, ...]:
        """What it tells of each variable asked for."""
        return self.text.outputs

    def mask(self, asked: Asked) -> object:
        """Return what stands for the column that says who gives a variable."""
        return self.text.masks[asked]

    def run(self, size: int, columns: Mapping[int, Any]) -> tuple[dict[int, Any], Any]:
        """Return the results by place, and who is left to the arrays; columns are by their `id`."""
        held: list[Any] = []
        results: dict[int, Any] = {}
        doubts = np.empty(size, dtype=np.bool_)
        for one in self.text.slots:
            if one is self.text.doubts:
                held.append(doubts)
            elif isinstance(one, Output):
                results[one.place] = np.empty(size, dtype=np.int64)
                held.append(results[one.place])
            else:
                held.append(one if isinstance(one, np.ndarray) else columns[id(one)])
        slots = (ctypes.c_void_p * len(held))(*(one.ctypes.data for one in held))
        self._call(slots, size)
        return results, doubts


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
