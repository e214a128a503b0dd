/// The real programs in folders of their own, as tests/journeys/house.py has them, for journeys that need a browser beside them.

import { execFile, spawn } from "node:child_process";
import { createHmac, X509Certificate } from "node:crypto";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const BIN = resolve(process.env.AFTERCARE_BIN ?? "build/release/bin");
export const SOURCE = resolve(process.env.AFTERCARE_SOURCE ?? ".");
export const DEMO = join(SOURCE, "assets/demo");
export const PASSWORD = "a long enough password";
export const DISPATCHER = "dana@example.com";
export const ADMINISTRATOR = "admin@example.com";
export const TECHNICIAN = "Petr Dvořák";

export class Failed extends Error {}

/// Fails, naming the claim, unless what was found is one of what is wanted (or true).
export function expect(claim, found, ...wanted) {
  const text = (value) => JSON.stringify(value);
  const isGood = wanted.length > 0 ? wanted.some((one) => text(one) === text(found)) : Boolean(found);
  if (!isGood) throw new Failed(`${claim}: found ${text(found)}${wanted.length > 0 ? `, wanted ${wanted.map(text).join(" or ")}` : ""}`);
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/// Waits until the question has an answer that is true; the claim says what never came.
export async function until(claim, question, seconds = 15) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Failed(`${claim}: not within ${seconds} s`);
    await pause(50);
  }
}

/// Runs a program; its words come back. `isAllowedToFail` leaves the exit code to the caller.
export function run(words, { env = {}, seconds = 120, isAllowedToFail = false } = {}) {
  const [program, ...rest] = words.map(String);
  return new Promise((done, failed) => {
    execFile(program, rest, { env: { ...process.env, LANG: "C", ...env }, timeout: seconds * 1000, maxBuffer: 1 << 26 }, (error, out, err) => {
      if (error && !isAllowedToFail) failed(new Failed(`${words.join(" ")} failed: ${out}${err}`));
      else done({ code: error ? (error.code ?? 1) : 0, out, err });
    });
  });
}

export const aftercare = (folder, ...words) => run([join(BIN, "aftercare"), "--data", folder, ...words]);
export const aftercareJson = async (folder, ...words) => JSON.parse((await aftercare(folder, ...words, "--json")).out);

export function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/// No server outlives the journeys, however they end.
const running = new Set();
process.once("exit", () => running.forEach((one) => one.kill("SIGKILL")));

/// A scratch folder with a demo server; copies of it start where it stands.
export class House {
  static async make(organisation = "Aftercare Demo") {
    const house = new House(mkdtempSync(join(tmpdir(), "aftercare-pages-")), await freePort());
    await house.command("init", ["--organisation", organisation, "--admin", ADMINISTRATOR], { AFTERCARE_ADMIN_PASSWORD: PASSWORD });
    await house.command("demo");
    await house.command("person add", ["--name", "Dana Dispatcher", "--role", "dispatcher", "--email", DISPATCHER], { AFTERCARE_PASSWORD: PASSWORD });
    return house;
  }

  constructor(root, port) {
    this.root = root;
    this.port = port;
    this.server = join(root, "server");
    this.process = null;
  }

  get origin() {
    return `https://127.0.0.1:${this.port}`;
  }

  async copy() {
    const other = new House(mkdtempSync(join(tmpdir(), "aftercare-pages-")), await freePort());
    cpSync(this.server, other.server, { recursive: true, filter: (from) => !from.endsWith(".sock") });
    return other;
  }

  /// The fingerprint of the server's key, as the browser is told to trust it: TLS stays real, and no other certificate passes.
  trustedKey() {
    const certificate = new X509Certificate(readFileSync(join(this.server, "tls/server.crt")));
    return certificate.publicKey.export({ type: "spki", format: "der" });
  }

  async command(name, words = [], env = {}) {
    return (await run([join(BIN, "aftercare-server"), ...name.split(" "), "--data", this.server, ...words], { env })).out;
  }

