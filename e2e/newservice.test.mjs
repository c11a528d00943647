// docs/new-service.md, followed in a browser: its files beside the program, the service opened by a coordinator, a visitor
// who finds it and comes three times (issue 4 point 8). The Go test of the same page does its commands and its story.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { ask, enter, own, submit, words } from './steps.mjs';

let house, dir;
before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rinnalla-models-'));
  const page = readFileSync(new URL('../docs/new-service.md', import.meta.url), 'utf8');
  for (const [, name, text] of page.matchAll(/`(my-models\/[^`\n]+)`:\n\n```[a-z]*\n(.*?)```\n/gs)) {
    mkdirSync(join(dir, dirname(name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  house = await open({ now: '2027-01-12T09:00', days: 1, env: { RINNALLA_MODELS: join(dir, 'my-models') } });
});
afterEach(() => house.settle());
after(async () => { await house.close(); rmSync(dir, { recursive: true, force: true }); });

test('a coordinator opens the new service, and its page is there at once', async () => {
  const page = await house.staff('coordinator');
  await page.goto(house.address + '/unit');

  const form = page.locator('form[action$="/offers"]').last();
  const fold = page.locator('details', { has: form });
  if (await fold.count() && !(await fold.first().evaluate((d) => d.open))) await fold.first().locator('summary').first().click();
  await form.locator('select[name=model]').selectOption('grief-support');
  await form.locator('input[name=slug]').fill('kolme-tapaamista');
  await submit(page, form.locator('button'));
  const visitor = await house.visitor({ scripts: false });
  const answer = await visitor.goto(house.address + '/en/services/kolme-tapaamista');
  assert.equal(answer.status(), 200);
  assert.match(await words(visitor), /Come and talk three times, in peace, with the same person/);
});

test('a visitor asks, chooses a time and comes; the worker has the theme before them', async () => {
  const visitor = await house.visitor();
  const code = await ask(house, visitor, undefined, { service: 'kolme-tapaamista' });
  const worker = await house.staff('worker');
  await worker.goto(house.address + '/desk');
  const rows = worker.locator('a[href^="/requests/"]');
  let booked = false;
  for (const address of await rows.evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href')))])) {
    if (address.endsWith('/new')) continue;
    await worker.goto(house.address + address);
    if (!/kolme keskustelua/i.test(await words(worker))) continue;
    assert.equal(await own(worker, { day: '2027-01-14', clock: '12:00' }), 'done');
    booked = true;
    break;
  }
  assert.ok(booked, 'the contact is not at the desk');
  await enter(house, visitor, code);
  await visitor.locator('form[action$="/code/pick"] input[name=slot]').first().check();
  await submit(visitor, visitor.locator('form[action$="/code/pick"] button'));
  await worker.goto(house.address + '/episodes?mine=1');
  await worker.locator('tbody tr', { hasText: /14\.1\. klo 12\.00/ }).locator('a[href^="/episodes/"]').first().click();
  await worker.waitForURL('**/episodes/*');
  assert.match(await words(worker), /kolme keskustelua/i);
  assert.match(await words(worker), /mitä tapahtui/i, 'the theme of the first visit is not before the worker');
  await Promise.all([worker.waitForNavigation(), worker.locator('main a', { hasText: /suunnitelma/i }).first().click()]);
  assert.match(await words(worker), /kuka kuoli ja mitä hän merkitsi/i);
  assert.match(await words(worker), /asiakas tietää, ettei ole yksin/i);
});
