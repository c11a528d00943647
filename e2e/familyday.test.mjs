// a hike with eight families, two workers and volunteers: signing up by a first name and numbers on a telephone without scripts, a
// volunteer who cannot be confirmed before an extract was seen, the list of the day, and what stays of it.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { codeOn, enter, pictures, submit, takeIn, words } from './steps.mjs';

let house, day;
const who = {}, codes = {};
const shot = pictures('FAMILYDAY_SHOTS');

before(async () => { house = await open({ now: '2027-04-12T12:00', days: 30 }); });
afterEach(() => house.settle());
after(() => house.close());

/** press sends the form whose action ends so; of several the one in the part with the text. */
async function press(page, form, text) {
  const part = text ? page.locator('main section.card, main tr, main li', { hasText: text }) : page.locator('main');
  return submit(page, part.locator(`form[action$="${form}"] button`).last());
}

async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) await page.locator(`main form [name="${name}"]`).first().fill(value);
}

async function unfold(page, form) {
  const part = page.locator('main details', { has: page.locator(`form[action$="${form}"]`) }).first();
  if (!(await part.evaluate((d) => d.open))) await part.locator('summary').click();
}

/** volunteer finds whose sign-in of the demo it is by their name. */
async function volunteer(name, options) {
  for (const key of Object.keys(house.links).filter((k) => k.startsWith('volunteer'))) {
    if (who[key] && who[key] !== name) continue;
    const page = await house.staff(key, options);
    await page.goto(house.address + '/mine/own');
    who[key] = (await page.locator('input[name=name]').inputValue()).split(' ')[0];
    if (who[key] === name) {
      await page.goto(house.address + '/mine');
      return page;
    }
  }
  throw new Error(`no volunteer is called ${name}`);
}

