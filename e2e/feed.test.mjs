// A worker's meetings in a calendar program of their own: subscribed to with ical.js, the library that Thunderbird reads
// calendars with, and no code of ours (issue 4 point 7, D-156).
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import ICAL from 'ical.js';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { own, submit, takeIn, words } from './steps.mjs';

let house, address, episode;
before(async () => {
  house = await open({ now: '2027-03-25T09:00', days: 1 }); // the clock goes forward in the night to 28 March
});
afterEach(() => house.settle());
after(() => house.close());

/** fetched is the feed as a program gets it, and its meetings by start. */
async function fetched(at = address) {
  const answer = await fetch(at);
  const text = await answer.text();
  if (answer.status !== 200) return { status: answer.status, text };
  assert.match(answer.headers.get('content-type'), /^text\/calendar; charset=utf-8/);
  assert.match(answer.headers.get('cache-control'), /no-store/);
  const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((c) => new ICAL.Event(c));
  return { text, events: events.sort((a, b) => a.startDate.compare(b.startDate)) };
}

/** mine is the meeting of the test among those that the demo's year has. */
const mine = (events, clock) => events.filter((e) => e.startDate.toJSDate().toISOString() === clock);

test('the address is made once, and shown once', async () => {
  const page = await house.staff('worker');
  await page.goto(house.address + '/calendar');
  await page.locator('main a[href="/calendar/own"]').click();
  assert.equal(await page.locator('input[name=shown]').count(), 0);
  assert.deepEqual(await look(page, 'before there is an address'), []);
  await page.locator('form[action="/calendar/own"] button').click();
  address = await page.locator('input[name=shown]').inputValue();
  assert.match(address, /\/feed\/[\w-]{43}\.ics$/);
  assert.deepEqual(await look(page, 'with the address'), []);
  await page.goto(house.address + '/calendar/own');
  assert.ok(!(await page.content()).includes(address.split('/').pop().slice(0, 20)), 'the address is shown again');
});

test('a booked meeting is there: when, and nothing else', async () => {
  const page = await house.staff('worker');
  episode = await takeIn(house, page, { name: 'Aamu', day: '2027-03-29', clock: '12:00' });
  const { text, events } = await fetched();
  const [e] = mine(events, '2027-03-29T09:00:00.000Z');
  assert.ok(e, 'the meeting is not in the feed, or at another time');
  assert.equal(e.endDate.toJSDate().toISOString(), '2027-03-29T10:00:00.000Z');
  assert.equal(e.sequence, 0);
  assert.equal(e.summary, 'Varattu');
  assert.equal(e.component.getFirstPropertyValue('status'), 'CONFIRMED');
  const told = new Set(events.flatMap((one) => one.component.getAllProperties().map((p) => p.name)));
  assert.deepEqual([...told].sort(), ['class', 'dtend', 'dtstamp', 'dtstart', 'sequence', 'status', 'summary', 'uid']);
  assert.doesNotMatch(text, /aamu|rinnalla|turva|toimisto|noora|hämeentie/i);
  assert.ok(!text.includes(episode.address.split('/').pop()), 'the feed names the episode');
});

test('moved, it has the next number; called off, it says so', async () => {
  const page = await house.staff('worker');
  const before = mine((await fetched()).events, '2027-03-29T09:00:00.000Z')[0];
  await page.goto(episode.address);
  await page.locator('main a[href*="move="]').first().click();
  assert.equal(await own(page, { day: '2027-03-30', clock: '17:15' }), 'done');
  const [moved] = mine((await fetched()).events, '2027-03-30T14:15:00.000Z');
  assert.equal(moved?.uid, before.uid);
  assert.equal(moved.sequence, 1);
  await page.goto(episode.address);
  const cancel = page.locator('form[action$="/cancel"]').first();
  await cancel.locator('select[name=reason], input[name=reason]').first().waitFor({ state: 'attached' });
  const details = page.locator('details', { has: cancel });
  if (await details.count() && !(await details.first().evaluate((d) => d.open))) await details.first().locator('summary').first().click();
  if (await cancel.locator('select[name=reason]').count()) await cancel.locator('select[name=reason]').selectOption('ill');
  else await cancel.locator('input[name=reason][value=ill]').check();
  await submit(page, cancel.locator('button'));
  const [off] = mine((await fetched()).events, '2027-03-30T14:15:00.000Z');
  assert.equal(off?.uid, before.uid);
  assert.equal(off.sequence, 2);
  assert.equal(off.component.getFirstPropertyValue('status'), 'CANCELLED');
});

test('a new address takes the place of the old one, and an ended one opens nothing', async () => {
  const page = await house.staff('worker');
  const old = address;
  await page.goto(house.address + '/calendar/own');
  await page.locator('form[action="/calendar/own"] button').click();
  address = await page.locator('input[name=shown]').inputValue();
  assert.equal((await fetched(old)).status, 404);
  assert.ok((await fetched()).events);
  await page.goto(house.address + '/calendar/own');
  await page.locator('form[action="/calendar/own/end"] button').click();
  await page.waitForURL('**/calendar/own?done=ended');
  assert.match(await words(page), /osoite ei enää toimi/i);
  const gone = await fetched();
  assert.equal(gone.status, 404);
  assert.equal((await fetched(house.address + '/feed/x.ics')).status, 404);
});
