#!/usr/bin/env python3
"""Writes the seeds that the corpora of tests/fuzz grow from: the golden fixtures as bytes, and small examples of what else strangers send.

    tests/fuzz/seeds.py            adds what is missing to tests/fuzz/corpus
"""

import json
import pathlib
import struct
import subprocess
import sys
import zlib

FOLDER = pathlib.Path(__file__).resolve().parent
SOURCE = FOLDER.parent.parent
FIXTURES = SOURCE / "tests/fixtures/protocol"
LANGUAGES = {"en", "cs", "ka", "sl", "ru", "vi"}

# Which fixtures show a target what it reads. A target that is not here is in `written`.
OF_FIXTURES = {
    "cbor": ["body", "second_body"],
    "checksums": ["checksums"],
    "decision": ["decision_accepted", "decision_merged", "decision_set_aside"],
    "erasure": ["erased_records", "erased_seals"],
    "header": ["header", "second_header", "seal_header"],
    "message": ["enrol_request", "enrol_answer", "challenge_request", "challenge", "token_request", "token_answer", "push_answer", "hashes"],
    "operation": ["operation", "operation_erased"],
    "pull_answer": ["pull_answer"],
    "push_request": ["push_request"],
    "record_file": ["record", "record_erased"],
    "rescue_file": ["rescue_file", "rescue_request", "rescue_answer"],
    "seal_list": ["seal_list"],
    "snapshot_answer": ["snapshot_answer"],
    "statement": ["certificate", "receipt", "root_statement", "countersign", "erasure_statement"],
}


def fixture(name):
    return bytes.fromhex("".join((FIXTURES / f"{name}.hex").read_text().split()))


# ---- CBOR, as much of it as the seeds need

def cbor(value):
    def head(major, argument):
        for size, code in ((1, 24), (2, 25), (4, 26), (8, 27)):
            if argument < 24:
                return bytes([major << 5 | argument])
            if argument < 1 << 8 * size:
                return bytes([major << 5 | code]) + argument.to_bytes(size, "big")
        raise ValueError(argument)

    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(key) + cbor(one) for key, one in sorted(value.items(), key=lambda item: cbor(item[0])))


def read_cbor(data, place=0):
    major, low = data[place] >> 5, data[place] & 31
    place += 1
    if low >= 24 and major < 7:
        size = 1 << low - 24
        low, place = int.from_bytes(data[place:place + size], "big"), place + size
    if major == 0:
        return low, place
    if major == 1:
        return -1 - low, place
    if major in (2, 3):
        return data[place:place + low], place + low
    if major in (4, 5):
        found = []
        for _ in range(low * (major - 3)):
            one, place = read_cbor(data, place)
            found.append(one)
        return found, place
    return None, place


# ---- What is not in the fixtures

def english_only(value):
    if isinstance(value, dict):
        return {key: english_only(one) for key, one in value.items() if not (key in LANGUAGES and "en" in value and key != "en")}
    return [english_only(one) for one in value] if isinstance(value, list) else value


