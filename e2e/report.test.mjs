// What may leave: three parents answer in one quarter and four in the next; the half-year is seven, and neither quarter is told, on the page and in the file. And the
// year's report: figures that open to their recipe and are copied, a funder's fields, a finished report that is read again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { submit, words } from './steps.mjs';

const few = 'Alle 5 vastausta – näytetään, kun niitä on tarpeeksi.';
let house;
before(async () => { house = await open({ now: '2027-03-20T12:00', days: 3 }); });
afterEach(() => house.settle());
after(() => house.close());

/** slips are codes of the parents' form, as Noora gives them; they are good for months. */
async function slips() {
  const page = await house.staff('worker');
  await page.goto(house.address + '/feedback');
  const value = await page.locator('select[name=form] option').evaluateAll((all) => all.find((o) => o.value.endsWith('/parent')).value);
  await page.locator('select[name=form]').selectOption(value);
  await page.locator('input[name=kind][value=slip]').check();
  await page.locator('input[name=n]').fill('7');
  const last = page.locator('select[name=last]');
  await last.selectOption(await last.locator('option').last().getAttribute('value'));
  await page.locator('form[action="/feedback/give"] button').click();
  await page.waitForURL('**/feedback/give');
  return page.locator('.slip .code').allTextContents();
}

/** satisfied answers the parents' form: the best answer to every question. */
async function satisfied(page, code) {
  await page.goto(house.address + '/answer');
  await page.locator('input[name=code]').fill(code);
  await page.locator('main form button').click();
  await page.locator('input[type=radio]').first().waitFor();
  const names = new Set(await page.locator('input[type=radio]').evaluateAll((all) => all.map((r) => r.name)));
  for (const name of names) await page.locator(`input[name="${name}"]`).last().check();
  await submit(page, page.locator('main button[value=send]').last());
  assert.match(await words(page), /Kiitos/);
}

/** row is what the page says beside a period in the parents' table. */
const row = async (page, period) => (await page.locator('section:has(h2:text-is("Tukea lapselle: vanhemmat")) tr', { hasText: period }).first().innerText()).replace(/\s+/g, ' ');

test('only three answered, then seven; what would tell of three stays hidden (A-19)', async () => {
  const codes = await slips();
  const parent = await house.visitor({ scripts: false });
  for (const code of codes.slice(0, 3)) await satisfied(parent, code);
  await house.turn('2027-05-11T12:00');
  for (const code of codes.slice(3)) await satisfied(parent, code);
  await house.turn('2027-07-02T12:00');
  const marja = await house.staff('coordinator', { width: 360 });
  await marja.goto(house.address + '/results?year=2027&all=1');
  assert.deepEqual(await look(marja, 'the results'), []);
  assert.match(await row(marja, '1.1.2027–30.6.2027'), / 7/);
  for (const quarter of ['1.1.2027–31.3.2027', '1.4.2027–30.6.2027']) {
    const said = await row(marja, quarter);
    assert.ok(said.includes(few), said);
    assert.doesNotMatch(said.replaceAll(few, '').replace(/\d+\.\d+\.\d{4}/g, ''), /[0-9%]/, said);
  }
  assert.doesNotMatch(await words(marja), /100 %/, 'all were satisfied, it says');
  const [file] = await Promise.all([marja.waitForEvent('download'), marja.locator('button[name=format][value=csv]').click()]);
  const csv = readFileSync(await file.path(), 'utf8');
  assert.ok(csv.includes(`1.1.2027–31.3.2027;;;;${few}`), csv);
  assert.ok(csv.includes('1.1.2027–30.6.2027;Vastauksia;;7;'), csv);

  // The year's report of the same grant object, and nothing of another's.
  await marja.goto(house.address + '/report?year=2026');
  assert.match(await words(marja), /AK-202 Turvaverkko/);
  assert.doesNotMatch(await words(marja), /AK-101|AK-303/);
  assert.deepEqual(await look(marja, 'the report'), []);
  await marja.reload(); // looking has opened what is folded
  const one = marja.locator('tr', { hasText: 'Tapaamisia' }).first();
  await one.locator('summary').click();
  assert.match(await one.innerText(), /Kuukaudet: 1\.1\.2026–31\.12\.2026/);
  await one.locator('[data-copy]').first().click();
  await marja.locator('a[href^="/report/fields"]').click();
  await marja.locator('input[name=name]').first().fill('Tapaamisten määrä');
  await marja.locator('select[name=figure]').first().selectOption('meetings');
  await marja.locator('form[action="/report/fields"] button[type=submit]').click();
  await marja.waitForURL('**/report?*done=fields');
  assert.match(await words(marja), /Tapaamisten määrä/);
  await marja.locator('form[action="/report/finish"] button').click();
  await marja.waitForURL('**/report?*done=finished');
  await marja.locator('a[href^="/report/made/"]').first().click();
  assert.match(await words(marja), /Raportti nro 1/);
  assert.deepEqual(await look(marja, 'a finished report'), []);
});
