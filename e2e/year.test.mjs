// A coordinator's year, in one browser (issue 6, done when): a new round of asking partners, answers that come in, closing it, results, words that two read, and the year's report with
// numbers, an estimate and a quotation, finished, numbered and taken out in three formats.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { send, submit, words } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2026-12-31T23:55', days: 2 }); });
afterEach(() => house.settle());
after(() => house.close());

/** unpacked are the texts of a spreadsheet's parts, read by its central directory. */
function unpacked(file) {
  const out = [];
  let at = file.readUInt32LE(file.lastIndexOf(Buffer.from('PK\x05\x06')) + 16);
  while (file.readUInt32LE(at) === 0x02014b50) {
    const [method, size, name, extra, comment, local] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 20), file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32), file.readUInt32LE(at + 42)];
    const data = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const packed = file.subarray(data, data + size);
    out.push((method === 8 ? inflateRawSync(packed) : packed).toString('utf8'));
    at += 46 + name + extra + comment;
  }
  return out.join('\n');
}

/** take is a file of the report as it is saved. */
async function take(page, format) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`button[name=format][value=${format}]`).click()]);
  return readFileSync(await file.path());
}

test('from a new round to the finished report, without leaving the browser', async () => {
  const marja = await house.staff('coordinator');
  await marja.goto(house.address + '/feedback');
  const asked = marja.locator('form[action="/feedback/round"] select[name=form]');
  if (await asked.count()) await asked.selectOption(await asked.locator('option').evaluateAll((all) => all.find((o) => o.value.endsWith('/partner')).value));
  await marja.locator('form[action="/feedback/round"] input[name=last]').fill('2027-01-10');
  await marja.locator('form[action="/feedback/round"] button').click();
  await marja.waitForURL('**/feedback/round');
  const address = (await marja.locator('.code-long').textContent()).trim();
  const partner = await house.visitor({ scripts: false });
  await partner.goto(house.address + address.slice(address.indexOf('/')));
  const right = await partner.locator('input[name=right]').first().inputValue();
  for (const name of ['a1', 'a2', 'a3']) await partner.locator(`input[name=${name}][value="1"]`).check();
  await submit(partner, partner.locator('main button[value=send]').last());
  assert.match(await words(partner), /Kiitos/);
  for (let i = 0; i < 11; i++) {
    const said = await send(marja, '/answer/send', { right, step: 'send', a1: '1', a2: i < 9 ? '1' : '2', a3: '1' });
    assert.match(said.text, /Kiitos/);
  }

  // Ten adults answer on slips, one in words that may be quoted.
  await marja.goto(house.address + '/feedback');
  const adult = await marja.locator('select[name=form] option').evaluateAll((all) => all.find((o) => o.value.endsWith('/adult')).value);
  await marja.locator('select[name=form]').first().selectOption(adult);
  await marja.locator('input[name=kind][value=slip]').check();
  await marja.locator('input[name=n]').fill('10');
  await marja.locator('form[action="/feedback/give"] button').click();
  await marja.waitForURL('**/feedback/give');
  for (const [i, code] of (await marja.locator('.slip .code').allTextContents()).entries()) {
    const own = i ? {} : { words: 'Noora kuunteli minua rauhassa', quote: 'yes' };
    assert.match((await send(marja, '/answer/send', { right: code, step: 'send', a1: '5', a2: i < 8 ? '4' : '2', a3: '4', ...own })).text, /Kiitos/);
  }
  await marja.goto(house.address + '/feedback');
  await marja.locator('form[action="/feedback/close"] button').first().click();
  await marja.waitForURL('**/feedback?done=closed');

  // The year is over: its results, and words that two read.
  await house.turn('2027-01-01T00:01');
  await marja.goto(house.address + '/results?year=2026');
  await marja.locator('summary', { hasText: 'yhteistyökumppanit' }).click();
  assert.match(await words(marja), /2026: 12 vastausta/);
  assert.match(await words(marja), /83 %/);
  const noora = await house.staff('worker', { width: 360 });
  await noora.goto(house.address + '/quotes');
  await noora.locator('a[href^="/quotes/"]').click();
  await noora.locator('label', { hasText: 'Noora' }).click();
  assert.deepEqual(await look(noora, 'words to be read'), []);
  await noora.locator('main form button', { hasText: 'Katso' }).click();
  await noora.locator('button', { hasText: 'Hyväksyn' }).click();
  await noora.waitForURL('**/quotes?done=read');
  await marja.goto(house.address + '/report?year=2026');
  await marja.locator('#quotes ~ a, .section:has(#quotes) a').first().click();
  await marja.locator('a[href^="/quotes/"]').click();
  assert.doesNotMatch(await words(marja), /Noora kuunteli/);
  await marja.locator('main form button', { hasText: 'Katso' }).click();
  await marja.locator('button', { hasText: 'Hyväksyn' }).click();
  await marja.waitForURL('**/quotes?done=agreed');
  await marja.locator('a[href^="/report?"]').click();

  // The report: a quotation, an estimate, finished and numbered.
  await marja.goto(house.address + '/report?year=2026');
  await marja.locator('form[action="/report/quote"] button').click();
  await marja.waitForURL('**/report?*done=quoted*');
  await marja.locator('summary', { hasText: 'Lisää arvio tai otos' }).click();
  await marja.locator('input[name=name]').fill('Luentojen kuulijoita');
  await marja.locator('form[action="/report/extra"] input[name=number]').fill('140');
  await marja.locator('form[action="/report/extra"] button[type=submit]').click();
  await marja.waitForURL('**/report?*done=added');
  assert.deepEqual(await look(marja, 'the report'), []);
  await marja.locator('form[action="/report/finish"] button').click();
  await marja.waitForURL('**/report?*done=finished');
  await marja.locator('a[href^="/report/made/"]').first().click();
  const said = await words(marja);
  for (const want of ['Raportti nro 1', '83 % (n = 12)', '80 % (n = 10)', 'Luentojen kuulijoita', 'Arvio', '”… kuunteli minua rauhassa”']) assert.ok(said.includes(want), `the report has no ${want}`);
  const csv = (await take(marja, 'csv')).toString('utf8');
  for (const want of [';83 %;12;2026;AK-202 Turvaverkko;', 'Luentojen kuulijoita;140;', '”… kuunteli minua rauhassa”']) assert.ok(csv.includes(want), `the CSV has no ${want}`);
  const sheet = unpacked(await take(marja, 'xlsx'));
  for (const want of ['Luentojen kuulijoita', '… kuunteli minua rauhassa', 'AK-202 Turvaverkko']) assert.ok(sheet.includes(want), `the XLSX has no ${want}`);
  const pdf = await take(marja, 'pdf');
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  assert.ok(pdf.lastIndexOf('%%EOF') > pdf.length - 16 && pdf.length > 4_000, 'the PDF is not whole');
  assert.doesNotMatch(csv + sheet, /Noora/);
});
