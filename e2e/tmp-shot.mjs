import { chromium } from 'playwright-core';
import fs from 'node:fs';
const demo = JSON.parse(fs.readFileSync('/work/tmp/volunteers/demo.json'));
const out = '/work/tmp/volunteers/shots'; fs.mkdirSync(out, { recursive: true });
const b = await chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell' });
async function person(key, { width, dark = false }) {
  const ctx = await b.newContext({ viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light', locale: 'fi-FI' });
  const page = await ctx.newPage();
  if (key) { await page.goto(demo.sign_in[key]); await page.click('main form button'); await page.waitForLoadState(); }
  return page;
}
async function shot(page, path, name) {
  await page.goto(demo.address + path);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
  console.log(name, page.url(), over > 0 ? 'OVERFLOW ' + over : '');
}
const what = process.argv[2];
if (what === 'mine') {
  const p = await person(process.argv[3] || 'volunteer', { width: 360 });
  for (const [path, n] of [['/mine', 'mine'], ['/mine/year', 'mine-year'], ['/mine/handbook', 'mine-handbook'], ['/mine/own', 'mine-own']]) await shot(p, path, n + '-360');
  await p.setViewportSize({ width: 1280, height: 800 });
  await p.emulateMedia({ colorScheme: 'dark' });
  await shot(p, '/mine', 'mine-1280-dark');
  await shot(p, '/mine/year', 'mine-year-1280-dark');
}
if (what === 'staff') {
  const p = await person('coordinator-2', { width: 1280 });
  for (const [path, n] of [['/desk', 'desk'], ['/volunteers', 'volunteers'], ['/trainings', 'trainings']]) await shot(p, path, n + '-1280');
  const one = await p.evaluate(async () => { const t = await (await fetch('/volunteers')).text(); return [...t.matchAll(/\/volunteers\/[0-9a-f-]{36}/g)].map(m => m[0]); });
  const ev = await p.evaluate(async () => { const t = await (await fetch('/trainings')).text(); return [...t.matchAll(/\/trainings\/[0-9a-f-]{36}/g)].map(m => m[0]); });
  await shot(p, one[0], 'applicant-1280'); await shot(p, one[3], 'one-1280'); await shot(p, ev[0], 'event-held-1280'); await shot(p, ev[ev.length - 1], 'event-1280');
  await p.setViewportSize({ width: 360, height: 800 });
  await p.emulateMedia({ colorScheme: 'dark' });
  await shot(p, '/volunteers', 'volunteers-360-dark'); await shot(p, '/trainings', 'trainings-360-dark'); await shot(p, one[3], 'one-360-dark');
}
if (what === 'public') {
  const p = await person('', { width: 360 });
  await shot(p, '/help', 'help-360'); await shot(p, '/help/mukaan', 'help-one-360'); await shot(p, '/help/code', 'help-code-360'); await shot(p, '/en/help/mukaan', 'help-en-360');
  await p.setViewportSize({ width: 1280, height: 800 }); await shot(p, '/help/mukaan', 'help-one-1280'); await shot(p, '/', 'front-1280');
  await p.emulateMedia({ colorScheme: 'dark' }); await shot(p, '/sv/help/mukaan', 'help-sv-1280-dark');
}
await b.close();
