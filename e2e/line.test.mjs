// An anonymous line on a telephone at a kitchen table: a call's ticks, and "I can't come" an hour before. Without
// scripts, 360 pixels wide; the coordinator sits at a desk.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { submit, words } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-09-14T12:00', days: 24 }); });
afterEach(() => house.settle());
after(() => house.close());

const men = { 'Pekka M.': 'volunteer', 'Ari L.': 'volunteer-2', 'Timo K.': 'volunteer-3' };
const own = async (name, options = {}) => {
  const page = await house.staff(men[name], { scripts: false, width: 360, ...options });
  await page.goto(house.address + '/shifts');
  return page;
};
const desk = (options) => house.staff('coordinator-2', options);

/** fit looks at somebody's page in a browser with scripts, which the looking needs. */
async function fit(who, path, where) {
  const page = await house.staff(who, { width: 360 });
  await page.goto(house.address + path);
  assert.deepEqual(await look(page, where), []);
}

/** press clicks the button of a form whose address ends so. */
async function press(page, end) {
  await submit(page, page.locator(`form[action$="${end}"] button`).first());
}

/** arrange opens an evening by the words of its row and leaves those on it who are named, each asked. */
async function arrange(page, row, answers, reserves) {
  await page.goto(house.address + '/line');
  await page.locator('tr', { hasText: row }).locator('a').first().click();
  await page.waitForURL('**/line/evenings/*');
  while (await page.locator('form[action$="/remove"]').count()) await press(page, '/remove');
  for (const [name, as] of [[answers, 'answer'], ...reserves.map((r) => [r, 'reserve'])]) {
    const form = page.locator('form[action$="/put"]');
    if (!(await form.isVisible())) await page.locator('details', { has: form }).locator('summary').click();
    const value = await form.locator('select[name=who] option', { hasText: name }).getAttribute('value');
    await form.locator('select[name=who]').selectOption(value);
    await form.locator(`input[name=as][value=${as}]`).check();
    await form.locator('input[name=asked]').check();
    await submit(page, form.locator('button'));
  }
  return new URL(page.url()).pathname;
}

/** of is the address of somebody's own step with an evening. */
const of = (evening, step) => `/shifts/${evening.split('/').at(-1)}/${step}`;

test('whoever would call reads when, what it costs, and where it shows', async () => {
  const page = await house.visitor({ scripts: false, width: 360 });
  await page.goto(house.address + '/services/iltalinja');
  const said = await words(page);
  assert.match(said, /seuraavan kerran ti 14\.9\. klo 18\.00/i);
  assert.match(said, /normaalin puhelumaksun/);
  assert.match(said, /voi näkyä puhelinlaskussasi/);
  assert.match(said, /torstai 16\.9\.2027 18\.00–20\.00/);
  const looking = await house.visitor({ width: 360 });
  await looking.goto(house.address + '/services/iltalinja');
  assert.deepEqual(await look(looking, 'the page of a line'), []);
});

let tuesday, thursday;
test('a call is ticked and nothing else; the last one is taken back once (A-20)', async () => {
  tuesday = await arrange(await desk({ scripts: false }), 'ti 14.9.', 'Pekka M.', []);
  await house.turn('2027-09-14T18:50');
  const page = await own('Pekka M.');
  await page.locator('a[href$="/call"]').click();
  const kinds = await page.locator('main form[action$="/call"] :is(input, select, textarea)').evaluateAll((all) => [...new Set(all.map((x) => x.type))].sort());
  assert.deepEqual(kinds, ['checkbox', 'hidden', 'radio'], 'a field for something else than a tick');
  const tick = async (length, themes, tips = []) => {
    await page.locator(`input[name=length][value=${length}]`).check();
    for (const t of themes) await page.locator(`input[name=themes][value=${t}]`).check();
    for (const t of tips) await page.locator(`input[name=tips][value=${t}]`).check();
    await press(page, '/call');
  };
  await tick('from-30-to-60', ['separation', 'loneliness'], ['separation-group', 'sakki']);
  assert.match(await words(page), /puhelu on merkitty/i);
  await press(page, '/back');
  assert.match(await words(page), /merkintä on peruttu/i);
  for (let i = 0; i < 6; i++) await tick('from-30-to-60', ['separation', 'loneliness']);
  await page.goto(house.address + tuesday + '/call');
  assert.match(await words(page), /merkitty 6 puhelua/i);
  const sari = await desk({ scripts: false });
  await sari.goto(house.address + tuesday);
  assert.match(await words(sari), /6 yhteydenottoa/);
  assert.match(await words(sari), /puheluista, ei soittajista/);
  await fit('volunteer', tuesday + '/call', 'the form after a call');
});

