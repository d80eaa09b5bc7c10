"""A program of its own: LLVM's language in, the instructions of one self-contained function out.

It is run by path and imports nothing of ours, so that it starts quickly and its memory goes with it. The
function comes first, the constants it reads after it; what refers to anything else gives nothing, status 1.
"""

import struct
import sys
from collections.abc import Iterator

import llvmlite.binding as llvm

_ENOUGH = 2
_RELATIVE = 2  # R_X86_64_PC32: a distance, which does not depend on where the instructions lie
_SECTION, _SYMBOL, _CHANGE = struct.Struct("<IIQQQQIIQQ"), struct.Struct("<IBBHQQ"), struct.Struct("<QQq")
_RELOCATIONS, _SYMBOLS, _NOTHING_HELD, _LOADED = 4, 2, 8, 2
_CONSTANTS_ALIGN = 64
# Where one instruction works eight persons out they are divided in floating point, exactly;
# `law.machine.code` says when. Elsewhere four are on their way at a time.
_BESIDE = """
define internal i64 @divided(i64 %a, i64 %b) alwaysinline {
  %x = sitofp i64 %a to double
  %y = sitofp i64 %b to double
  %xy = fdiv double %x, %y
  %q = fptosi double %xy to i64
  ret i64 %q
}
define internal i64 @by(i64 %a, i64 %b, i64 %part) alwaysinline {
  %x = sitofp i64 %a to double
  %y = bitcast i64 %part to double
  %xy = fmul double %x, %y
  %q = fptosi double %xy to i64
  ret i64 %q
}
"""


def instructions(text: str) -> bytes:
    """Return the instructions of a module's first function; none if they are not all there is."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features()
    wide = features.get("avx512dq", False) and "llvm.loop" in text
    text = text.replace("WIDTH", "8" if wide else "1").replace("COUNT", "1" if wide else "4")
    before, mark, after = text.partition("; ALONE")
    if mark and wide:
        text = before + _BESIDE + after.partition("; END")[2]
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=features.flatten() + (",-prefer-256-bit" if wide else ""),
        opt=_ENOUGH,
        reloc="pic",
        codemodel="small",
    )
    module = llvm.parse_assembly(text)
    module.triple = machine.triple
    module.verify()
    tuned = llvm.create_pipeline_tuning_options(speed_level=_ENOUGH)
    tuned.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, tuned)
    builder.getModulePassManager().run(module, builder)
    return linked(machine.emit_object(module))


def linked(made: bytes) -> bytes:
    """Return what is loaded of an object file, its first function first; nothing if that needs more."""
    sections = list(_sections(made))
    places: dict[int, int] = {}
    image = bytearray()
    for wanted in (b".text", b".rodata"):
        for at, (name, kind, flags, data) in enumerate(sections):
            if name.startswith(wanted) and kind != _NOTHING_HELD:
                image += bytes(-len(image) % _CONSTANTS_ALIGN)
                places[at] = len(image)
                image += data
            elif flags & _LOADED and not name.startswith((b".text", b".rodata", b".eh_frame")) and data:
                return b""
    symbols = next((data for _, kind, _, data in sections if kind == _SYMBOLS), b"")
    for name, kind, _, data in sections:
        if kind != _RELOCATIONS or name.startswith(b".rela.eh_frame"):
            continue
        for at in range(0, len(data), _CHANGE.size):
            offset, what, more = _CHANGE.unpack_from(data, at)
            _, _, _, section, value, _ = _SYMBOL.unpack_from(symbols, (what >> 32) * _SYMBOL.size)
            if what & 0xFFFFFFFF != _RELATIVE or section not in places or name != b".rela.text":
                return b""
            struct.pack_into("<i", image, offset, places[section] + value + more - offset)
    return bytes(image)


def _sections(made: bytes) -> Iterator[tuple[bytes, int, int, bytes]]:
    """Yield name, kind, flags and content of an ELF file's sections."""
    (table,), (count, names) = struct.unpack_from("<Q", made, 40), struct.unpack_from("<HH", made, 60)
    found = [_SECTION.unpack_from(made, table + at * _SECTION.size) for at in range(count)]
    for word, kind, flags, _, start, size, *_ in found:
        name = made[found[names][4] + word :].partition(b"\0")[0]
        yield name, kind, flags, b"" if kind == _NOTHING_HELD else made[start : start + size]


if __name__ == "__main__":
    ready = instructions(sys.stdin.read())
    sys.stdout.buffer.write(ready)
    sys.exit(not ready)
