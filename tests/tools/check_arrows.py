"""Fails when an #include points against the arrows. The table is the one in README.md.

    check_arrows.py FOLDER       reads every source of the project in FOLDER
    check_arrows.py --self-test  makes sure that each kind of wrong include is found

shared never looks up; sync never looks at the screen; a screen never looks at the disk.
"""
import pathlib
import re
import sys
import tempfile

BASE = ["shared/base"]
DOMAIN = BASE + ["shared/domain"]
MAY_INCLUDE = {
    "shared/base": [],
    "shared/domain": BASE,
    "shared/storage": DOMAIN,
    "shared/language": DOMAIN,
    "shared/image": BASE,
    "shared/report": DOMAIN + ["shared/language"],
    "sync/protocol": DOMAIN,
    "sync/engine": DOMAIN + ["sync/protocol"],
    "sync/transport": DOMAIN + ["sync/protocol", "sync/engine"],
    "sync/store": DOMAIN + ["sync/protocol", "sync/engine", "shared/storage"],
    "sync/server": DOMAIN + ["sync/protocol", "shared/storage", "shared/language"],
    "sync/office": DOMAIN + ["sync/server", "sync/protocol", "shared/storage", "shared/language", "shared/report"],
    "client/ui": BASE,
    "client/shown": DOMAIN,
    "client/screens": DOMAIN + ["client/ui", "client/shown", "shared/language"],
    "client/app": DOMAIN + ["client/shown"],
    "client/work": DOMAIN + ["client/app", "client/shown", "shared/storage", "shared/language", "shared/image", "shared/report",
                             "sync/protocol", "sync/engine", "sync/store", "sync/transport"],
    "client/shell": BASE + ["client/ui"],
    # Puts the tablet's pieces together; what it may not is speak SQL or draw.
    "client/tablet": DOMAIN + ["client/ui", "client/shown", "client/screens", "client/app", "client/work", "client/shell",
                               "shared/language"],
    "client/kiosk": DOMAIN + ["client/ui", "client/shown", "client/screens", "client/app", "client/work", "client/shell",
                              "shared/language"],
    "client/program": DOMAIN + ["client/shown", "client/tablet", "client/kiosk", "client/shell", "shared/language"],
}

# These put the pieces together, so they may see all of them.
COMPOSITION_ROOTS = ["client/main.cpp", "sync/server/main.cpp"]

# Parts from outside that live behind one folder: (what the include looks like, who may, why).
CONFINED = [
    (r"boost/", ["sync/server"], "the client is a light program and builds without Boost"),
    (r"(imgui|imstb)", ["client/ui", "client/screens", "client/shell"], "an upgrade of Dear ImGui should touch the screen only"),
    (r"(sqlcipher/)?sqlite3", ["shared/storage"], "only storage speaks SQL, so only storage can leak a transaction"),
    (r"curl/", ["sync/transport"], "the engine is tested without a network"),
]

TOP_FOLDERS = ("shared", "sync", "client", "platforms", "tests")
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(path):
    """The folder of the house that a path belongs to: its first two parts."""
    return "/".join(path.split("/")[:2])


def why_not(path, bracket, included):
    """A sentence saying why the file may not include this, or None."""
    folder = folder_of(path)
    if included.split("/")[0] in TOP_FOLDERS:
        if bracket == "<":
            return f'our own files are included with quotes: "{included}"'
        if folder.startswith("tests/") or path in COMPOSITION_ROOTS or folder_of(included) == folder:
            return None
        if folder_of(included) not in MAY_INCLUDE[folder]:
            allowed = ", ".join(MAY_INCLUDE[folder]) or "nothing of ours"
            return f"{folder} may not include {folder_of(included)} (it may include {allowed})"
        return None
    if bracket == '"':
        return f'"{included}" is relative or not ours: write the path from the project root, or <> for a part from outside'
    if folder.startswith("tests/"):
        return None
    for pattern, owners, reason in CONFINED:
        if re.match(pattern, included) and folder not in owners:
            return f"<{included}> belongs in {', '.join(owners)} only: {reason}"
    if folder == "client/screens" and path.endswith(".h") and included.startswith("imgui"):
        return "a screen's header stays free of Dear ImGui, so that the app layer never sees it"
    return None


def sources(root):
    for top in ("shared", "sync", "client", "tests"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".h", ".hpp", ".cpp", ".cc", ".c") and path.is_file():
                yield path


def check(root):
    """Every complaint about the sources below root, and how many files were read."""
    complaints = []
    count = 0
    for path in sources(root):
        count += 1
        name = path.relative_to(root).as_posix()
        folder = folder_of(name)
        if not name.startswith("tests/") and name not in COMPOSITION_ROOTS and folder not in MAY_INCLUDE:
            complaints.append(f"{name}: {folder} is not in the arrows; give it a row here and in README.md")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            reason = found and why_not(name, found[1], found[2])
            if reason:
                complaints.append(f"{name}:{number}: {reason}")
    return complaints, count


def self_test():
    wrong = {
        "shared/base/a.h": '#include "shared/domain/visit.h"',
        "shared/domain/a.h": '#include "sync/protocol/operation.h"',
        "shared/image/a.cpp": '#include "shared/domain/visit.h"',
        "sync/engine/a.cpp": '#include "shared/storage/connection.h"',
        "sync/server/a.cpp": '#include "sync/engine/push.h"',
        "client/screens/a.cpp": '  #  include "client/work/store.h"',
        "client/work/a.cpp": '#include "sync/server/session.h"',
        "client/work/b.cpp": "#include <boost/asio.hpp>",
        "client/work/c.cpp": "#include <curl/curl.h>",
        "client/app/a.h": "#include <imgui.h>",
        "client/screens/a.h": "#include <imgui.h>",
        "sync/store/a.cpp": "#include <sqlite3.h>",
        "sync/server/b.cpp": "#include <sqlcipher/sqlite3.h>",
        "shared/base/b.cpp": '#include "id.h"',
        "shared/base/c.cpp": '#include "../base/id.h"',
        "shared/base/d.cpp": "#include <shared/base/id.h>",
        "shared/domain/b.cpp": '#include "tests/support/ids.h"',
        "shared/utils/a.cpp": "",
        "client/other.cpp": "",
    }
    right = {
        "shared/storage/a.cpp": '#include <sqlite3.h>\n#include "shared/domain/visit.h"',
        "sync/server/session.cpp": "#include <boost/beast.hpp>",
        "sync/server/main.cpp": '#include "sync/engine/push.h"',
        "client/main.cpp": '#include "client/work/store.h"\n#include <CLI/CLI.hpp>',
        "client/screens/b.cpp": '#include <imgui.h>\n#include "client/ui/touch.h"',
        "tests/client/a_test.cpp": '#include <boost/asio.hpp>\n#include "sync/server/session.h"',
    }
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {**wrong, **right}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text + "\n", encoding="utf-8")
        blamed = {complaint.split(":")[0] for complaint in check(root)[0]}
    for name in sorted(wrong.keys() - blamed):
        print(f"not found, though it is wrong: {name}: {wrong[name]}")
        missed += 1
    for name in sorted(blamed - wrong.keys()):
        print(f"found, though it is right: {name}")
        missed += 1
    if not missed:
        print(f"{len(wrong)} wrong includes found, {len(right)} right files left alone")
    return missed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test() > 0
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).is_dir():
        print(__doc__)
        return 2
    complaints, count = check(pathlib.Path(sys.argv[1]))
    for complaint in complaints:
        print(complaint)
    print(f"{count} files read, {len(complaints)} includes against the arrows")
    return len(complaints) > 0


sys.exit(main())
