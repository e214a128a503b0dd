"""The dispatcher: reads what the server holds over HTTPS, plans and moves work orders while everything shakes."""

import hashlib
import http.client
import json
import ssl
import threading
import uuid

EMAIL, PASSWORD = "dana@example.com", "a long enough password"
PAGE = 200


class NoWord(Exception):
    """The server could not be reached, or ended in between: what was asked may have been done or not."""


class Office:
    def __init__(self, port, authority):
        self.port = port
        self.context = ssl.create_default_context(cafile=authority)
        self.lock = threading.Lock()
        self.headers = {}
        self.orders = {}        # acknowledged, by id: its number
        self.unsure = {}        # asked for, and no answer came: id and wish
        self.cancelled = set()  # asked for, whether or not the answer came
        self.customers = []

    def ask(self, method, path, body=None):
        """(status, what it says); NoWord without an answer."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=30)
        try:
            text = None if body is None else json.dumps(body)
            typed = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, path, text, {**self.headers, **typed})
            answer = connection.getresponse()
            data = answer.read()
            if path == "/v1/session" and answer.status == 200:
                cookie = answer.getheader("Set-Cookie", "").split(";")[0]
                self.headers = {"Cookie": cookie, "X-CSRF-Token": json.loads(data)["csrf"]}
            is_json = "json" in answer.getheader("Content-Type", "")
            return answer.status, json.loads(data) if is_json else data
        except (OSError, http.client.HTTPException) as failure:
            raise NoWord(str(failure)) from failure
        finally:
            connection.close()

    def is_up(self):
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except NoWord:
            return False

    def sign_in(self):
        status, said = self.ask("POST", "/v1/session", {"email": EMAIL, "password": PASSWORD})
        if status != 200:
            raise AssertionError(f"the dispatcher could not sign in: {status} {said}")

    def all_of(self, what):
        found, after = [], ""
        while True:
            status, page = self.ask("GET", f"/v1/{what}{'&' if '?' in what else '?'}limit={PAGE}{after}")
            if status != 200:
                raise AssertionError(f"{what}: {status} {page}")
            found += page[what.split("?")[0]]
            if not page["next"]:
                return found
            after = f"&after={page['next']}"

    def visits(self):
        return self.all_of("visits")

    def work_orders(self):
        return self.all_of("work_orders?state=all")

    def blob_is_whole(self, sha256):
        status, data = self.ask("GET", f"/v1/blobs/{sha256}")
        return status == 200 and hashlib.sha256(data).hexdigest() == sha256

    # ---- What the office does in a round; whether the server heard it is settled at the next checkpoint

    def act(self, what, source):
        with self.lock:
            known = sorted(set(self.orders) - self.cancelled)
            if what == "add":
                wish = {"id": str(uuid.UUID(int=source.getrandbits(128), version=4)).replace("-", ""),
                        "customer_id": source.choice(self.customers), "kind": "maintenance", "summary": f"Planned {source.getrandbits(32)}"}
                self.unsure[wish["id"]] = wish
                self.add(wish)
            elif known:
                order = source.choice(known)
                if what == "cancel":
                    self.cancelled.add(order)
                self.change(order, {"state": "cancelled"} if what == "cancel" else
                            {"window_start": "2026-12-01T08:00:00Z", "window_end": "2026-12-01T10:00:00Z", "bring": f"Filter {source.randrange(1000)}"})

    def add(self, wish):
        """The same id again is the same order: it may be sent as often as needed."""
        try:
            status, said = self.ask("POST", "/v1/work_orders", wish)
        except NoWord:
            return
        if status == 201:
            self.unsure.pop(wish["id"], None)
            self.orders[wish["id"]] = said["number"]
        elif status != 503:
            raise AssertionError(f"a work order was refused: {status} {said}")

    def change(self, order, change):
        try:
            status, standing = self.ask("GET", f"/v1/work_orders/{order}")
            if status == 200:
                status, said = self.ask("PATCH", f"/v1/work_orders/{order}", {"seen_seq": standing["seq"], **change})
                is_too_late = status == 422 and said.get("reason") in ("work_is_done", "state_not_possible")
                if status not in (200, 409, 503) and not is_too_late:
                    raise AssertionError(f"a work order could not be changed: {status} {said}")
        except NoWord:
            pass

    def settle(self):
        """Sends again whatever was not answered."""
        for wish in list(self.unsure.values()):
            self.add(wish)
