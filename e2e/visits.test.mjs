// A-03, Turvaverkko's part: five visits, no sixth on any path, and a peer group that is never full.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { enter, own, send, submit, takeIn, words } from './steps.mjs';

let house, episode;
before(async () => { house = await open({ now: '2027-01-11T09:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

/** count is how many visits the page says were used. */
const used = async (page) => (await words(page, '.progress')).match(/(\d) ?\/ ?(\d)/).slice(1).map(Number);

async function hold(page) {
  await page.goto(episode.address);
  await page.locator('form[action$="/hold"] button').click();
  await page.locator('form[action$="/hold"]').waitFor({ state: 'detached' });
}

test('A-03 four visits are booked and held, one after another', async () => {
  const page = await house.staff('worker');
  episode = await takeIn(house, page, { day: '2027-01-12', clock: '12:00' });
  for (const [n, day, next] of [[1, '12', '13'], [2, '13', '14'], [3, '14', '18'], [4, '18', '']]) {
    await house.turn(`2027-01-${day}T13:30`);
    await hold(page);
    assert.deepEqual(await used(page), [n, 5]);
    if (next) assert.equal(await own(page, { day: `2027-01-${next}`, clock: '12:00', act: 'book' }), 'done');
  }
});

test('A-03 two tabs book the last visit at the same second: one has it', async () => {
  const first = await house.staff('worker');
  const tabs = [first, await first.context().newPage()];
  for (const [i, tab] of tabs.entries()) {
    await tab.goto(episode.address);
    const form = tab.locator('#times-part form[action$="/offer"]').last();
    await form.locator('details', { has: tab.locator('input[name=day]') }).locator('summary').click();
    await form.locator('input[name=day]').fill('2027-01-19');
    await form.locator('input[name=clock]').fill(['12:00', '16:00'][i]);
  }
  const answers = await Promise.all(tabs.map((tab) => submit(tab, tab.locator('button[formaction$="/book"]'))));
  assert.deepEqual(answers.sort(), [303, 409], 'one books, the other is told');
  await tabs[0].goto(episode.address);
  assert.deepEqual(await used(tabs[0]), [4, 5]);
  assert.equal(await tabs[0].locator('form[action$="/cancel"]').count(), 1, 'one visit is booked');
});

test('A-03 the sixth visit is refused on every path, with the ways on, and the counter stays', async () => {
  const page = await house.staff('worker');
  await page.goto(episode.address);
  const early = await page.locator('form[action$="/offer"]').count();
  assert.equal(early, 0, 'times are offered though all five are booked');
  await house.turn('2027-01-19T17:30');
  await hold(page);
  assert.deepEqual(await used(page), [5, 5]);
  assert.equal(await page.locator('#times-part').count(), 0, 'the page has a form for a sixth');

  const path = new URL(episode.address).pathname;
  const time = { kind: 'home', day: '2027-01-25', clock: '12:00', place: '' };
  const tabs = [page, await page.context().newPage()];
  await tabs[1].goto(episode.address);
  for (const act of ['/book', '/offer', '/move']) {
    const answers = await Promise.all(tabs.map((tab) => send(tab, path + act, time)));
    for (const { status, text } of answers) {
      assert.ok([404, 409, 422].includes(status), `${act}: ${status}`);
      if (act !== '/move') assert.match(text, /Tukea arkeen|Turvaverkko/i, 'the model is named');
      if (act !== '/move') assert.match(text, /yhmä|perhepäiv/i, 'the ways on are told');
    }
  }
  await page.goto(episode.address);
  assert.deepEqual(await used(page), [5, 5]);
  assert.equal(await page.locator('form[action$="/hold"], form[action$="/cancel"]').count(), 0, 'a sixth visit is booked');

  const client = await house.visitor();
  await enter(house, client, episode.code);
  assert.equal(await client.locator('form[action$="/code/pick"]').count(), 0);
});

test('A-03 an episode of one unit is not known in another', async () => {
  const page = await house.staff('coordinator-2');
  assert.equal((await page.goto(episode.address)).status(), 404);
});

test('A-03 the ways on are offered and taken, and the episode closes', async () => {
  const page = await house.staff('worker');
  await page.goto(episode.address);
  await page.locator('details', { has: page.locator('form[action$="/way"]') }).locator('summary').click();
  await page.locator('form[action$="/way"] button').first().click();
  const client = await house.visitor();
  await enter(house, client, episode.code);
  await client.locator('form[action$="/code/way"] button[value=yes]').click();
  await client.locator('form[action$="/code/way"] button[value=no]').waitFor();
  assert.equal(await client.locator('form[action$="/code/way"] button[value=yes]').count(), 0, 'it is taken');
  await page.reload();
  if (await page.locator('form[action$="/ending"]').count()) {
    await page.locator('details', { has: page.locator('form[action$="/ending"]') }).locator('summary').click();
    await page.locator('form[action$="/ending"] button').click();
  }
  await page.locator('form[action$="/close"] button').click();
  await page.locator('form[action$="/close"]').waitFor({ state: 'detached' });
});

test('A-18 whoever has the code tells how it went, once and without scripts', async () => {
  const client = await house.visitor({ scripts: false, width: 360 });
  await enter(house, client, episode.code);
  await client.locator('form[action$="/code/feedback"] button').click();
  await client.locator('input[name=a1]').first().waitFor();
  assert.doesNotMatch(await client.title(), /miten|väkival/i);
  for (const name of new Set(await client.locator('main input[type=radio]').evaluateAll((all) => all.map((r) => r.name)))) {
    await client.locator(`input[name="${name}"]`).nth(3).check();
  }
  await client.locator('main button[value=send]').last().click();
  await client.locator('input[name=a1]').first().waitFor({ state: 'detached' });
  assert.match(await words(client), /Kiitos/);
  await enter(house, client, episode.code);
  assert.equal(await client.locator('form[action$="/code/feedback"]').count(), 0, 'it is asked twice');
});

test('A-03 nothing stays when its time has run out', async () => {
  const page = await house.staff('worker');
  assert.equal((await page.goto(episode.address)).status(), 200);
  await house.turn('744h');
  assert.equal((await page.goto(episode.address)).status(), 404, 'retention has run out and the episode is still there');
});

test('A-03 the open peer group takes people the ninth time too', async () => {
  const page = await house.staff('worker');
  await page.goto(house.address + '/groups/new');
  await page.locator('input[name=day]').fill('2027-03-03');
  await page.locator('input[name=clock]').fill('17:30');
  await page.locator('input[name=minutes]').fill('120');
  await page.locator('input[name=times]').fill('9');
  await page.locator('input[name=weeks][value="1"]').check();
  await page.locator('form[action="/groups/new"] button[type=submit]').last().click();
  await page.waitForURL('**/groups?*');
  for (let n = 0; n < 9; n++) {
    await house.turn(`${new Date(Date.UTC(2027, 2, 3 + 7 * n)).toISOString().slice(0, 10)}T20:00`);
    await page.goto(house.address + '/groups');
    await page.locator('section[aria-labelledby=uncounted] a[href^="/groups/"]').last().click();
    await page.locator('input[name=adults]').fill('8');
    if (await page.locator('input[name=children]').count()) await page.locator('input[name=children]').fill('3');
    await page.locator('form[action$="/count"] button').click();
    await page.waitForURL('**/groups?*');
  }
  assert.equal(await page.locator('section[aria-labelledby=past] tr', { hasText: '8 aikuista' }).count(), 9);
});
