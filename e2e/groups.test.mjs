// A-05 and A-22: the guided group of ten and a group of the men's own, in a worker's, a coordinator's and visitors' browsers, the
// visitors' without scripts and at 360 pixels too.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { codeOn, pictures, submit, words } from './steps.mjs';

let house, guided, talk;
const worker = 'worker-3', coordinator = 'coordinator-2'; // of the unit that offers groups
const codes = {};
const shot = pictures('GROUPS_SHOTS');

before(async () => { house = await open({ now: '2027-09-01T10:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

async function press(page, form) {
  return submit(page, page.locator(`form[action$="${form}"] button[type=submit], form[action$="${form}"] button`).last());
}

/** fill types into the form by the names of its fields. */
async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`main form [name="${name}"]`);
    const kind = await field.first().evaluate((e) => e.tagName + e.type);
    if (kind === 'INPUTradio') await page.locator(`main form [name="${name}"][value="${value}"]`).check();
    else if (kind.startsWith('SELECT')) await field.first().selectOption(value);
    else await field.first().fill(value);
  }
}

async function plan(page, what, values) {
  await page.goto(house.address + '/circles/new');
  await page.locator('main a[href*="what="]', { hasText: what }).first().click();
  await fill(page, values);
  return press(page, '/circles/new');
}

/** unfold opens the folded part in which a form is. */
async function unfold(page, form) {
  const part = page.locator('main details', { has: page.locator(`form[action$="${form}"]`) }).first();
  if (!(await part.evaluate((d) => d.open))) await part.locator('summary').click();
}

test('A-05 ten Tuesdays; an eleventh cannot be made; seven men by names of their choice', async () => {
  const jukka = await house.staff(worker);
  assert.equal(await plan(jukka, 'Ohjattu ryhmä', { day: '2027-09-14', clock: '17:30', number: '11' }), 422);
  assert.match(await words(jukka, '.summary'), /aina 10/);
  await fill(jukka, { number: '10' });
  await shot(jukka, 'plan');
  assert.deepEqual(await look(jukka, 'plan'), []);
  assert.equal(await press(jukka, '/circles/new'), 303);
  guided = jukka.url().replace(/[?#].*/, '');
  for (const name of ['Make', 'J.', 'Repa', 'Olli', 'Ukko', 'Late', 'Sam']) {
    await jukka.goto(guided);
    await jukka.locator('input[name=nickname]').fill(name);
    assert.equal(await press(jukka, '/join'), 200);
    codes[name] = await codeOn(jukka);
  }
  await shot(jukka, 'code');
  await jukka.goto(guided);
  assert.match(await words(jukka), /ti 16\.11\. klo 17\.30.*Make.*Sam/s);
});

test('A-05 session 4 shows 6 and keeps nobody; the eighth man starts from 5', async () => {
  const jukka = await house.staff(worker);
  for (const [no, day] of [[1, '14'], [2, '21'], [3, '28']]) {
    await house.turn(`2027-09-${day}T20:00`);
    await jukka.goto(`${guided}/${no}`);
    await jukka.locator('input[name=here]').first().check();
    assert.equal(await press(jukka, '/tick'), 303);
  }
  await house.turn('2027-10-05T20:00');
  await jukka.goto(guided + '/4');
  const boxes = jukka.locator('input[name=here]');
  assert.equal(await boxes.count(), 7);
  for (let i = 0; i < 6; i++) await boxes.nth(i).check();
  await shot(jukka, 'tick');
  assert.deepEqual(await look(jukka, 'tick'), []);
  assert.equal(await press(jukka, '/tick'), 303);
  await jukka.goto(guided + '/4');
  assert.match(await words(jukka), /Paikalla\s+6/);
  assert.equal(await jukka.locator('input[name=here]').count(), 0); // who was there is nowhere any more
  await jukka.goto(guided);
  await jukka.locator('input[name=nickname]').fill('Kasi');
  assert.equal(await press(jukka, '/join'), 200);
  assert.match(await words(jukka), /kerrasta 5/);
  await jukka.goto(guided);
  await shot(jukka, 'guided');
  assert.deepEqual(await look(jukka, 'a group'), []);
  await jukka.locator('input[name=nickname]').fill('Yhdeksäs');
  assert.equal(await press(jukka, '/join'), 409);
  assert.equal(await jukka.locator('input[name=nickname]').inputValue(), 'Yhdeksäs');
});

test('A-05 a meeting that is called off is moved, and the last day follows; a man sees it by his code, without scripts', async () => {
  const jukka = await house.staff(worker);
  await jukka.goto(guided + '/6');
  await unfold(jukka, '/cancel');
  assert.equal(await press(jukka, '/cancel'), 303);
  await jukka.goto(guided + '/6');
  await unfold(jukka, '/move');
  assert.equal(await press(jukka, '/move'), 303); // a week later, and those after it, is what the form suggests
  assert.match(await words(jukka), /ti 26\.10\. klo 17\.30/);
  assert.match(await words(jukka), /Viimeinen tapaaminen\s+23\.11\.2027/);
  const make = await house.visitor({ scripts: false, width: 360 });
  await make.goto(house.address + '/code');
  await make.locator('input[name=code]').fill(codes.Make);
  await make.locator('main form button').click();
  assert.match(await words(make), /Tulevat tapaamiset.*ti 26\.10\./s);
  assert.doesNotMatch(await words(make), /Repa|Sam|Jukka/);
  assert.doesNotMatch(await make.title(), /väkival/i);
});

test('A-22 Juttusakki every second Tuesday, eight times; five weeks are refused, and floorball is not played online', async () => {
  const jukka = await house.staff(worker);
  const good = { day: '2027-11-02', clock: '18:00', number: '8', weeks: '5', places: '7', where: 'online', link: 'https://tapaaminen.example.org/juttu' };
  assert.equal(await plan(jukka, 'Juttusakki', good), 422);
  assert.match(await words(jukka, '.summary'), /1–4 viikkoa/);
  assert.equal(await jukka.locator('input[name=link]').inputValue(), good.link); // what was typed is still there
  await fill(jukka, { weeks: '2' });
  assert.equal(await press(jukka, '/circles/new'), 303);
  talk = jukka.url().replace(/[?#].*/, '');
  assert.match(await words(jukka), /Joka toinen tiistai klo 18\.00–20\.00, 8 kertaa 2\.11\.2027 alkaen/);
  await jukka.goto(house.address + '/circles/new');
  await jukka.locator('main a', { hasText: 'Säbäsakki' }).click();
  assert.equal(await jukka.locator('input[name=where][value=online]').count(), 0);
  const sari = await house.staff(coordinator);
  await sari.goto(house.address + '/circles/kinds');
  await shot(sari, 'kinds');
  await sari.locator('tr', { hasText: 'Säbäsakki' }).locator('button').click();
  await sari.waitForURL('**/circles/kinds?done=kind');
  await jukka.reload();
  assert.equal(await jukka.locator('input[name=where][value=online]').count(), 1);
});

test('A-22 seven join with a nickname in two steps, an eighth waits with no reason asked; the page tells no link, leader or number', async () => {
  for (const [i, name] of ['Keko', 'Hessu', 'Vesku', 'Tane', 'Kalle', 'Esa', 'Rane', 'Uusi'].entries()) {
    const page = await house.visitor({ scripts: i % 2 === 0, width: i % 3 === 0 ? 360 : 1280 });
    await page.goto(house.address + '/services/sakki');
    if (i === 0) {
      assert.match(await words(page), /Tilaa on.*Joka toinen tiistai/s);
      assert.doesNotMatch(await page.content(), /tapaaminen\.example|Jukka/);
      assert.deepEqual(await look(page, 'the service'), []);
    }
    await page.locator('form[action$="/join"] button').first().click();
    await page.locator('input[name=nickname]').fill(name);
    if (i === 0) await shot(page, 'join');
    if (i === 7) assert.match(await words(page), /Voit jäädä odottamaan.*Syytä ei kysytä/s);
    await page.locator('form[action$="/joined"] button').click();
    codes[name] = await codeOn(page);
    assert.match(await words(page), i < 7 ? /Olet mukana/ : /Odotat paikkaa/);
    if (i === 7) await shot(page, 'waiting');
    await page.goto(house.address + '/services/sakki');
    if (i >= 6) assert.match(await words(page), /Täynnä, voit odottaa/);
    if (i === 7) await shot(page, 'service');
  }
});

async function own(name, options = { scripts: false, width: 360 }) {
  const page = await house.visitor(options);
  await page.goto(house.address + '/code');
  await page.locator('input[name=code]').fill(codes[name]);
  await page.locator('main form button').click();
  return page;
}

test('A-22 the men vote for the topic; leaving gives the place to who waits, and no page tells who proposed or voted', async () => {
  const keko = await own('Keko');
  assert.match(await words(keko), /tapaaminen\.example\.org/);
  for (const topic of ['Isyys', 'Uni']) {
    await keko.locator('form[action$="/propose"] input[name=topic]').fill(topic);
    assert.equal(await press(keko, '/propose'), 200);
  }
  const hessu = await own('Hessu', { width: 1280 });
  for (const topic of ['Isyys', 'Uni']) {
    await hessu.locator('label', { hasText: topic }).click();
    assert.equal(await press(hessu, '/vote'), 200);
  }
  assert.match(await words(hessu), /Uni\s+Eniten ääniä/);
  await shot(hessu, 'own');
  assert.deepEqual(await look(hessu, 'a participant'), []);
  const uusi = await own('Uusi');
  assert.match(await words(uusi), /Odotat paikkaa/);
  assert.doesNotMatch(await words(uusi), /tapaaminen\.example|Isyys/);
  await keko.locator('details', { has: keko.locator('form[action$="/code/group/leave"]') }).locator('summary').click();
  assert.equal(await press(keko, '/code/group/leave'), 200);
  assert.match(await words(keko), /Olet lähtenyt/);
  const now = await own('Uusi');
  assert.match(await words(now), /tapaaminen\.example\.org/);
  const gone = await own('Keko');
  assert.match(await words(gone), /koodi/i);
  assert.equal(await gone.locator('form[action$="/vote"]').count(), 0);
  const jukka = await house.staff(worker);
  await jukka.goto(talk);
  assert.match(await words(jukka), /Uni\s+Eniten ääniä/);
});

test('R-192 anybody proposes a group; nothing shows before a coordinator has read it', async () => {
  const page = await house.visitor({ scripts: false, width: 360 });
  await page.goto(house.address + '/services/sakki/idea');
  await page.locator('form[action$="/idea"] button').click();
  assert.match(await words(page, '.summary'), /Kirjoita/);
  await fill(page, { kind: 'nature', title: 'Kalastusta joella', area: 'Vantaa' });
  await shot(page, 'idea');
  await page.locator('form[action$="/idea"] button').click();
  assert.match(await words(page), /Kiitos ehdotuksesta/);
  await page.goto(house.address + '/services/sakki');
  assert.doesNotMatch(await words(page), /Kalastusta/);
  const sari = await house.desk(coordinator);
  assert.match(await words(sari), /Ehdotus odottaa lukijaa/);
  await shot(sari, 'desk');
  await sari.goto(house.address + '/ideas');
  await shot(sari, 'ideas');
  assert.deepEqual(await look(sari, 'ideas'), []);
  await sari.locator('form[action$="/look"] button').first().click();
  await page.goto(house.address + '/services/sakki');
  assert.match(await words(page), /Kalastusta joella\s+Harkitaan/);
});

test('A-05 thirty days after the last meeting the list is gone, and the figures stay', async () => {
  const jukka = await house.staff(worker);
  await house.turn('2027-11-23T21:00');
  await jukka.goto(house.address + '/groups');
  await shot(jukka, 'groups');
  assert.deepEqual(await look(jukka, 'groups'), []);
  await house.turn('2027-12-25T12:00');
  const late = await house.staff(worker);
  assert.equal((await late.goto(guided)).status(), 404);
  const make = await own('Make');
  assert.doesNotMatch(await words(make), /Ohjattu ryhmä/);
});
