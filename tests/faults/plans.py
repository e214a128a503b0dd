"""What happens in a round, drawn from the seed: what is recorded, on which network, who is killed or stopped, what the office does."""

import dataclasses
import json
import random
import struct
import zlib

from wire import Fault, random_fault

TEMPLATES = ("installation", "maintenance", "refused_repair")
WORDS = ("hotovo", "კარგად მუშაობს", "dodano", "исправно", "đã xong", "works again", "„Čištění“", "10 °C", "½ l", "🔧")


@dataclasses.dataclass
class Sync:
    faults: list[Fault]          # of its connections, in order
    kill_ms: int | None = None   # after so long; None: it may live
    stop_ms: int | None = None


@dataclasses.dataclass
class Round:
    visits: int
    record_kill_ms: int | None
    syncs: list[Sync]
    office: str | None

    def __str__(self):
        syncs = "; ".join(", ".join(map(str, sync.faults)) + (f", killed after {sync.kill_ms} ms" if sync.kill_ms is not None else "")
                          + (f", stopped after {sync.stop_ms} ms" if sync.stop_ms is not None else "") for sync in self.syncs)
        return (f"{self.visits} visits" + (f", killed after {self.record_kill_ms} ms" if self.record_kill_ms is not None else "")
                + f"; syncs: {syncs or 'none'}" + (f"; office: {self.office}" if self.office else ""))


def plan_round(source: random.Random):
    def sync():
        faults = [random_fault(source) for _ in range(source.choices((1, 2, 3), (7, 2, 1))[0])] if source.random() < 0.85 else []
        return Sync(faults, int(10 ** source.uniform(0.5, 3)) if source.random() < 0.10 else None,
                    int(10 ** source.uniform(0.5, 2.7)) if source.random() < 0.06 else None)

    return Round(visits=source.choices((0, 1, 2), (15, 75, 10))[0],
                 record_kill_ms=int(10 ** source.uniform(0.5, 2.9)) if source.random() < 0.15 else None,
                 syncs=[sync() for _ in range(source.choices((0, 1, 2), (10, 75, 15))[0])],
                 office=source.choices((None, "add", "move", "cancel"), (84, 9, 5, 2))[0])


def noise_png(source: random.Random, side):
    """A picture that nobody has seen before and that no compressor makes small."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + source.randbytes(3 * side) for _ in range(side))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def write_visit(source: random.Random, templates, customers, folder, name, order=None):
    """A visit of assets/demo, varied, as a file in `folder`; what it says that can be found again comes back."""
    template = source.choice(TEMPLATES)
    visit = json.loads(json.dumps(templates[template]))
    visit["work_order"] = order
    visit["result"] = f"{name}: " + " ".join(source.choice(WORDS) for _ in range(source.randrange(1, 200)))
    visit["notes"] = [" ".join(source.choice(WORDS) for _ in range(source.randrange(1, 30))) for _ in range(source.randrange(3))] or visit["notes"]
    visit.pop("site", None)
    if order is None and (template != "refused_repair" or source.random() < 0.7):
        visit["customer"] = source.choice(customers)
    elif order is None:
        visit["customer"]["name"] += f" {name}"
    else:
        visit.pop("customer", None)
    visit["asset"] = {"name": f"Kotel {name}", "serial": f"S-{name}", "place": "sklep"}
    for index, photo in enumerate(visit["photos"]):
        if source.random() < 0.8:
            photo["file"] = f"photos/{name}-{index}.png"
            (folder / photo["file"]).write_bytes(noise_png(source, source.choice((24, 48, 100, 220))))
    is_sealed = source.random() > 0.05
    if not is_sealed:
        del visit["sign_off"]
    file = folder / f"{name}.json"
    file.write_text(json.dumps(visit, ensure_ascii=False))
    return file, {"result": visit["result"], "photo_count": len(visit["photos"]), "is_sealed": is_sealed}