def short(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def asset(path):
    return short(english_only(json.loads((SOURCE / "assets" / path).read_text())))


def visit(name):
    said = json.loads((SOURCE / f"assets/demo/{name}.json").read_text())
    if "strokes" in said["sign_off"]:
        said["sign_off"]["strokes"]["strokes"] = [[[120, 95, 0, 163], [120, 99, 8, 245]]]
    return short(said)


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(range(0, 3 * 7)) for _ in range(5))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 7, 5, 8, 2, 0, 0, 0)) + chunk(b"tEXt", b"Comment\0hello")
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def jpegs():
    """Small ones of the converter, where it is installed; the corpus has them otherwise."""
    found = []
    for words in (["-size", "16x8", "gradient:red-blue", "-quality", "60"], ["-size", "24x24", "xc:gray", "-colorspace", "Gray", "-interlace", "JPEG"]):
        try:
            found.append(subprocess.run(["convert", *words, "jpg:-"], capture_output=True, check=True).stdout)
        except (OSError, subprocess.CalledProcessError):
            pass
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    return found + [one[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + one[2:] for one in found[:1]]


def zstd_raw(data):
    return b"\x28\xb5\x2f\xfd\x20" + bytes([len(data)]) + ((len(data) << 3) | 1).to_bytes(3, "little") + data


def record_rows():
    answer = fixture("snapshot_answer")
    _, place = read_cbor(answer, 1)       # behind the version
    _, place = read_cbor(answer, place)   # behind the statement
    rows = []
    for _ in range(answer[place] & 31):
        begin = place + 1 if not rows else place
        _, place = read_cbor(answer, begin)
        rows.append(answer[begin:place])
    return rows


def written():
    groups, _ = read_cbor(fixture("record"))
    return {
        "decompress": [zstd_raw(b"hello, hello, hello"), b"\x28\xb5\x2f\xfd\x20\x40\x13\x02\x00a"],
        "enrolment_line": [b"aftercare://sync.example.org:8443/enrol#" + b"01" * 16 + b".Y29kZQ." + b"AQEB" * 10 + b"AQE." + b"AgIC" * 10 + b"AgI",
                           b"aftercare://[::1]:1/enrol#"],
        "form": [asset("forms/phone_repair.json"), asset("terms/phone.json"), short({"mon": [["08:00", "17:00"]], "sat": [["09:00", "12:00"], ["13:00", "14:00"]]})],
        "header": [],
        "json": [b'{"a":[1,-2,3.5e3,true,null,"\\u00e9\\n"],"b":{}}', b"[[[[]]]]", b'"\xf0\x9f\x94\xa7"'],
        "message": [cbor([1, 3, 2, 7, 1400000, {"V": 12, "C": 3}])],
        "photo": [png(), *jpegs()],
        "problem": [short({"type": "urn:aftercare:problem:behind", "title": "Behind", "status": 409, "epoch": "04" * 16, "lineage": "11" * 32, "dseq": 7, "head": "22" * 32}),
                    short({"type": "urn:aftercare:problem:other_epoch", "epoch": "04" * 16}), b"<html>Welcome</html>"],
        "product_code": [b"]C1010950600013435221T24-110093\x1d17270131", b"(01)09506000134352(21)ABC", b"https://id.example/01/09506000134352/21/T24%2D110093?17=270131#top",
                         b"09506000134352", b"]d2010950600013435211200101", b"PRL8-228740"],
        "record_row": record_rows(),
        "sealed_groups": [group[2] for group in groups[3] if group is not None and len(group) == 3 and isinstance(group[2], bytes)],
        "server_config": [b'listen = "0.0.0.0:8443"\nhost_names = ["a.example", "b.example"]\nread_threads = 4\ntrusted_proxies = ["10.0.0.0/8"]\nlog_level = "warn"\n'],
        "server_head": [b"GET /v1/pull?after=7&epoch=%30 HTTP/1.1\r\nHost: tablet.example:8443\r\nAftercare-Version: 1\r\nAuthorization: Bearer abc\r\n\r\n",
                        b"PATCH /v1/blobs/ab%20c HTTP/1.1\r\nhost: [::1]:1\r\nContent-Length: 12\r\nExpect: 100-continue\r\nCookie: a=1; __Host-session=xyz\r\nConnection: close\r\n"
                        b"X-Forwarded-For: 1.2.3.4, 10.0.0.1\r\n\r\n", b"GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"],
        "server_json_body": [short({"text": "words", "flag": True, "integer": 12, "instant": "2026-11-20T07:52:10Z", "id": "05" * 16, "role": "dispatcher", "object": {"text": "x"}})],
        "server_query": [b"a=1%262&b=%C4%8D&limit=50&q=x+y", b"%41%00", b"=&a"],
        "strokes": [cbor([1, "pen", 1200, 400, [[[120, 95, 0, 163], [120, 99, 8, None]], [[1, 2, 3, 4]]]])],
        "visit_record": [visit("installation"), visit("maintenance"), visit("refused_repair")],
        "words": [b"V-23-0001-M", b"2026-11-20T07:52:10+01:00", b"2027-11-20", b"00ff10", b"AQIDBA", b"-12.50", b"e\xcc\x81"],
    }


def main():
    corpus = FOLDER / "corpus"
    seeds = {target: [fixture(name) for name in names] for target, names in OF_FIXTURES.items()}
    for target, more in written().items():
        seeds.setdefault(target, []).extend(more)
    missing = {file.stem.removeprefix("fuzz_") for file in FOLDER.glob("fuzz_*.cpp")} - {target for target, some in seeds.items() if some}
    count = 0
    for target, some in seeds.items():
        (corpus / target).mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(some):
            (corpus / target / f"seed_{number}").write_bytes(seed)
            count += 1
    print(f"{count} seeds of {len(seeds)} targets" + (f"; none for {sorted(missing)}" if missing else ""))
    return len(missing) > 0


sys.exit(main())