  async serve() {
    const log = `${this.server}.log`;
    this.process = spawn(join(BIN, "aftercare-server"), ["serve", "--data", this.server, "--listen", `127.0.0.1:${this.port}`], {
      env: { ...process.env, AFTERCARE_PAGE: join(SOURCE, "build/office") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this.process);
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (data) => appendFileSync(log, data));
    await until("the server gets ready", async () => {
      if (this.process.exitCode !== null) throw new Failed(`the server ended: ${readFileSync(log, "utf8").slice(-2000)}`);
      return (await this.ask("GET", "/healthz").catch(() => ({ status: 0 }))).status === 200;
    }, 30);
  }

  async stop() {
    const ending = this.process;
    this.process = null;
    if (!ending || ending.exitCode !== null) return;
    const ended = new Promise((done) => ending.once("exit", done));
    ending.kill("SIGTERM");
    const late = setTimeout(() => ending.kill("SIGKILL"), 10_000);
    await ended;
    running.delete(ending);
    clearTimeout(late);
  }

  async remove() {
    await this.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /// One request past the browser, with the server's own authority.
  ask(method, path, body, headers = {}) {
    const ca = readFileSync(join(this.server, "tls/ca.crt"));
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const typed = bytes ? { "Content-Type": "application/json", "Content-Length": bytes.length } : {};
    return new Promise((done, failed) => {
      const asked = request({ host: "127.0.0.1", port: this.port, method, path, ca, headers: { ...typed, ...headers } }, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          const text = Buffer.concat(parts).toString();
          let value;
          try {
            value = JSON.parse(text);
          } catch {
            value = undefined;
          }
          done({ status: answer.statusCode, headers: answer.headers, text, value });
        });
      });
      asked.on("error", failed);
      asked.end(bytes);
    });
  }

  /// A new device of the house; over a wire when one is given.
  async enrol(name, { role = "tablet", user = TECHNICIAN, wire } = {}) {
    const folder = join(this.root, name);
    const line = (await this.command("enrol", ["--role", role, ...(role === "tablet" && user ? ["--user", user] : [])])).trim();
    await aftercare(folder, "enrol", wire ? line.replace(/:\d+\//, `:${wire.port}/`) : line);
    return folder;
  }

  /// The token of a one-time sign-in link.
  async signInLink(email) {
    const said = await this.command("person link", [email]);
    const link = said.match(/https:\/\/\S+#sign-in=\S+/)?.[0];
    if (!link) throw new Failed(`no link for ${email}: ${said}`);
    return `${this.origin}${link.slice(link.indexOf("/office/"))}`;
  }
}

/// A port that leads to the server or nowhere: a network that can be pulled out. It notes when a connection was made.
export class Wire {
  static async to(port) {
    const wire = new Wire();
    wire.toPort = port;
    wire.isUp = true;
    wire.connectedAt = [];
    wire.open = new Set();
    wire.listener = createServer((near) => wire.join(near));
    await new Promise((done) => wire.listener.listen(0, "127.0.0.1", done));
    wire.port = wire.listener.address().port;
    return wire;
  }

  join(near) {
    near.on("error", () => {});
    if (!this.isUp) {
      near.destroy();
      return;
    }
    this.connectedAt.push(Date.now());
    const far = connect(this.toPort, "127.0.0.1");
    far.on("error", () => near.destroy());
    for (const [from, to] of [[near, far], [far, near]]) {
      from.pipe(to);
      this.open.add(from);
      from.on("close", () => {
        to.destroy();
        this.open.delete(from);
      });
    }
  }

  pull() {
    this.isUp = false;
    for (const end of this.open) end.destroy();
  }

  plug() {
    this.connectedAt = [];
    this.isUp = true;
  }

  close() {
    this.pull();
    this.listener.close();
  }
}

/// Steps as in tests/journeys, played on the tablet's window without a display.
export function play(folder, steps, { language, isOffline = false, seconds = 120, more = [] } = {}) {
  const pictures = mkdtempSync(join(tmpdir(), "aftercare-pages-journey-"));
  const file = join(pictures, "steps.journey");
  appendFileSync(file, `${steps.join("\n")}\n`);
  const words = [join(BIN, "aftercare"), "--data", folder, "--journey", file, "--pictures", pictures, "--size", "1280x800", "--headless", "--test-camera",
    "--photo-folder", join(DEMO, "photos"), ...(language ? ["--language", language] : []), ...(isOffline ? ["--offline"] : []), ...more];
  return run(words, { env: { TZ: "Europe/Prague" }, seconds }).finally(() => rmSync(pictures, { recursive: true, force: true }));
}

export const FIRST_PIN = ["wait_key pin.2", "pin 246810", "pin 246810", "wait_key rail.day"];

export const journeySteps = (name) =>
  readFileSync(join(SOURCE, `tests/journeys/tablet/${name}.journey`), "utf8").split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));

/// Six digits from a shared secret, as an authenticator makes them (RFC 6238); `later` counts steps of 30 s from now.
export function totpCode(secret, later = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/[\s=]/g, "").toUpperCase()].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac("sha1", key).update(step).digest();
  const place = hash[hash.length - 1] & 15;
  return String((hash.readUInt32BE(place) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

// ---- Cases

/// Walks the cases whose names hold one of the words of the command line, each in a house of its own: a copy of one demo server. Ends the program.
/// Three at a time, but those that measure time, named in `alone`, by themselves and first.
export async function walkCases(house, cases, { alone = [], before = async () => {}, after = async () => {} } = {}) {
  const words = process.argv.slice(2);
  const waiting = Object.entries(cases).filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)));
  const byThemselves = waiting.filter(([name]) => alone.includes(name));
  let passed = 0;
  let failed = 0;
  const walk = async ([name, walkCase]) => {
    const started = Date.now();
    const here = await house.copy();
    here.name = name;
    const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
    try {
      await here.serve();
      await before(here);
      const said = await walkCase(here);
      await here.checkAll?.();
      passed += 1;
      console.log(`ok      ${name}  (${seconds()} s)${said ? `: ${said}` : ""}`);
    } catch (error) {
      failed += 1;
      const reason = error instanceof Failed ? error.message : (error.stack ?? String(error));
      console.log(`FAILED  ${name}: ${reason}`);
      await here.showFailure?.();
    } finally {
      await after(here);
      await here.remove();
    }
  };
  for (const one of byThemselves) {
    waiting.splice(waiting.indexOf(one), 1);
    await walk(one);
  }
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await walk(next);
  };
  await Promise.all([lane(), lane(), lane()]);
  await house.remove();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
