"""Say what is installed in this image, and what its code imports and names, as JSON on standard output.

Runs inside an image, with its own Python, from standard input: python - '{"own": [...], "system": [...]}'.
`system` are Debian packages, `own` the distributions whose files are searched for uses of them.
"""

import ast
import json
import re
import struct
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

CODE = Path("/app")
PROGRAM_FOLDERS = {"/usr/bin", "/usr/sbin", "/bin", "/sbin"}


def normal(name: str) -> str:
    """Return one name for one distribution: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def modules_of(distribution: Distribution) -> set[str]:
    """Return the first two parts of the dotted names of a distribution's modules."""
    found = set()
    for file in distribution.files or []:
        if file.suffix not in {".py", ".so"} or ".." in file.parts or file.parts[0].endswith(".dist-info"):
            continue
        parts = [*file.parts[:-1], file.name.split(".")[0]]
        if parts[-1] in {"__init__", "__main__"}:
            parts.pop()
        if parts:
            found.add(".".join(parts[:2]))
    return found


def needs_of(distribution: Distribution) -> dict[str, str]:
    """Return what a distribution requires: the extra that asks for it, empty where it is always needed."""
    needs: dict[str, str] = {}
    for text in distribution.requires or []:
        name = normal(re.split(r"[\s\[(<>=!~;@]", text, maxsplit=1)[0])
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", text)
        needs[name] = "" if extra is None else needs.get(name, extra[1])
    return needs


def code_of(folder: Path) -> Iterator[tuple[str, ast.AST]]:
    """Yield the place and the syntax of everything in Python files."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(), str(file))):
            yield f"{file.relative_to(folder)}:{getattr(node, 'lineno', 1)}", node


def imported(node: ast.AST) -> list[str]:
    """Return the dotted names that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def needed_libraries(file: Path) -> list[str]:
    """Return the libraries that an ELF file of 64 bits names as needed. Source: elf(5)."""
    with file.open("rb") as elf:
        head = elf.read(64)
        if head[:6] != b"\x7fELF\x02\x01":
            return []
        (offset,) = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        elf.seek(offset)
        table = elf.read(size * count)
        # type, flags, offset, virtual address, physical address, size in the file
        segments = [struct.unpack_from("<IIQQQQ", table, size * index) for index in range(count)]
        tags: dict[int, list[int]] = defaultdict(list)
        for kind, _, start, _, _, length in segments:
            if kind == 2:  # PT_DYNAMIC
                elf.seek(start)
                data = elf.read(length)
                for tag, value in struct.iter_unpack("<QQ", data[: length // 16 * 16]):
                    tags[tag].append(value)
        if not tags[1]:  # DT_NEEDED
            return []
        names = next(
            start + tags[5][0] - address  # DT_STRTAB
            for kind, _, start, address, _, length in segments
            if kind == 1 and address <= tags[5][0] < address + length  # PT_LOAD
        )
        elf.seek(names)
        strings = elf.read(tags[10][0])  # DT_STRSZ
        return [strings[at : strings.index(b"\0", at)].decode() for at in tags[1]]


def system_package(name: str) -> dict[str, Any]:
    """Return the programs and libraries of a Debian package, and the packages that depend on it."""
    files = [Path(line) for line in output("dpkg-query", "--listfiles", name) if line.startswith("/")]
    programs = [file.name for file in files if str(file.parent) in PROGRAM_FOLDERS]
    libraries = [file.name for file in files if re.fullmatch(r"lib[^/]+\.so(\.\d+)*", file.name)]
    needed_by = []
    for line in output("dpkg-query", "--show", "--showformat", "${Package}\t${Pre-Depends}, ${Depends}\n"):
        package, _, depends = line.partition("\t")
        if package != name and name in re.split(r"[\s,|:]+", depends):
            needed_by.append(package)
    return {"programs": programs, "libraries": libraries, "needed_by": needed_by}


def output(*command: str) -> list[str]:
    """Return the lines that a program prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def words_of(package: dict[str, Any]) -> list[str]:
    """Return the names that programs and libraries are asked for by: ffmpeg, libsndfile.so.1, sndfile."""
    short = [re.sub(r"^lib|\.so.*$", "", library) for library in package["libraries"]]
    return sorted({*package["programs"], *package["libraries"], *short})


def uses(distribution: Distribution, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the system packages that the files of a distribution link or name in quotes, and where."""
    pattern = re.compile(rb"['\"](" + b"|".join(re.escape(word).encode() for word in words) + rb")['\"\s]")
    for entry in distribution.files or []:
        file = Path(str(distribution.locate_file(entry)))
        if not file.is_file():
            continue
        if ".so" in file.name:
            for library in needed_libraries(file):
                if library in words:
                    yield words[library], f"{file.name} of {distribution.name} links it"
        elif file.suffix == ".py":
            for number, line in enumerate(file.read_bytes().splitlines(), 1):
                if found := pattern.search(line):
                    yield words[found[1].decode()], f"{entry}:{number} of {distribution.name} names it"
                    break


def main(own: list[str], system: list[str]) -> dict[str, Any]:
    """Return all that is known of this image."""
    installed = {normal(one.name): one for one in distributions()}
    packages = {name: system_package(name) for name in system}
    words = {word: name for name, package in packages.items() for word in words_of(package)}
    imports: dict[str, list[str]] = defaultdict(list)
    strings: dict[str, list[str]] = defaultdict(list)
    for place, node in code_of(CODE):
        for module in imported(node):
            imports[module].append(place)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            first = node.value.split(" ", 1)[0]
            if re.fullmatch(r"[\w./-]{2,80}", first):
                strings[first].append(place)
    evidence = defaultdict(list)
    if words:
        for name in own:
            for package, how in uses(installed[name], words):
                evidence[package].append(how)
    return {
        "distributions": {
            name: {"modules": sorted(modules_of(one)), "needs": needs_of(one)}
            for name, one in installed.items()
        },
        "imports": imports,
        "strings": strings,
        "system": {name: {**package, "used_by": evidence[name]} for name, package in packages.items()},
    }


json.dump(main(**json.loads(sys.argv[1])), sys.stdout)
