# Says where an interpreter lives: its program, its standard library and the shared libraries that both load, with the
# names the loader knows them by. Only these are shown to a candidate. It runs once, outside the sandbox, and runs
# nothing but the interpreter's own modules. It also compiles our two programs (argv[1], argv[2]), so that no sandbox
# spends time on it.
import binascii
import json
import marshal
import os
import sys
import sysconfig

# Extension modules with large libraries that a solution has no use for here (no network, no display, no database).
SKIPPED = ("_ssl", "_tkinter", "_sqlite3", "readline", "_curses", "_curses_panel", "_dbm", "_gdbm", "nis", "ossaudiodev",
           "_crypt", "spwd")


def load_extensions(folder):
    for name in sorted(os.listdir(folder)):
        stem = name.split(".")[0]
        if not name.endswith(".so") or stem in SKIPPED or stem.startswith(("_test", "_xx", "xx")):
            continue
        try:
            __import__(stem)
        except ImportError:
            pass


def loaded_libraries():
    found = set()
    with open("/proc/self/maps") as maps:
        for row in maps:
            path = row.split(maxsplit=5)[5:]
            path = path[0].strip() if path else ""
            if path.startswith("/") and (".so" in os.path.basename(path)):
                found.add(path)
    return found


def names_of(library):
    """The file and every link to it beside it or where the loader is looked for."""
    real = os.path.realpath(library)
    folders = {os.path.dirname(real), "/lib64", "/lib", "/usr/lib64"}
    names = {real}
    for folder in folders:
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        for entry in entries:
            path = os.path.join(folder, entry)
            versioned = ".so." in entry or entry.startswith(("ld-", "ld."))
            if versioned and os.path.islink(path) and os.path.realpath(path) == real:
                names.add(os.path.join(os.path.realpath(folder), entry))
    return sorted(names)


def program(source):
    return binascii.b2a_base64(marshal.dumps(compile(source, "<assay>", "exec", optimize=2)), newline=False).decode()


def main():
    python = os.path.realpath(sys.executable)
    stdlib = os.path.realpath(sysconfig.get_path("stdlib"))
    platform = os.path.realpath(sysconfig.get_path("platstdlib"))
    extensions = next((p for p in sys.path if p.endswith("lib-dynload")), None)
    if extensions:
        load_extensions(extensions)
    shown = {python} | {stdlib, platform}
    libraries = {}
    for library in loaded_libraries():
        if library.startswith((stdlib + "/", platform + "/")):
            continue
        real = os.path.realpath(library)
        for name in names_of(library):
            libraries[name] = real
    links = {p: os.readlink(p) for p in ("/bin", "/lib", "/lib32", "/lib64") if os.path.islink(p)}
    hidden = [p for p in (stdlib + "/site-packages", stdlib + "/dist-packages") if os.path.isdir(p)]
    print(json.dumps({"python": python, "version": sys.version.split()[0], "folders": sorted(shown - {python}),
                      "libraries": libraries, "links": links, "hidden": hidden, "cache_tag": sys.implementation.cache_tag,
                      "candidate": program(sys.argv[1]), "checker": program(sys.argv[2])}))


main()