test('an hour before: no reason is asked, Pekka is asked and Timo is not, and the first yes has it (A-21)', async () => {
  thursday = await arrange(await desk({ scripts: false }), 'to 16.9.', 'Ari L.', ['Pekka M.']);
  await house.turn('2027-09-16T17:02');
  const ari = await own('Ari L.');
  assert.match(await words(ari), /syytä ei kysytä\. sijaista etsitään heti/i);
  await press(ari, of(thursday, 'decline'));
  assert.match(await words(ari), /kiitos, että kerroit/i);
  assert.equal(await ari.locator('main textarea, main input:not([type=hidden])').count(), 0, 'something is asked after declining');
  const sari = await desk({ scripts: false });
  await sari.goto(house.address + '/desk');
  assert.match(await words(sari), /to 16\.9\. klo 18\.00/);
  assert.match(await words(sari), /vastaaja puuttuu/i);
  const timo = await own('Timo K.');
  assert.doesNotMatch(await words(timo), /vastaaja puuttuu/i);
  const [one, two] = [await own('Pekka M.'), await own('Pekka M.', { another: true })];
  assert.match(await words(one), /pääsetkö sinä/i);
  await fit('volunteer', '/shifts', 'an evening that needs somebody');
  await Promise.all([press(one, of(thursday, 'take')), press(two, of(thursday, 'take'))]);
  assert.match(await words(one), /ilta on sinun/i);
  await sari.goto(house.address + '/line');
  assert.match(await sari.locator('tr', { hasText: 'to 16.9.' }).innerText(), /Pekka M\.[^]*Sovittu/i);
});

test('nobody says yes: the coordinator closes the evening, and the public page says so at once (A-21)', async () => {
  const pekka = await own('Pekka M.');
  await press(pekka, of(thursday, 'decline'));
  await house.turn('2027-09-16T17:45');
  const sari = await desk({ scripts: false });
  await sari.goto(house.address + '/desk');
  assert.match(await words(sari), /auki ilman vastaajaa/i);
  await fit('coordinator-2', '/desk', 'an evening without anybody');
  await press(sari, `${thursday}/close`);
  const page = await house.visitor({ scripts: false, width: 360 });
  await page.goto(house.address + '/services/iltalinja');
  assert.match(await words(page), /linja on tänä iltana suljettu/i);
  for (const path of ['/desk', '/line']) {
    await sari.goto(house.address + path);
    assert.doesNotMatch(await words(sari), /Ari L\.[^]{0,40}(kieltäyt|perui)/i);
  }
  await fit('coordinator-2', '/line', "the line's evenings");
});

test('wishes, and a proposal that says why', async () => {
  const ari = await own('Ari L.');
  await ari.goto(house.address + '/shifts/wishes');
  await ari.locator('input[name=most]').fill('12');
  await ari.locator('input[name=row]').check();
  await ari.locator('input[name=never][value="2"]').uncheck();
  await press(ari, '/shifts/wishes');
  assert.match(await words(ari), /toiveesi on tallennettu/i);
  await fit('volunteer-2', '/shifts/wishes', 'wishes');
  const sari = await desk({ scripts: false });
  await sari.goto(house.address + '/line');
  await sari.locator('tr', { hasText: 'ti 12.10.' }).locator('a').first().click();
  await sari.waitForURL('**/line/evenings/*');
  while (await sari.locator('form[action$="/remove"]').count()) await press(sari, '/remove');
  await sari.goto(house.address + '/line');
  await press(sari, '/propose');
  assert.match(await words(sari), /ehdotus on valmis/i);
  await press(sari, '/publish');
  assert.match(await words(sari), /ehdotus on julkaistu/i);
  await press(sari, '/propose');
  assert.match(await words(sari), /uutta ehdotettavaa ei ole/i);
});
