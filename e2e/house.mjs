// The house under test: a demo of our own with a clock to turn, a neutral page to leave to, and one browser. Every
// browser context is watched: a request to anybody else, a cookie for a visitor or a complaint of the content security
// policy fails the test that made it.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const binary = process.env.RINNALLA ?? new URL('../rinnalla', import.meta.url).pathname;
export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** open starts a demo at `now` with `days` of life behind it, and a browser; `dev` shows the gallery too. */
export async function open({ now, days = 6, dev = false, env = {} }) {
  const [neutral, browser] = await Promise.all([neutralSite(), chromium.launch({ executablePath, args })]);
  const dir = mkdtempSync(join(tmpdir(), 'rinnalla-e2e-'));
  const demo = spawn(binary, ['demo', '--json', '--port', '0', '--dir', dir, '--now', now, '--days', String(days), ...(dev ? ['--dev'] : [])],
    { env: { ...process.env, RINNALLA_EXIT_URL: neutral.address, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => demo.once('exit', done));
  const house = new House({ neutral, browser, dir, demo, ended });
  try {
    house.begin(await firstLine(demo));
  } catch (wrong) {
    await house.close(); // else what was opened keeps the test's process alive
    throw wrong;
  }
  return house;
}

class House {
  constructor(parts) {
    Object.assign(this, parts);
    this.pages = new Set();
    this.sessions = {};
    this.resting = {}; // browsers of staff that no test has at the moment
  }

  begin(said) {
    this.address = said.address;
    this.links = said.sign_in;
    this.said = said;
  }

  /** visitor is a new browser that knows nothing; it may have no scripts. */
  async visitor({ scripts = true, width = 1280, ...more } = {}) {
    return this.#watched(await this.browser.newContext({ javaScriptEnabled: scripts, viewport: { width, height: 900 }, ...more }));
  }

  /**
   * staff is one of the staff in a browser of their own in which no page of the house is open yet. The demo's link works once; the session
   * goes on. Whoever is asked for again is in the same browser, in the same test and in the next: a new one costs more than
   * three pages do. With `another` it is a second one beside it.
   */
  async staff(key, { another = false, ...options } = {}) {
    const kind = key + JSON.stringify(options);
    const here = [...this.pages].find((p) => p.kind === kind && !p.isClosed());
    if (here && !another) return here;
    let page = this.resting[kind]?.pop();
    if (!page) {
      page = await this.visitor(options);
      Object.assign(page, { kind, key, size: page.viewportSize() });
      page.watch.staff = true;
      if (!this.sessions[key]) {
        await page.goto(this.links[key]);
        assert.equal(await page.locator('input[name=password]').count(), 0, `${key} is not signed in`);
        this.sessions[key] = await page.context().cookies();
        await this.#leave(page);
      }
    }
    await page.context().addCookies(this.sessions[key]);
    this.pages.add(page);
    return page;
  }

  /** desk is one of the staff, at the desk. */
  async desk(key, options) {
    const page = await this.staff(key, options);
    await page.goto(this.address + '/desk');
    return page;
  }

  /** rest keeps a browser of staff for the next test, with nothing in it. Of whoever signed out or in meanwhile it keeps none. */
  async #rest(page) {
    const context = page.context();
    const others = await context.cookies();
    if (page.isClosed() || others.length !== 1 || others[0].value !== this.sessions[page.key][0].value) return page.finish();
    for (const tab of context.pages()) if (tab !== page) await tab.close();
    page.check();
    await this.#leave(page);
    await page.emulateMedia({ media: null, colorScheme: null });
    if (page.viewportSize().width !== page.size.width) await page.setViewportSize(page.size);
    (this.resting[page.kind] ??= []).push(page);
  }

  /** leave goes to the least page there is, on the same address: a browser that comes from an empty page begins a new process. */
  async #leave(page) { await page.goto(this.address + '/health'); }

  async #watched(context) {
    const watch = { foreign: [], complaints: [], staff: false };
    const known = [this.address, this.neutral.address];
    context.on('request', (r) => {
      if (!known.includes(new URL(r.url()).origin) && !r.url().startsWith('data:')) watch.foreign.push(r.url());
    });
    context.on('console', (m) => {
      if (/content security policy|refused to/i.test(m.text())) watch.complaints.push(m.text());
    });
    context.on('weberror', (e) => watch.complaints.push(String(e.error())));
    context.setDefaultTimeout(Number(process.env.E2E_PATIENCE ?? 45_000));
    const page = await context.newPage();
    page.watch = watch;
    page.check = () => {
      assert.deepEqual(watch.foreign, [], 'requests to others');
      assert.deepEqual(watch.complaints, [], 'complaints in the console');
    };
    page.finish = async () => {
      const cookies = (await context.cookies()).map((c) => c.name);
      await context.close();
      page.check();
      if (!watch.staff) assert.deepEqual(cookies, [], 'cookies of a visitor');
    };
    this.pages.add(page);
    return page;
  }

  /** settle ends or empties every browser a test had and tells what they did that they must not. Call it in afterEach. */
  async settle() {
    const pages = [...this.pages];
    this.pages.clear();
    for (const page of pages) await (page.kind ? this.#rest(page) : page.finish());
  }

  /** turn moves the clock: to a local time like 2027-01-13T12:00, or by a length like 26h. */
  async turn(how) {
    const answer = await fetch(this.address + '/demo/clock', { method: 'POST', body: new URLSearchParams(/^\d{4}-/.test(how) ? { to: how } : { by: how }) });
    const said = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(said));
    return said.now;
  }

  /** keeps tells whether a text can be read anywhere in what the house keeps; PostgreSQL writes bytes as hex. */
  keeps(text) {
    const all = files(this.dir).map((f) => readFileSync(f));
    for (const url of [process.env.RINNALLA_DATABASE, process.env.RINNALLA_KEYS]) {
      if (url) all.push(execFileSync(join(process.env.PG_BIN ?? '', 'pg_dump'), ['--inserts', url], { maxBuffer: 1 << 30 }));
    }
    return all.some((b) => b.includes(text) || b.includes(Buffer.from(text).toString('hex')));
  }

  async close() {
    await this.browser.close();
    if (this.demo.pid && this.demo.exitCode === null) {
      this.demo.kill('SIGTERM');
      await this.ended;
    }
    this.neutral.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function files(dir) {
  return readdirSync(dir, { recursive: true }).map((f) => join(dir, f)).filter((f) => statSync(f).isFile());
}

async function firstLine(demo) {
  const lines = createInterface({ input: demo.stdout });
  return new Promise((done, failed) => {
    lines.once('line', (line) => done(JSON.parse(line)));
    demo.once('error', failed);
    demo.once('exit', (code) => failed(new Error(`the demo ended with ${code}`)));
  });
}

/** neutralSite is the page people leave to. It stands on another address, as it does in life. */
async function neutralSite() {
  const server = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'text/html; charset=utf-8');
    answer.end('<!doctype html><html lang="fi"><link rel="icon" href="data:,"><title>Sää</title><h1>Huomenna poutaa</h1>');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
