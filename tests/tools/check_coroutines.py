"""Fails when a coroutine stands outside sync/server/session.cpp, or inside it in a form that g++ 12 gets wrong.

    check_coroutines.py FOLDER       reads every source of the project in FOLDER
    check_coroutines.py --self-test  makes sure that each kind of mistake is found

g++ 12 miscompiles some coroutines without a warning. One small file can be read with that in mind; the whole program
cannot. In that file: no `co_await` inside a condition or `?:`, and no `A{…}` built inside the awaited expression; name
the value on its own line first and move it in.
"""
import pathlib
import re
import sys
import tempfile

HOME = "sync/server/session.cpp"
KEYWORD = re.compile(r"\bco_(await|return|yield)\b")
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL)


def code_only(text):
    """The text with comments and literals blanked out, each line where it was."""
    return NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def in_condition(before):
    """Whether a text ends inside the parentheses of an if, while, for or switch."""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        if before[at] == ")":
            depth += 1
        elif before[at] == "(":
            depth -= 1
            if depth < 0:
                if re.search(r"\b(if|while|for|switch)\s*(constexpr\s*)?$", before[:at]):
                    return True
                depth = 0
        elif before[at] in "{};" and depth == 0:
            return False
    return False


def complaints_about(name, text):
    code = code_only(text)
    for found in KEYWORD.finditer(code):
        line = code.count("\n", 0, found.start()) + 1
        if name != HOME:
            yield f"{name}:{line}: {found[0]} stands only in {HOME}; give the work to a plain function that it calls"
        elif found[0] == "co_await":
            start = max(code.rfind(mark, 0, found.start()) for mark in ";{}") + 1
            end = code.find(";", found.end())
            if in_condition(code[:found.start()]):
                yield f"{name}:{line}: co_await inside a condition; await into a named value on the line before"
            elif "?" in code[start:end]:
                yield f"{name}:{line}: co_await beside ?:, which g++ 12 gets wrong; use if and else"
            elif re.search(r"\w\s*\{", code[found.end():end]):
                yield f"{name}:{line}: a value is built inside the awaited expression; name it first, then move it in"


def check(root):
    complaints = []
    count = 0
    for top in ("shared", "sync", "client", "tests"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".h", ".hpp", ".cpp", ".cc") and path.is_file():
                count += 1
                name = path.relative_to(root).as_posix()
                complaints += complaints_about(name, path.read_text(encoding="utf-8"))
    return complaints, count


def self_test():
    wrong = [
        ("sync/server/listener.cpp", "void f() { co_await g(); }"),
        ("sync/server/session.h", "inline auto f() { co_return 1; }"),
        ("tests/server/a_test.cpp", "auto h = []() -> task { co_yield 1; };"),
        ("client/work/a.cpp", "int million = 1'000'000; auto f() { /* */ co_return; } char c = 'x';"),
        (HOME, "if (co_await read(stream)) {}"),
        (HOME, "while ((x = co_await read(stream)) > 0) {}"),
        (HOME, "auto x = ready ? co_await a() : b;"),
        (HOME, "co_await write(stream, Answer{200, text});"),
    ]
    right = [
        ("sync/server/a.cpp", '// co_await is not here\nauto s = "co_await"; /* co_return\n */ auto r = R"(co_yield "x")";'),
        (HOME, "if (ready) { co_await f(std::move(answer)); }\nif (a ? b : c) { x(); }\nauto n = co_await read(buffer); co_return;"),
        (HOME, "for (;;) { const auto n = co_await read(std::move(request), token); if (n == 0) co_return; }"),
    ]
    missed = 0
    for name, text in wrong:
        if not list(complaints_about(name, text)):
            print(f"not found, though it is wrong: {name}: {text}")
            missed += 1
    for name, text in right:
        for complaint in complaints_about(name, text):
            print(f"found, though it is right: {complaint}\n{text}")
            missed += 1
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / wrong[0][0]
        path.parent.mkdir(parents=True)
        path.write_text(wrong[0][1], encoding="utf-8")
        if len(check(pathlib.Path(folder))[0]) != 1:
            print("not found in a file, though it is wrong")
            missed += 1
    if not missed:
        print(f"{len(wrong)} mistakes found, {len(right)} right texts left alone")
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
    print(f"{count} files read, {len(complaints)} coroutines out of place")
    return len(complaints) > 0


sys.exit(main())
