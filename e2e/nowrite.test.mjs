// where no note may be kept there is nowhere to write one: not in the pages, not past them, not on the disk.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { own, send, takeIn, words } from './steps.mjs';

let house, episode;
before(async () => { house = await open({ now: '2027-01-11T09:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

const marker = 'Rubiinikolibri';
// The place of a meeting to come, the search among one's own clients, and when: nothing else is typed on these pages.
const typed = ['place', 'name', 'day', 'clock', 'from'];
const kinds = ['hidden', 'radio', 'checkbox', 'date', 'time', 'text', 'search'];

test('A-14 a meeting has no field for text: title, reason and number are chosen', async () => {
  const worker = await house.staff('worker');
  episode = await takeIn(house, worker, { day: '2027-01-13', clock: '12:00' });
  for (const path of [episode.address, house.address + '/episodes', house.address + '/calendar', house.address + '/desk', episode.address + '?kind=agreed']) {
    await worker.goto(path);
    assert.equal(await worker.locator('textarea, [contenteditable], input[type=file]').count(), 0, path);
    const fields = await worker.locator('input').evaluateAll((all) => all.map((i) => [i.type, i.name, i.maxLength]));
    for (const [type, name, most] of fields) {
      assert.ok(kinds.includes(type), `${path}: an input of kind ${type}`);
      if (!['hidden', 'radio', 'checkbox'].includes(type)) assert.ok(typed.includes(name), `${path}: something may be typed as ${name}`);
      if (['place', 'name'].includes(name)) assert.ok(most > 0 && most <= 80, `${path}: ${name} takes ${most}`);
    }
  }
});

test('A-14 the page says why there are no notes and no statements', async () => {
  const worker = await house.staff('worker');
  await worker.goto(episode.address);
  assert.match(await words(worker), /Tapaamisista ei tehdä kirjauksia eikä lausuntoja/);
});

test('A-14 400 characters in the place are refused', async () => {
  const worker = await house.staff('worker');
  await worker.goto(episode.address);
  const path = new URL(episode.address).pathname;
  const long = (marker + ' kertoi tänään että ').repeat(12).slice(0, 400);
  for (const [act, fields] of [['/book', { kind: 'agreed', day: '2027-01-20', clock: '12:00', place: long }], ['/place', { meeting: await meeting(worker), place: long }]]) {
    assert.equal((await send(worker, path + act, fields)).status, 422, act);
  }
});

/** meeting is the id of the booked meeting on an episode's page. */
async function meeting(page) {
  return page.locator('form[action$="/cancel"] input[name=meeting]').first().getAttribute('value');
}

test('A-14 a field nobody knows is refused, and so is text in those that are chosen from lists', async () => {
  const worker = await house.staff('worker');
  await worker.goto(episode.address);
  const path = new URL(episode.address).pathname;
  const id = await meeting(worker);
  const steps = {
    offer: { day: '2027-01-20', clock: '12:00', kind: marker, office: marker, with: marker }, book: { day: '2027-01-20', clock: '12:00', kind: marker, office: marker, with: marker },
    move: { meeting: id, kind: marker }, cancel: { meeting: id, reason: marker }, correct: { meeting: id, state: marker }, decide: { choice: marker, ground: marker },
    way: { kind: marker, destination: marker }, answer: { way: marker, answer: marker }, assign: { worker: marker }, hold: { meeting: id }, miss: { meeting: id }, ending: {}, close: {},
  };
  for (const [step, fields] of Object.entries(steps)) {
    const listed = Object.values(fields).includes(marker) ? await send(worker, `${path}/${step}`, fields) : { status: 422 };
    assert.ok(listed.status >= 400 && listed.status < 500, `${step}: ${listed.status}`);
    for (const name of ['note', 'title', 'text', 'description', 'comment', 'statement']) {
      const { status, text } = await send(worker, `${path}/${step}`, { ...fields, [name]: marker });
      assert.equal(status, 422, `${step} with ${name}`);
      assert.match(text, /Tapaamisista ei tehdä kirjauksia eikä lausuntoja/, step);
      assert.ok(!text.includes(`name="${name}"`), `${step} gives ${name} back`);
    }
  }
  assert.equal((await send(worker, '/episodes', { name: marker })).status, 200, 'searching for a name that is nobody');
  assert.equal((await send(worker, '/episodes', { name: marker, note: marker })).status, 422);
  await worker.goto(`${house.address}/episodes?name=${marker}&note=${marker}`);
  await worker.goto(`${episode.address}?kind=agreed&note=${marker}`);

  await house.turn('2027-01-13T13:30');
  await worker.goto(episode.address);
  assert.equal((await send(worker, path + '/hold', { meeting: id, note: marker })).status, 422);
  await worker.goto(episode.address);
  assert.equal(await worker.locator('form[action$="/hold"]').count(), 1, 'the refused mark was made');
  assert.equal((await send(worker, path + '/hold', { meeting: id })).status, 200);
  assert.ok(house.keeps('040 555 0143'), "the unit's own number is found where things are kept");
  assert.ok(!house.keeps(marker), 'what was typed is kept');
});

test('A-14 there is no document to ask for', async () => {
  const worker = await house.staff('worker');
  for (const path of ['/statement', '/lausunto', '/documents', '/note', '/export']) {
    await worker.goto(episode.address);
    assert.equal((await worker.goto(episode.address + path)).status(), 404, path);
  }
});
