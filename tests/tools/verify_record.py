#!/usr/bin/env python3
"""Checks a sealed record of Aftercare: verify_record.py FILE [ORGANISATION_KEY_IN_HEX]

A second implementation of sections 2 to 4, 9, 15 and 16 of sync/protocol/README.md, written from that page alone. It uses
Python's standard library and the `openssl` command for Ed25519. Prints one line for each part, and ends with 0 when the
record is genuine, with 1 when it is not, and with 2 when it cannot be asked.
"""

import hashlib
import os
import subprocess
import sys
import tempfile


class NotGenuine(Exception):
    pass


# ---- Section 2: the part of CBOR that is used, in its one form ----------------------------------------


class Text(str):
    """A text string; byte strings are bytes."""


class Cbor:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if count > len(self.data) - self.at:
            raise NotGenuine("cut short")
        self.at += count
        return self.data[self.at - count:self.at]

    def value(self, depth=1):
        if depth > 32:
            raise NotGenuine("nested too deeply")
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            if info not in (20, 21, 22):
                raise NotGenuine("a value that the format does not use")
            return {20: False, 21: True, 22: None}[info]
        if info < 24:
            number = info
        elif info <= 27:
            number = int.from_bytes(self.take(1 << (info - 24)), "big")
            if number < {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}[info]:
                raise NotGenuine("a number that is not in its shortest form")
        else:
            raise NotGenuine("an indefinite length")
        if major in (0, 1):
            if number >= 1 << 63:
                raise NotGenuine("a number that is too large")
            return number if major == 0 else -1 - number
        if major == 2:
            return self.take(number)
        if major == 3:
            return self.text(self.take(number))
        if major == 4:
            return [self.value(depth + 1) for _ in self.few(number)]
        if major == 5:
            return self.map(number, depth)
        raise NotGenuine("a tag")

    def few(self, count):
        if count > len(self.data) - self.at:
            raise NotGenuine("cut short")
        return range(count)

    @staticmethod
    def text(raw):
        try:
            text = raw.decode("utf-8", "strict")
        except UnicodeDecodeError:
            raise NotGenuine("a text that is not UTF-8") from None
        if "\0" in text:
            raise NotGenuine("a text with a NUL")
        return Text(text)

    def map(self, count, depth):
        result, last = {}, b""
        for _ in self.few(count):
            start = self.at
            key = self.value(depth + 1)
            encoded = self.data[start:self.at]
            if last and encoded <= last:
                raise NotGenuine("keys out of order")
            last = encoded
            result[encoded if isinstance(key, (list, dict)) else key] = self.value(depth + 1)
        return result


def decode(data):
    cbor = Cbor(data)
    value = cbor.value()
    if cbor.at != len(data):
        raise NotGenuine("something follows the end")
    return value


def array(value, count, what):
    if not isinstance(value, list) or (count is not None and len(value) != count):
        raise NotGenuine(what)
    return value


def raw(value, size, what):
    if type(value) is not bytes or (size is not None and len(value) != size):
        raise NotGenuine(what)
    return value


def number(value, what):
    if type(value) is not int:
        raise NotGenuine(what)
    return value


# ---- Section 3: hashes and signatures -------------------------------------------------------------------


def tagged(tag, *parts):
    return hashlib.sha256(tag.encode("ascii") + b"".join(parts)).digest()


def is_signed(key, tag, message, signature):
    """openssl pkeyutl -verify -rawin: Ed25519 over tag and message."""
    with tempfile.TemporaryDirectory() as folder:
        def put(name, data):
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(data)
            return path

        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin",
                   "-inkey", put("key", bytes.fromhex("302a300506032b6570032100") + key),
                   "-in", put("message", tag.encode("ascii") + message), "-sigfile", put("signature", signature)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def signed(pair, what):
    statement, signature = array(pair, 2, what)
    return raw(statement, None, what), raw(signature, 64, what)


# ---- Section 16 -----------------------------------------------------------------------------------------


