"""A TCP proxy between one tablet and its server that does to the bytes what bad networks do, one planned fault a connection."""

import collections
import dataclasses
import random
import socket
import ssl
import struct
import threading
import time

UP, DOWN = "up", "down"  # to the server, to the tablet

# What happens to the bytes of a connection once its direction has carried so many. TLS has to notice most of them.
ON_THE_WIRE = ("cut", "reset", "flip", "double", "lose", "swap", "stall", "delay", "trickle", "no_answer")
# Who answers instead of the server.
AT_THE_DOOR = ("refuse", "silent", "portal", "portal_redirect", "stranger")
# What a reverse proxy with the server's own key does to a whole request: beyond what TLS can notice.
IN_FRONT = ("bad_gateway", "too_large", "answer_lost", "twice", "late_copy")
# What happens to a process at a byte of the wire.
TO_PROCESSES = ("kill_tablet", "kill_server", "stop_tablet", "stop_server")

PORTAL_PAGE = b"<html><title>Welcome</title><h1>Hotel Wi-Fi</h1><form>Your room number? <input name=room></form></html>"
GATEWAY_PAGE = b"<html><h1>nginx</h1></html>"
SILENCE_MAX_S = 60
IMPATIENT_S = 1.5  # where nobody waits for the tablet's own limit


@dataclasses.dataclass(frozen=True)
class Fault:
    kind: str = "none"
    direction: str = UP
    at: int = 0          # the byte of the direction; in front: which request of the connection
    size: int = 1        # bytes that are doubled, lost, swapped; the bit that is flipped
    ms: int = 0          # how long a stall, delay, stop or late copy takes
    ends: bool = False   # whether the connection is over afterwards
    waits: bool = False  # when both sides wait for bytes that will never come: until the tablet gives up by itself

    def __str__(self):
        return self.kind if self.kind == "none" else f"{self.kind} {self.direction} at {self.at} ({self.size} B, {self.ms} ms{', ends' if self.ends else ''})"


class Ended(OSError):
    """The fault was the end of this connection."""


def close_now(end, with_reset=False):
    try:
        if with_reset:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    try:
        end.close()
    except OSError:
        pass


class Link:
    """One connection, passed on byte for byte but for its fault."""

    def __init__(self, proxy, near, fault):
        self.proxy, self.near, self.fault = proxy, near, fault
        self.far = socket.create_connection(("127.0.0.1", proxy.to_port), 5)
        self.far.settimeout(None)
        self.passed = {UP: 0, DOWN: 0}
        self.flowing = threading.Event()
        self.flowing.set()
        self.has_fired = self.is_deaf = self.is_over = False
        self.slow_chunks = 0

    def run(self):
        back = threading.Thread(target=self.pump, args=(DOWN,), daemon=True)
        back.start()
        self.pump(UP)
        back.join()

    def end(self, with_reset=False):
        self.is_over = True
        self.flowing.set()
        for one in (self.near, self.far):
            close_now(one, with_reset)

    def end_when_silent(self, passed_before=None):
        passed = dict(self.passed)
        if self.is_over or passed == passed_before:
            self.end()
            return
        timer = threading.Timer(IMPATIENT_S, self.end_when_silent, (passed,))
        timer.daemon = True
        timer.start()

    def pump(self, direction):
        source, sink = (self.near, self.far) if direction == UP else (self.far, self.near)
        try:
            while data := source.recv(65536):
                self.flowing.wait(SILENCE_MAX_S)
                start = self.passed[direction]
                self.passed[direction] += len(data)
                self.proxy.count_bytes(direction, len(data))
                if self.is_due(direction, start + len(data)):
                    self.has_fired = True
                    self.proxy.count_fault(self.fault)
                    data = self.strike(sink, data, max(0, self.fault.at - start))
                    if not (self.fault.waits and self.proxy.is_patient):
                        self.end_when_silent()
                if self.is_deaf and direction == DOWN:
                    continue
                if self.slow_chunks > 0:
                    self.slow_chunks -= 1
                    time.sleep(self.fault.ms / 1000)
                if data:
                    sink.sendall(data)
        except OSError:
            pass
        finally:
            self.end()

    def is_due(self, direction, passed):
        fault = self.fault
        return not self.has_fired and fault.direction == direction and passed > fault.at and fault.kind in ON_THE_WIRE + TO_PROCESSES

    def strike(self, sink, data, place):
        """What is sent of these bytes, after whatever the fault does at `place`."""
        fault, size = self.fault, self.fault.size
        before, after = data[:place], data[place:]
        if fault.kind in ("cut", "reset"):
            sink.sendall(before)
            self.end(with_reset=fault.kind == "reset")
            raise Ended
        if fault.kind == "flip":
            return before + bytes([after[0] ^ 1 << size % 8]) + after[1:]
        if fault.kind == "double":
            return before + after[:size] * 2 + after[size:]
        if fault.kind == "lose":
            return before + after[size:]
        if fault.kind == "swap":
            return before + after[size:2 * size] + after[:size] + after[2 * size:]
        if fault.kind == "stall":
            sink.sendall(before)
            self.flowing.clear()
            time.sleep(fault.ms / 1000)
            self.flowing.set()
            if fault.ends:
                raise Ended
            return after
        if fault.kind == "delay":
            self.slow_chunks = 12
        if fault.kind == "trickle":
            sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sink.sendall(before)
            for i in range(0, min(200, len(after)), 1 + size % 5):
                sink.sendall(after[i:i + 1 + size % 5])
            return after[min(200, len(after)) + (-min(200, len(after))) % (1 + size % 5):]
        if fault.kind == "no_answer":
            self.is_deaf = True
            threading.Timer(fault.ms / 1000, self.end).start()
        if fault.kind in TO_PROCESSES:
            self.proxy.to_process[fault.kind](fault.ms)
        return data