test('A-17 Marja plans a hike; what is missing is said beside the field, and what was typed stays', async () => {
  const marja = await house.staff('coordinator');
  await marja.goto(house.address + '/groups');
  await marja.locator('a[href="/days/new"]').click();
  await fill(marja, { day: '2027-05-29', clock: '10:00', area: 'Espoo', place: 'Nuuksion opastaulu', places: '19', volunteers: '3' });
  for (const name of ['Noora S.', 'Elina A.']) await marja.getByLabel(name).check();
  assert.equal(await press(marja, '/days/new'), 422);
  assert.match(await words(marja, '.summary'), /Kirjoita tähän jotain/);
  assert.equal(await marja.locator('input[name=place]').inputValue(), 'Nuuksion opastaulu');
  assert.ok(await marja.getByLabel('Noora S.').isChecked());
  await fill(marja, { about: 'Retki Nuuksioon' });
  await shot(marja, 'plan');
  assert.deepEqual(await look(marja, 'plan'), []);
  assert.equal(await press(marja, '/days/new'), 303);
  day = marja.url().replace(/[?#].*/, '');
  assert.match(await words(marja), /Retki Nuuksioon.*la 29\.5\. klo 10\.00.*Kukaan ei ole vielä ilmoittautunut/s);
  await shot(marja, 'empty');
});

async function signUp(name, adults, children, options = {}) {
  const page = await house.visitor({ scripts: false, width: 360, ...options });
  await page.goto(house.address + '/services/perhepaivat');
  await page.locator('section.card', { hasText: 'Retki Nuuksioon' }).locator('form[action$="/sign-up"] button').click();
  await fill(page, { adults, children, name });
  return page;
}

test('R-144 a way on leads from the client\'s own page into the day, without scripts, and nothing leads back', async () => {
  const noora = await house.staff('worker');
  const client = await takeIn(house, noora, { day: '2027-04-13', clock: '12:00' });
  await noora.locator('details', { has: noora.locator('form[action$="/way"]') }).first().locator('summary').click();
  await noora.locator('form[action$="/way"]', { has: noora.locator('[name=destination][value=family-day]') }).locator('button').click();
  const phone = await house.visitor({ scripts: false, width: 360 });
  await enter(house, phone, client.code);
  await phone.locator('form[action$="/code/way"] button[value=yes]').click();
  await shot(phone, 'way');
  const form = phone.locator('form[action$="/code/day/come"]').first();
  await form.getByLabel('Lautapelejä').check(); // the hike's families are counted below
  await form.locator('input[name=name]').fill('Sini');
  await form.locator('[name=adults]').fill('0');
  await form.locator('[name=children]').fill('1');
  await form.locator('button').last().click();
  assert.match(await words(phone, '.summary'), /./, 'nobody of age comes: said above');
  assert.equal(await phone.locator('form[action$="/code/day/come"] input[name=name]').first().inputValue(), 'Sini', 'what was typed stays');
  await shot(phone, 'way-wrong');
  await phone.locator('form[action$="/code/day/come"] [name=adults]').first().fill('1');
  await phone.locator('form[action$="/code/day/come"] button').last().click();
  assert.ok(!(await phone.content()).includes(client.code), 'the day knows nothing of the client\'s code');
  await shot(phone, 'way-in');
  await noora.reload();
  assert.ok(!(await words(noora)).includes('Sini'), 'the client\'s page tells nothing of the day');
});

test('A-17 eight families sign up on the public page in two steps by numbers and a first name; a ninth waits', async () => {
  const all = [['Kerttu', 1, 1], ['Sini', 1, 2], ['Outi', 1, 1], ['Milla', 1, 2], ['Eija', 1, 1], ['Raisa', 1, 1], ['Pia', 1, 1], ['Kati', 1, 2], ['Oona', 1, 1]];
  for (const [i, [name, adults, children]] of all.entries()) {
    const page = await signUp(name, `${adults}`, `${children}`, i === 0 ? { scripts: true, width: 1280 } : {});
    if (i === 0) {
      assert.doesNotMatch(await page.title() + page.url(), /väkival|retki/i);
      await page.locator('input[name=name]').fill('Kerttu 040 555 0000');
      assert.equal(await press(page, '/signed-up'), 422);
      assert.match(await words(page, '.summary'), /ei numeroita/);
      assert.equal(await page.locator('input[name=adults]').inputValue(), '1');
      await page.locator('input[name=name]').fill('Kerttu');
      await shot(page, 'sign-up');
      assert.deepEqual(await look(page, 'sign up'), []);
      assert.doesNotMatch(await page.content(), /opastaulu/); // the exact place is for those who have signed up
    }
    if (i === 8) assert.match(await words(page), /Päivä on nyt täynnä.*Syytä ei kysytä/s);
    assert.equal(await press(page, '/signed-up'), 200);
    codes[name] = await codeOn(page);
    assert.match(await words(page), i < 8 ? /Olette mukana/ : /Odotatte tilaa/);
    if (i === 0) await shot(page, 'signed');
  }
  const page = await house.visitor();
  await page.goto(house.address + '/services/perhepaivat');
  assert.match(await words(page), /Täynnä, voit odottaa Retki Nuuksioon/);
  assert.doesNotMatch(await page.content(), /opastaulu|Kerttu|Noora/);
  await shot(page, 'service');
  assert.deepEqual(await look(page, 'the service'), []);
});

async function own(name, options = { scripts: false, width: 360 }) {
  const page = await house.visitor(options);
  await page.goto(house.address + '/code');
  await page.locator('input[name=code]').fill(codes[name]);
  await page.locator('main form button').click();
  return page;
}

test('A-17 a family sees the place with its code, changes its numbers and cancels; the next one has the room', async () => {
  const oona = await own('Oona');
  assert.match(await words(oona), /Odotatte tilaa/);
  assert.doesNotMatch(await oona.content(), /opastaulu/);
  const sini = await own('Sini', { width: 360 });
  assert.match(await words(sini), /Nuuksion opastaulu.*1 aikuinen, 2 lasta/s);
  await shot(sini, 'own');
  assert.deepEqual(await look(sini, 'a family'), []);
  await unfold(sini, '/code/day/change');
  await sini.locator('input[name=children]').fill('4');
  assert.equal(await press(sini, '/code/day/change'), 422);
  assert.match(await words(sini, '.summary'), /enintään 3/);
  const kati = await own('Kati', {});
  await unfold(kati, '/code/day/leave');
  assert.equal(await press(kati, '/code/day/leave'), 200);
  assert.match(await words(kati), /Ilmoittautuminen on peruttu/);
  assert.match(await words(await own('Kati')), /koodi/i);
  await press(oona, '/code/day');
  assert.match(await words(oona), /Olette mukana.*opastaulu/s);
  await unfold(oona, '/code/day/change');
  await oona.locator('input[name=children]').fill('2');
  assert.equal(await press(oona, '/code/day/change'), 200);
});

test('A-17 induction done, the extract missing: she may be asked, and nobody can confirm her; nothing can be uploaded', async () => {
  const marja = await house.staff('coordinator');
  await marja.goto(day);
  assert.match(await words(marja), /8 perhettä, 19\/19 henkeä/);
  assert.doesNotMatch(await words(marja), /Kerttu|Sini/);
  for (const name of ['Anna', 'Tiina']) assert.equal(await press(marja, '/offer', name), 303);
  const tiina = await volunteer('Tiina', { width: 360 });
  await shot(tiina, 'mine-asked');
  assert.deepEqual(await look(tiina, 'a volunteer'), []);
  assert.equal(await press(tiina, '/yes', 'Retki Nuuksioon'), 303);
  assert.match(await words(tiina), /Kiitos, tulet jos tämä järjestyy.*Näytä rikosrekisteriote/s);
  assert.doesNotMatch(await tiina.content(), /opastaulu/);
  await marja.goto(day);
  assert.equal(await press(marja, '/confirm', 'Tiina'), 409);
  assert.match(await words(marja, '.summary'), /rikosrekisteriote/);
  assert.equal(await marja.locator('input[type=file]').count(), 0);
  await shot(marja, 'helpers');
  assert.deepEqual(await look(marja, 'a day'), []);
  await house.turn('2027-04-15T12:00');
  await marja.goto(day);
  await marja.locator('section.card', { hasText: 'Tiina' }).locator('a[href^="/volunteers/"]').click();
  await unfold(marja, '/extract');
  await marja.locator('form[action$="/extract"] input[name=day]').fill('2027-04-15');
  assert.equal(await press(marja, '/extract'), 422, 'without consent nothing is kept');
  await unfold(marja, '/extract');
  await marja.locator('input[name=consent]').check();
  assert.equal(await press(marja, '/extract'), 303);
  assert.match(await words(marja), /15\.4\.2027.*Marja H\./s);
  assert.equal(await marja.locator('input[type=file]').count(), 0);
  await marja.goto(day);
  assert.equal(await press(marja, '/confirm', 'Tiina'), 303);
  assert.match(await words(marja), /Vahvistettuja 1\/3/);
});

test('R-238 saying no, before or after a yes, leaves nothing that a coordinator could see', async () => {
  const anna = await volunteer('Anna', { width: 360, scripts: false });
  assert.equal(await press(anna, '/yes', 'Retki Nuuksioon'), 303);
  assert.match(await words(anna), /Olet mukana.*opastaulu/s);
  const marja = await house.staff('coordinator');
  await marja.goto(day);
  assert.match(await words(marja), /Vahvistettuja 2\/3/);
  assert.equal(await press(anna, '/no', 'Retki Nuuksioon'), 303);
  assert.doesNotMatch(await words(anna), /Nuuksio/);
  await marja.goto(day);
  assert.match(await words(marja), /Vahvistettuja 1\/3/);
  assert.equal(await marja.locator('section.card', { hasText: 'Anna' }).count(), 0);
  assert.equal(await marja.locator('tr', { hasText: 'Anna' }).locator('form[action$="/offer"]').count(), 1); // as if she had never been asked
});

test('A-17 the list of the day has first names and numbers, for those who work there, from the day before', async () => {
  await house.turn('2027-05-27T12:00');
  const noora = await house.staff('worker');
  await noora.goto(day);
  assert.equal(await noora.locator('a[href$="/list"]').count(), 0);
  assert.match(await words(noora), /28\.5\.2027 alkaen\. Se häviää 6\.6\.2027/);
  await house.turn('2027-05-28T12:00');
  await noora.goto(house.address + '/desk');
  assert.match(await words(noora), /Retki Nuuksioon.*Huomenna, lista on auki/s);
  await shot(noora, 'desk');
  await noora.goto(day + '/list');
  assert.match(await words(noora), /Kerttu.*Oona.*8 perhettä, 8 aikuista, 11 lasta/s);
  assert.doesNotMatch(await words(noora), /Kati/);
  await shot(noora, 'list');
  assert.deepEqual(await look(noora, 'the list'), []);
  if (shot.into) {
    await noora.setViewportSize({ width: 794, height: 1123 });
    await noora.emulateMedia({ media: 'print' });
    await noora.screenshot({ path: `${shot.into}/list-print.png` });
  }
  const marja = await house.staff('coordinator');
  assert.equal((await marja.goto(day + '/list')).status(), 404);
  const tiina = await volunteer('Tiina', { width: 360 });
  await tiina.locator('a[href^="/mine/days/"]').click();
  assert.match(await words(tiina), /Sini.*19|Sini.*11 lasta/s);
  assert.equal(await tiina.locator('form[action$="/remove"]').count(), 0);
  await shot(tiina, 'mine-list');
});

test('A-17 the figures keep eight families and nineteen people, and after a week no name is left', async () => {
  await house.turn('2027-05-29T15:00');
  const noora = await house.staff('worker');
  await noora.goto(day);
  assert.equal(await noora.locator('input[name=families]').inputValue(), '8');
  await noora.locator('input[name=families]').fill('30');
  assert.equal(await press(noora, '/count'), 422);
  await noora.locator('input[name=families]').fill('8');
  await shot(noora, 'count');
  assert.equal(await press(noora, '/count'), 303);
  assert.match(await words(noora), /Pidetty 8 perhettä, 19 henkeä/);
  await house.turn('2027-06-06T12:00');
  assert.match(await words(await own('Sini')), /koodi/i);
  await noora.goto(day);
  assert.match(await words(noora), /Lista on hävinnyt\. Luvut jäivät\./);
  assert.doesNotMatch(await noora.content(), /opastaulu/);
  assert.equal((await noora.goto(day + '/list')).status(), 404);
});