class Record:
    def __init__(self, data, expected_key):
        self.complaints = {}
        self.states = {}
        try:
            self.read(data)
            self.check(expected_key)
        except NotGenuine as error:
            self.complain("envelope", str(error))

    def complain(self, part, why):
        self.complaints.setdefault(part, why)

    def envelope(self, holds, why):
        if not holds:
            self.complain("envelope", why)

    def read(self, data):
        items = array(decode(data), 11, "not a sealed record")
        if not isinstance(items[0], Text) or items[0] != "aftercare record" or items[1] != 1 or items[1] is True:
            raise NotGenuine("not a sealed record of version 1")
        self.list_bytes = raw(items[2], None, "the list is no byte string")
        self.groups = []
        for group in array(items[3], None, "the groups are no array"):
            name, salt, content = array(group, 3, "not a group")
            if not isinstance(name, Text) or (salt is None) != (content is None):
                raise NotGenuine("not a group")
            if salt is not None:
                raw(salt, 16, "not a salt"), raw(content, None, "not a content")
            self.groups.append((name, salt, content))
        self.header = raw(items[4], None, "not a header")
        self.signature = raw(items[5], 64, "not a signature")
        self.certificate = signed(items[6], "not a certificate")
        self.key = raw(items[7], 32, "not a key")
        self.countersign = items[8] if items[8] is None else signed(items[8], "not a countersignature")
        self.erasure = items[9] if items[9] is None else signed(items[9], "not an erasure statement")
        self.blobs = []
        for blob in array(items[10], None, "the files are no array"):
            name, content = array(blob, 2, "not a file")
            self.blobs.append((raw(name, 32, "not a name"), raw(content, None, "not a file")))

    def check(self, expected_key):
        self.seal = tagged("aftercare/seal/1", self.list_bytes)
        self.operation = tagged("aftercare/op/1", self.header)
        self.list = []
        for entry in array(decode(self.list_bytes), None, "the list is no array"):
            name, value = array(entry, 2, "not an entry of the list")
            if not isinstance(name, Text) or not name or name in [one for one, _ in self.list]:
                raise NotGenuine("a wrong name in the list")
            self.list.append((name, raw(value, 32, "not a hash")))
        self.envelope(1 <= len(self.list) <= 32, "a list of too many groups or none")
        self.envelope(expected_key is None or expected_key == self.key, "another organisation's key")
        self.check_certificate()
        self.check_header()
        erased = self.check_erasure()
        genuine = self.check_groups(erased)
        self.check_root(genuine)
        self.check_countersign()
        self.check_blobs(genuine)

    def check_certificate(self):
        statement, signature = self.certificate
        self.envelope(is_signed(self.key, "aftercare/device/1", statement, signature), "the certificate is not signed")
        parts = array(decode(statement), 6, "not a certificate")
        self.organisation = raw(parts[0], 16, "not an organisation")
        self.device = raw(parts[1], 16, "not a device")
        self.envelope(parts[2] in ("tablet", "kiosk", "office"), "an unknown role")
        self.device_key = raw(parts[4], 32, "not a key")

    def check_header(self):
        header = array(decode(self.header), 13, "not a header")
        self.envelope(header[0] == 1 and header[8] == 5 and header[9] == 12, "not the sealing of a sign-off")
        self.envelope(header[1] == self.organisation and header[2] == self.device, "the header is another device's")
        self.envelope(is_signed(self.device_key, "aftercare/sign/1", self.seal + self.operation, self.signature),
                      "the device's signature does not fit")

    def check_erasure(self):
        if self.erasure is None:
            return []
        parts = array(decode(self.erasure[0]), 4, "not an erasure statement")
        holds = (is_signed(self.key, "aftercare/erasure/1", *self.erasure) and parts[0] == self.organisation
                 and parts[1] == self.seal)
        self.envelope(holds, "the erasure statement is not about this record")
        return array(parts[2], None, "not a list of names") if holds else []

    def check_groups(self, erased):
        self.envelope(len(self.groups) == len(self.list), "more or fewer groups than were sealed")
        genuine = {}
        for (sealed_name, sealed_hash), (name, salt, content) in zip(self.list, self.groups):
            self.states[sealed_name] = "unchanged"
            if name != sealed_name:
                self.envelope(False, "a group stands in another's place")
            elif salt is None:
                self.states[name] = "erased"
                if name not in erased:
                    self.complain(name, "missing, and nobody says that it was erased")
            elif tagged("aftercare/group/1", salt, content) != sealed_hash:
                self.complain(name, "not what was sealed")
            else:
                genuine[name] = decode(content)
        return genuine

    def check_root(self, genuine):
        if genuine.get("root") is None:
            return
        statement, signature = signed(genuine["root"], "not a root statement")
        parts = array(decode(statement), 5, "not a root statement")
        if not is_signed(self.key, "aftercare/statement/1", statement, signature) or parts[0] != self.organisation:
            self.complain("root", "not the organisation's word")
        self.states["root"] += ", not sealed before %d ms" % number(parts[4], "not a time")

    def check_countersign(self):
        if self.countersign is None:
            return
        parts = array(decode(self.countersign[0]), 6, "not a countersignature")
        self.envelope(is_signed(self.key, "aftercare/countersign/1", *self.countersign)
                      and parts[0] == self.organisation and parts[2] == self.seal and parts[3] == self.operation,
                      "the countersignature does not fit")
        self.states["envelope"] = "unchanged, not sealed after %d ms" % number(parts[5], "not a time")

    def check_blobs(self, genuine):
        photos = [photo[0] for photo in genuine.get("photos", [])]
        strokes = (genuine.get("strokes") or {}).get("sha256")
        seen = set()
        for name, content in self.blobs:
            self.envelope(name not in seen, "a file stands twice")
            seen.add(name)
            if name not in photos and name != strokes:
                if not {"photos", "strokes"} & set(self.complaints):
                    self.envelope(False, "a file that was not sealed")
            elif hashlib.sha256(content).digest() != name:
                self.complain("photos" if name in photos else "strokes", "a file is not the one that was sealed")


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(sys.argv[1], "rb") as file:
            data = file.read()
        expected_key = bytes.fromhex(sys.argv[2]) if len(sys.argv) == 3 else None
        subprocess.run(["openssl", "version"], capture_output=True, check=True)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print("cannot check: %s" % error, file=sys.stderr)
        return 2
    record = Record(data, expected_key)
    record.states.setdefault("envelope", "unchanged")
    for part in ["envelope"] + [name for name in record.states if name != "envelope"]:
        complaint = record.complaints.get(part)
        print("%s: %s" % (part, "CHANGED: " + complaint if complaint else record.states[part]))
    if record.complaints:
        print("not genuine")
        return 1
    print("genuine, sealed under the organisation key %s" % record.key.hex())
    return 0


if __name__ == "__main__":
    sys.exit(main())
