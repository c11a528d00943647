// The calendar by keyboard and on a phone: a week, a day of one's own and of all, and somebody who holds a meeting in a
// colleague's place.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { submit, takeIn, words } from './steps.mjs';

let house, address;
before(async () => { house = await open({ now: '2027-01-12T09:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

/** reach goes with the Tab key alone to a link or a button whose words fit, and presses Enter on it. */
async function reach(page, text) {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => document.activeElement.textContent.trim());
    if (text.test(at)) {
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
      return;
    }
  }
  assert.fail(`the keyboard does not reach ${text}`);
}

test('a week and a day by keyboard alone, on a phone', async () => {
  const page = await house.staff('worker', { width: 360 });
  ({ address } = await takeIn(house, page, { name: 'Aamu', day: '2027-01-14', clock: '12:00' }));
  await page.goto(house.address + '/calendar');
  await reach(page, /^to 14\.1\./);
  assert.match(await words(page), /torstai 14\.1\.2027.*12\.00–13\.00 Aamu.*vapaa/);
  await reach(page, /^Seuraava päivä/);
  assert.match(await words(page), /perjantai 15\.1\.2027/);
  await reach(page, /^Edellinen päivä/);
  await reach(page, /^Aamu/);
  assert.equal(new URL(page.url()).pathname, new URL(address, house.address).pathname);
});

test('everybody sees whose time is taken, and only their own clients by name', async () => {
  const page = await house.staff('worker-2');
  await page.goto(house.address + '/calendar/day?all=1&day=2027-01-14');
  const said = await words(page);
  assert.match(said, /12\.00–13\.00 varattu/);
  assert.doesNotMatch(said, /Aamu|Tapaaminen 1/);
  assert.deepEqual(await look(page, 'the day of all'), []);
});

test('another worker this time: sees the client until the day after, and gives it back', async () => {
  const page = await house.staff('worker', { scripts: false, width: 360 });
  await page.goto(new URL(address, house.address).href);
  const form = page.locator('form[action$="/substitute"]');
  await page.locator('details', { has: form }).locator('summary').click();
  await form.locator('select').selectOption({ label: 'Elina A.' });
  await submit(page, form.locator('button'));
  assert.match(await words(page), /Elina A\./);
  const other = await house.staff('worker-2');
  await other.goto(house.address + '/calendar/day?day=2027-01-14');
  assert.match(await words(other), /12\.00–13\.00 Aamu/);
  await other.goto(new URL(address, house.address).href);
  const back = other.locator('form[action$="/substitute"]');
  await other.locator('details', { has: back }).locator('summary').click();
  await back.locator('button').click();
  await other.waitForURL(/\/desk/);
  const gone = await other.goto(new URL(address, house.address).href);
  assert.equal(gone.status(), 404, 'who gave it back still sees the client');
});
