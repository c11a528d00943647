// visits that a county pays for. Granted, counted, run out, extended; the record is the county's; the bill
// has no names.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { codeOn, enter, send, submit, words } from './steps.mjs';

let house, code, episode, commitment;
before(async () => { house = await open({ now: '2027-03-22T10:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

// Who is who in the demo: the key of the one whose name stands on the desk.
const keys = {};
async function staff(name, options) {
  if (!keys[name]) {
    for (const key of Object.keys(house.links).filter((k) => /^(worker|coordinator)/.test(k) && !Object.values(keys).includes(k))) {
      const page = await house.desk(key, options);
      const called = await page.locator('header').textContent(); // on a phone it is folded
      for (const n of ['Leena', 'Hanna', 'Mikko', 'Outi']) if (called.includes(n)) keys[n] = key;
      if (keys[name]) return page;
    }
  }
  return house.staff(keys[name], options);
}

const granted = { number: 'PPHVA-2027-0142', granted: '15', first: '2027-04-01', last: '2027-09-30', 'social-worker': 'Tiina N.', agreed: '2027-03-19', name: 'Anna ja Pekka' };

async function fill(page, change) {
  const values = { ...granted, ...change.fields };
  for (const [name, v] of Object.entries(values)) await page.locator(`main input[name="${name}"]`).fill(v);
  for (const [name, v] of Object.entries({ channel: 'telephone', kind: 'couple', workers: '2', route: 'a', 'child-welfare': 'yes', ...change.choices })) {
    if (v) await page.locator(`main input[name="${name}"][value="${v}"]`).check();
  }
  for (const [name, label] of Object.entries({ worker: 'Hanna V.', second: 'Mikko R.', ...change.people })) {
    await page.locator(`main select[name="${name}"]`).selectOption(label ? { label } : '');
  }
}

const grant = (page) => submit(page, page.locator('main form[action="/commitments"] button[type=submit]'));

for (const scripts of [true, false]) {
  test(`A-10 what a commitment may not be is refused, and what was typed stays (scripts ${scripts ? 'on' : 'off'})`, async () => {
    const page = await staff('Leena', { scripts, width: 360 });
    for (const [change, wrong] of [
      [{ fields: { granted: '9' } }, 'granted'], [{ fields: { granted: '21' } }, 'granted'], [{ choices: { workers: '1' }, people: { second: '' } }, 'workers'],
      [{ choices: { route: '' } }, 'route'], [{ fields: { last: '2027-03-01' } }, 'last'], [{ fields: { 'social-worker': '' } }, 'social-worker'],
    ]) {
      await page.goto(house.address + '/commitments/new');
      await fill(page, change);
      assert.equal(await grant(page), 422, wrong);
      await page.locator(`[id$="${wrong}-error"]`).first().waitFor({ state: 'attached' }); // the answer has come, and may not be read to its end
      assert.equal(await page.locator('main input[name=number]').inputValue(), granted.number);
      assert.equal(await page.locator('main input[name=name]').inputValue(), granted.name);
      assert.ok(await page.locator('main input[name=kind][value=couple]').isChecked());
      assert.equal(await page.locator('main select[name=worker] option:checked').innerText(), 'Hanna V.');
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'it is wider than a phone');
    }
  });
}

test('A-10 Leena records it, and it is an episode of its own', async () => {
  const page = await staff('Leena');
  await page.goto(house.address + '/commitments/new');
  await fill(page, {});
  assert.equal(await grant(page), 200);
  code = await codeOn(page);
  await page.locator('main a[href^="/commitments/"]').last().click();
  await page.waitForURL(/\/commitments\/[0-9a-f-]{36}/);
  commitment = new URL(page.url()).pathname;
  episode = commitment.replace('commitments', 'episodes');
  const said = await words(page);
  for (const word of [/PPHVA-2027-0142/, /Myönnetty/, /0 ?\/ ?15/, /Tiina N\./, /Hanna V\. \+ Mikko R\./, /1\.4\.2027 – 30\.9\.2027/]) assert.match(said, word);
  assert.equal(await page.locator('textarea').count(), 0, 'there is room for a story');
  await page.goto(house.address + '/commitments/new');
  await fill(page, {});
  assert.equal(await grant(page), 422, 'the same number twice');
  const outi = await staff('Outi');
  const answer = await outi.goto(house.address + episode);
  assert.equal(answer.status(), 404, 'somebody who does not work with them sees it');
});

/** visit books a time by hand and gives its day's meeting. */
async function book(page, day, clock = '10:00') {
  const { status, text } = await send(page, episode + '/book', { kind: 'office', office: page.office, day, clock });
  assert.equal(status, 200, `${day}: ${text.match(/<div class="summary"[\s\S]*?<\/div>/)?.[0] ?? text.slice(0, 300)}`);
}

async function at(name) {
  const page = await staff(name);
  await page.goto(house.address + episode);
  page.office = await page.locator('input[name=office]').first().getAttribute('value').catch(() => '');
  return page;
}

/** holds marks the first visit that has begun. */
async function hold(page, expected = 200) {
  await page.goto(house.address + episode);
  const meeting = await page.locator('form[action$="/hold"] input[name=meeting]').first().getAttribute('value');
  const answer = await send(page, episode + '/hold', { meeting });
  assert.equal(answer.status, expected);
  return { meeting, ...answer };
}

test('A-11 it runs out half-way', async () => {
  let page = await at('Hanna');
  for (const day of ['01', '05', '06', '07', '08', '09', '12', '13', '14']) await book(page, `2027-04-${day}`);
  for (const day of ['09-14', '09-28', '10-05', '10-19']) await book(page, `2027-${day}`);
  await house.turn('2027-04-14T12:00');
  page = await at('Hanna');
  for (let i = 0; i < 9; i++) {
    const { meeting } = await hold(page);
    assert.equal((await send(page, episode + '/entry', { meeting, entered: '2027-04-14' })).status, 200);
  }
  await house.turn('2027-08-30T12:00');
  const early = await staff('Leena');
  await early.goto(house.address + '/desk');
  assert.doesNotMatch(await words(early), /PPHVA-2027-0142/, 'it is told too early');
  for (const when of ['2027-08-31T08:00', '2027-09-16T08:00']) {
    await house.turn(when);
    if (when.startsWith('2027-09')) await hold(await at('Mikko'));
    for (const name of ['Leena', 'Hanna', 'Mikko']) {
      const desk = await staff(name);
      await desk.goto(house.address + '/desk');
      assert.match(await words(desk), /Päättyy 30\.9\.2027, [65] käyntiä käyttämättä, 2 sovittu päättymisen jälkeen/, `${name} on ${when}`);
    }
  }
  const client = await house.visitor();
  await enter(house, client, code);
  assert.doesNotMatch(await words(client), /sitoumu|käyttämättä|päättyy/i, 'the client is told');
  await house.turn('2027-09-28T12:00');
  await hold(await at('Hanna'));
  await house.turn('2027-10-05T12:00');
  page = await at('Hanna');
  assert.match(await words(page), /Sitoumus päättyi 30\.9\.2027\. 2 sovitulla käynnillä ei ole maksajaa/);
  const refused = await hold(page, 409);
  assert.match(refused.text, /jatkaa samaa sitoumusta[\s\S]*uuden sitoumuksen[\s\S]*päätöskäynti/, 'the three choices');
  assert.equal((await send(page, episode + '/hold', { meeting: refused.meeting })).status, 409, 'from another tab');
  const leena = await staff('Leena');
  await leena.goto(house.address + commitment);
  assert.match(await words(leena), /11 ?\/ ?15/);
  assert.equal((await send(leena, commitment + '/extend', { first: '2027-09-30', last: '2027-12-31' })).status, 422, 'days that overlap');
  const fold = leena.locator('details', { has: leena.locator('form[action$="/extend"]') });
  await fold.locator('summary').click();
  await fold.locator('input[name=last]').fill('2027-12-31');
  await fold.locator('button').click();
  await leena.locator('li:has-text("31.12.2027")').first().waitFor();
  const both = await words(leena);
  assert.match(both, /1\.4\.2027 – 30\.9\.2027/);
  assert.match(both, /1\.10\.2027 – 31\.12\.2027/);
  await hold(await at('Hanna'));
  await leena.goto(house.address + commitment);
  assert.match(await words(leena), /12 ?\/ ?15/);
});

test('A-12 a held visit has a day and no words; the county has the record', async () => {
  const page = await at('Mikko');
  const form = page.locator('#paid form[action$="/entry"]').first();
  assert.equal(await page.locator('#paid textarea, #paid input[type=text]').count(), 0, 'there is room for words');
  const meeting = await form.locator('input[name=meeting]').getAttribute('value');
  assert.equal((await send(page, episode + '/entry', { meeting, entered: '2027-12-31' })).status, 422, 'a day to come');
  assert.equal((await send(page, episode + '/entry', { meeting, entered: '2027-01-31' })).status, 422, 'a day before the visit');
  assert.equal((await send(page, episode + '/entry', { meeting, entered: '2027-10-05', note: 'hän kertoi' })).status, 422, 'a field for words');
  await house.turn('2027-10-14T08:00');
  for (const name of ['Mikko', 'Leena']) {
    const desk = await staff(name);
    await desk.goto(house.address + '/desk');
    assert.match(await words(desk), /kirjaamatta maksajan järjestelmään/, name);
  }
  const client = await house.visitor();
  await enter(house, client, code);
  await client.locator('form[action$="/code/own"] button').click();
  const copy = await words(client);
  assert.match(copy, /rekisterinpitäjä on Pohjois-Pohjanmaan hyvinvointialue/);
  assert.match(copy, /kirjaamo@example\.fi/);
  assert.doesNotMatch(copy, /Tiina/, 'the social worker is the county’s to tell');
});

test('The bill has numbers and days, and no names', async () => {
  const page = await staff('Leena');
  await page.goto(house.address + '/billing');
  const payer = await page.locator('select[name=payer] option', { hasText: 'Pohjois-Pohjanmaan' }).getAttribute('value');
  const csv = await send(page, '/billing', { payer, first: '2027-04-01', last: '2027-04-30', format: 'csv' });
  assert.equal(csv.status, 200);
  const lines = csv.text.trim().split('\r\n');
  assert.equal(lines.length, 1 + 9 + 1);
  assert.match(lines[1], /^PPHVA-2027-0142;1\.4\.2027;Parityö;2;Pidetty;1$/);
  assert.doesNotMatch(csv.text, /Anna|Pekka|Tiina|Pitempi/);
  for (const [format, begins] of [['xlsx', 'PK'], ['pdf', '%PDF']]) {
    const file = await send(page, '/billing', { payer, first: '2027-04-01', last: '2027-04-30', format });
    assert.ok(file.status === 200 && file.text.startsWith(begins), format);
  }
  assert.equal((await send(page, '/billing', { payer, first: '2027-04-30', last: '2027-04-01', format: 'csv' })).status, 422);
});

/** press presses a button that sends a form, and waits for the page that answers. */
async function press(page, button) {
  const status = await submit(page, button);
  assert.ok(status < 400, `${page.url()}: ${status}`);
}

for (const scripts of [true, false]) {
  test(`R-115 applied for, not granted, applied for again (scripts ${scripts ? 'on' : 'off'})`, async () => {
    const page = await staff('Leena', { scripts });
    await page.goto(house.address + '/requests/new');
    const service = page.locator('main nav a', { hasText: /Pitempi tuki/ });
    if (await service.count()) await service.first().click();
    await page.locator('main input[name=channel][value=telephone]').check();
    await press(page, page.locator('main form button[type=submit]').first());
    await page.goto(house.address + '/commitments?stage=applied');
    assert.match(await words(page), scripts ? /Mitään ei ole haettu/ : /Haettu/);
    await page.goto(house.address + '/desk');
    const open = page.locator('main table a[href^="/requests/"]', { hasText: /^Avaa/ }).last();
    await open.click();
    await page.waitForURL(/\/requests\//);
    const fold = async (text) => { if (!(await page.locator('details', { hasText: text }).evaluate((d) => d.open))) await page.locator('summary', { hasText: text }).click(); };
    await fold('Sitoumusta on haettu');
    await page.locator('form[action$="/apply"] input[name=applied]').fill('2031-01-01');
    const status = await submit(page, page.locator('form[action$="/apply"] button'));
    assert.equal(status, 422, 'a day to come');
    assert.equal(await page.locator('input[name=applied]').inputValue(), '2031-01-01');
    await page.locator('form[action$="/apply"] input[name=applied]').fill('2027-03-22');
    await press(page, page.locator('form[action$="/apply"] button'));
    assert.match(await words(page), /Haettu .*Odotamme maksajan päätöstä/s);
    assert.equal(await page.locator('form[action$="/apply"]').count(), 0, 'two payers at once');
    await fold('Maksaja ei myöntänyt');
    await press(page, page.locator('form[action$="/refuse"] button'));
    assert.match(await words(page), /ei myöntänyt sitoumusta/);
    await press(page, page.locator('form[action$="/unmark"] button'));
    assert.match(await words(page), /Odotamme maksajan päätöstä/);
    assert.equal(await page.locator('main textarea').count(), 0);
    await page.goto(house.address + '/commitments?stage=applied');
    assert.match(await words(page), /Haettu/);
  });
}

test('R-115 a number and days that were typed wrongly are put right', async () => {
  const page = await staff('Leena');
  await page.goto(house.address + commitment);
  await page.locator('summary', { hasText: 'Korjaa, mitä kirjattiin väärin' }).click();
  await page.locator('form[action$="/correct"] input[name=granted]').fill('9');
  const status = await submit(page, page.locator('form[action$="/correct"] button'));
  assert.equal(status, 422);
  assert.equal(await page.locator('form[action$="/correct"] input[name=granted]').inputValue(), '9');
  await page.locator('form[action$="/correct"] input[name=granted]').fill('16');
  await press(page, page.locator('form[action$="/correct"] button'));
  assert.match(await words(page), / ?\/ ?16/);
});

test('A-11 a new commitment takes the visits that the old one does not pay for, and the code opens it', async () => {
  await book(await at('Hanna'), '2028-01-11');
  const page = await staff('Leena');
  await page.goto(house.address + commitment);
  await page.locator('summary', { hasText: 'uuden sitoumuksen' }).click();
  await page.locator('a[href$="/follow"]').click();
  await page.waitForURL(/\/follow$/);
  assert.equal(await page.locator('main input[name=name]').count(), 0, 'it asks again who they are');
  assert.ok(await page.locator('main input[name=kind][value=couple]').isChecked(), 'what the old one had is not there');
  await page.locator('main input[name=number]').fill('PPHVA-2028-0001');
  await page.locator('main input[name=granted]').fill('10');
  await page.locator('main input[name=agreed]').fill('2027-03-19');
  const last = page.locator('main input[name=last]');
  const first = await page.locator('main input[name=first]').inputValue();
  await last.fill(String(Number(first.slice(0, 4)) + 1) + '-06-30');
  await press(page, page.locator('main form[action$="/follow"] button[type=submit]'));
  await page.waitForURL(/\/commitments\/[0-9a-f-]{36}$/);
  assert.notEqual(new URL(page.url()).pathname, commitment);
  assert.match(await words(page), /PPHVA-2028-0001.*11\.1\./s);
  const client = await house.visitor();
  await enter(house, client, code);
  const said = await words(client);
  assert.match(said, /11\.1\./, 'the visit that moved is not there');
  assert.doesNotMatch(said, /sitoumu|PPHVA/i);
});