class Front:
    """A reverse proxy that holds the server's key, reads requests whole and treats one of them badly."""

    def __init__(self, proxy, near, fault):
        self.proxy, self.near, self.fault = proxy, near, fault

    def run(self):
        near = far = None
        try:
            near = self.proxy.front_context.wrap_socket(self.near, server_side=True)
            far = self.connect()
            count = 0
            while request := self.read_message(near):
                self.proxy.count_bytes(UP, len(request))
                answer = self.pass_on(far, request, count == self.fault.at)
                if answer is None:
                    break
                self.proxy.count_bytes(DOWN, len(answer))
                near.sendall(answer)
                count += 1
        except (OSError, ValueError):
            pass
        finally:
            for end in (near or self.near, far):
                if end is not None:
                    close_now(end)

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.proxy.to_port), 5)
        far = self.proxy.server_context.wrap_socket(plain, server_hostname="127.0.0.1")
        far.settimeout(SILENCE_MAX_S)
        return far

    def ask(self, far, request):
        far.sendall(request)
        return self.read_message(far, is_to_head=request.startswith(b"HEAD "))

    def pass_on(self, far, request, is_due):
        kind = self.fault.kind
        if not is_due:
            return self.ask(far, request)
        self.proxy.count_fault(self.fault)
        if kind in ("bad_gateway", "too_large"):
            if self.fault.ends:  # the server had it all the same
                self.ask(far, request)
            status = b"502 Bad Gateway" if kind == "bad_gateway" else b"413 Request Entity Too Large"
            return b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (status, len(GATEWAY_PAGE), GATEWAY_PAGE)
        if kind == "answer_lost":
            self.ask(far, request)
            return None
        if kind == "twice":
            first = self.ask(far, request)
            second = self.ask(far, request)
            return first if self.fault.ends else second
        threading.Thread(target=self.send_late, args=(request,), daemon=True).start()
        return self.ask(far, request)

    def send_late(self, request):
        with self.proxy.while_busy():
            time.sleep(self.fault.ms / 1000)
            try:
                far = self.connect()
                self.ask(far, request)
                close_now(far)
            except (OSError, ValueError):
                pass

    @staticmethod
    def read_message(end, is_to_head=False):
        """One request or answer as its bytes; nothing when the other side is through."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = end.recv(65536)
            if not more:
                return b""
            data += more
        head, body = data.split(b"\r\n\r\n", 1)
        lines = head.split(b"\r\n")
        length = next((int(line.split(b":", 1)[1]) for line in lines[1:] if line.lower().startswith(b"content-length:")), 0)
        if is_to_head or lines[0].startswith((b"HTTP/1.1 204", b"HTTP/1.1 304")):
            length = 0
        while len(body) < length:
            more = end.recv(65536)
            if not more:
                return b""
            body += more
        return head + b"\r\n\r\n" + body


class Proxy:
    """The network of one tablet. `plan` gives the faults of its next connections; without a plan it only passes on."""

    def __init__(self, to_port, server_tls, stranger_tls, to_process):
        self.to_port, self.to_process = to_port, to_process
        self.front_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.front_context.load_cert_chain(server_tls / "server.crt", server_tls / "server.key")
        self.server_context = ssl.create_default_context(cafile=server_tls / "ca.crt")
        self.stranger_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.stranger_context.load_cert_chain(*stranger_tls)
        self.lock = threading.Lock()
        self.planned = collections.deque()
        self.open = set()
        self.fired = collections.Counter()
        self.bytes = collections.Counter()
        self.connections = self.busy = 0
        self.is_patient = True
        self.overheard = 0  # bytes that a stranger was told
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def plan(self, faults):
        with self.lock:
            self.planned = collections.deque(faults)

    def calm(self):
        """No faults any more, and nothing of before under way."""
        self.plan([])
        with self.lock:
            waiting = list(self.open)
        for end in waiting:
            close_now(end)
        until = time.monotonic() + SILENCE_MAX_S
        while self.busy and time.monotonic() < until:
            time.sleep(0.01)

    def close(self):
        self.calm()
        close_now(self.listener)

    def count_fault(self, fault):
        with self.lock:
            self.fired[fault.kind] += 1

    def count_bytes(self, direction, count):
        with self.lock:
            self.bytes[direction] += count

    def while_busy(self):
        proxy = self

        class Busy:
            def __enter__(self):
                with proxy.lock:
                    proxy.busy += 1

            def __exit__(self, *_):
                with proxy.lock:
                    proxy.busy -= 1

        return Busy()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                fault = self.planned.popleft() if self.planned else Fault()
                self.connections += 1
                self.open.add(near)
            threading.Thread(target=self.serve, args=(near, fault), daemon=True).start()

    def serve(self, near, fault):
        with self.while_busy():
            try:
                if fault.kind in AT_THE_DOOR:
                    self.count_fault(fault)
                    getattr(self, fault.kind)(near, fault)
                elif fault.kind in IN_FRONT:
                    Front(self, near, fault).run()
                else:
                    Link(self, near, fault).run()
            except OSError:
                pass
            finally:
                with self.lock:
                    self.open.discard(near)
                close_now(near)

    # ---- Who answers instead of the server

    def refuse(self, near, _):
        close_now(near, with_reset=True)

    def silent(self, near, fault):
        near.settimeout(max(0.05, fault.ms / 1000))
        while near.recv(65536):
            pass

    def portal(self, near, _):
        self.answer_plainly(near, b"HTTP/1.1 200 OK")

    def portal_redirect(self, near, _):
        self.answer_plainly(near, b"HTTP/1.1 302 Found\r\nLocation: https://login.example/")

    def answer_plainly(self, near, status):
        near.settimeout(5)
        asked = near.recv(65536)
        if asked and asked[0] != 0x16:  # anything but a TLS handshake is somebody's data in the clear
            self.overhear(len(asked))
        near.sendall(status + b"\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PORTAL_PAGE) + PORTAL_PAGE)

    def stranger(self, near, _):
        near.settimeout(5)
        with self.stranger_context.wrap_socket(near, server_side=True) as end:
            self.overhear(len(end.recv(65536)))
            end.sendall(b"HTTP/1.1 200 OK\r\nAftercare-Version: 1\r\nContent-Length: 0\r\n\r\n")

    def overhear(self, count):
        with self.lock:
            self.overheard += count


def random_fault(source: random.Random):
    """One fault of any kind, anywhere from the handshake to the last photo."""
    family = source.choices((ON_THE_WIRE, AT_THE_DOOR, IN_FRONT, TO_PROCESSES), (60, 10, 18, 12))[0]
    kind = source.choice(family)
    direction = source.choice((UP, DOWN))
    if family is IN_FRONT:
        at = source.randrange(8)
    else:  # the handshake takes 600 bytes up and 1,500 down, a visit 10,000 up, a photo up to 200,000
        at = int(10 ** source.uniform(0, 3.2) if source.random() < 0.25 else 10 ** source.uniform(2.7, 4.2 if source.random() < 0.8 else 5.4))
    if kind == "no_answer":
        direction = UP
    ms = {"delay": source.randrange(1, 40), "late_copy": source.randrange(10, 1500)}.get(kind, source.randrange(20, 900))
    return Fault(kind, direction, at, source.choice((1, 2, 5, 16, 100, 1400)), ms, source.random() < 0.5, source.random() < 0.1)
