// Rooms of an office: a coordinator keeps them, two workers want one, the second is told what would help, and the day by rooms is
// read by keyboard on a phone (decision 0060).
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { own, takeIn, words } from './steps.mjs';

const day = '2027-01-20'; // a Wednesday on which both work
let house, rooms, first;
before(async () => { house = await open({ now: '2027-01-12T09:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

/** press a button of the form whose address ends so, and wait for what comes. */
async function press(page, form, within = page) {
  await Promise.all([page.waitForNavigation(), within.locator(`form[action$="${form}"] button`).first().click()]);
}

test('a coordinator keeps the rooms of an office, without a script', async () => {
  const page = await house.staff('coordinator', { scripts: false, width: 360 });
  await page.goto(house.address + '/unit');
  await Promise.all([page.waitForNavigation(), page.locator('a[href$="/rooms"]').first().click()]);
  rooms = new URL(page.url()).pathname;
  assert.match(await words(page), /Koivu.*Haapa/);
  const add = page.locator(`form[action="${rooms}"]`);
  await page.locator('details', { has: add }).locator('summary').click();
  await add.locator('input[name=name]').fill('Väkivaltahuone');
  await add.locator('input[name=holds]').fill('3');
  await Promise.all([page.waitForNavigation(), add.locator('button').click()]);
  assert.match(await words(page), /ei kerro, miksi tänne tullaan/);
  assert.equal(await add.locator('input[name=name]').inputValue(), 'Väkivaltahuone');
  await add.locator('input[name=name]').fill('Leppä');
  await Promise.all([page.waitForNavigation(), add.locator('button').click()]);
  assert.match(await words(page), /Huone on lisätty\..*Leppä/);
  for (const name of ['Haapa', 'Leppä']) { // one room is left on those days
    await Promise.all([page.waitForNavigation(), page.locator('tr', { hasText: name }).locator(`a[href^="${rooms}/"]`).click()]);
    const out = page.locator('form[action$="/closed"]');
    await out.locator('input[name=first]').fill(day);
    await out.locator('input[name=last]').fill('2027-01-22');
    await press(page, '/closed');
    assert.match(await words(page), /Huone on pois käytöstä näinä päivinä\./);
  }
});

test('the pages of rooms can be read by everybody', async () => {
  const page = await house.staff('coordinator');
  await page.goto(house.address + rooms);
  assert.deepEqual(await look(page, 'rooms of an office'), []);
  await page.locator(`a[href^="${rooms}/"]`).first().click();
  assert.deepEqual(await look(page, 'a room'), []);
});

test('two workers want one room: the second is told what would help, and takes another time', async () => {
  const worker = await house.staff('worker');
  first = (await takeIn(house, worker, { day, clock: '14:00' })).address;
  assert.match(await words(worker), /Koivu/);
  const other = await house.staff('worker-2');
  await takeIn(house, other, { day, clock: '16:00' });
  await Promise.all([other.waitForNavigation(), other.locator('a[href*="?move="]').first().click()]);
  const refused = await own(other, { day, clock: '14:30' });
  assert.match(refused, /^409: .*ei ole silloin vapaata huonetta.*toinen toimipaikka, koti tai muu paikka/);
  assert.equal(await other.locator('#times-part input[name=clock]').inputValue(), '14:30');
  assert.equal(await own(other, { day, clock: '15:00' }), 'done');
  assert.match(await words(other), /15\.00.*Koivu/);
});

test('the day by rooms, by keyboard on a phone: taken, free, and nobody else’s clients', async () => {
  const page = await house.staff('worker', { width: 360 });
  await page.goto(house.address + `/calendar/day?day=${day}`);
  for (let i = 0; ; i++) {
    assert.ok(i < 80, 'the keyboard does not reach the rooms');
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement.textContent.trim() === 'Huoneet')) break;
  }
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  const said = await words(page);
  assert.match(said, /Koivu.*14\.00–15\.00 Tapaaminen 1.*15\.00–16\.00 varattu.*vapaa/);
  assert.match(said, /Haapa Pois käytöstä/);
  assert.deepEqual(await look(page, 'the day by rooms'), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), 'the page is wider than a phone');
});

test('a room out of use with a meeting in it: one press for another', async () => {
  const page = await house.staff('coordinator');
  await page.goto(house.address + rooms);
  await Promise.all([page.waitForNavigation(), page.locator('tr', { hasText: 'Leppä' }).locator(`a[href^="${rooms}/"]`).click()]);
  await press(page, '/opened');
  await Promise.all([page.waitForNavigation(), page.locator('tr', { hasText: 'Koivu' }).locator(`a[href^="${rooms}/"]`).last().click()]);
  await page.locator('form[action$="/closed"] input[name=first]').fill(day);
  await page.locator('form[action$="/closed"] input[name=last]').fill(day);
  await press(page, '/closed');
  assert.match(await words(page), /Tapaamiset, joille tarvitaan huone.*ke 20\.1\. klo 14\.00/);
  const path = new URL(first, house.address).pathname;
  await press(page, path + '/room');
  assert.match(await words(page), /Tapaaminen sai huoneen\./);
  const worker = await house.staff('worker');
  await worker.goto(new URL(first, house.address).href);
  assert.match(await words(worker), /Leppä/);
});
