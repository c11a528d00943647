// Feedback at the end: a slip of paper answered on a library's computer without scripts, a child's form with pictures on a tablet in the
// room, where Back shows nothing, and words that stay only with a yes. Nothing of it is in an address. What people would like, said on
// a slip, a tablet and the web, becomes proposals that a coordinator reads together.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { submit, words } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-03-20T12:00', days: 4 }); });
afterEach(() => house.settle());
after(() => house.close());

/** hand makes codes for a form, as Noora or another worker does it, and gives them. */
async function hand(form, kind, n, options = {}, who = 'worker') {
  const page = await house.staff(who, options);
  await page.goto(house.address + '/feedback');
  const value = await page.locator('select[name=form] option').evaluateAll((all, end) => all.find((o) => o.value.endsWith(end)).value, '/' + form);
  await page.locator('select[name=form]').selectOption(value);
  await page.locator(`input[name=kind][value=${kind}]`).check();
  await page.locator('input[name=n]').fill(String(n));
  await page.locator('form[action="/feedback/give"] button').click();
  await page.waitForURL('**/feedback/give');
  return page.locator('.slip .code').allTextContents();
}

/** type types a code where answers are given. */
async function type(page, code) {
  await page.goto(house.address + '/answer');
  await page.locator('input[name=code]').fill(code);
  await submit(page, page.locator('main form button'));
}

/** round opens a round of asking as a coordinator does and gives its address. */
async function round(page, form) {
  await page.goto(house.address + '/feedback');
  const asked = page.locator('form[action="/feedback/round"] select[name=form]');
  await asked.selectOption(await asked.locator('option').evaluateAll((all, end) => all.find((o) => o.value.endsWith(end)).value, '/' + form));
  await page.locator('form[action="/feedback/round"] input[name=last]').fill('2027-04-10');
  await submit(page, page.locator('form[action="/feedback/round"] button'));
  const address = (await page.locator('.code-long').textContent()).trim();
  return house.address + address.slice(address.indexOf('/'));
}

const send = async (page) => {
  await submit(page, page.locator('main button[value=send]').last());
};

test('a slip is answered once, on any computer and without scripts (A-18)', async () => {
  const [code, ...rest] = await hand('adult', 'slip', 12, { scripts: false });
  assert.equal(rest.length, 11);
  const page = await house.visitor({ scripts: false, width: 360 });
  await type(page, code.toLowerCase().replaceAll('-', ' '));
  assert.doesNotMatch(await page.title(), /miten|väkival/i);
  await page.locator('input[name=a1][value="4"]').check();
  await page.locator('input[name=a3][value="4"]').check();
  await page.locator('textarea[name=words]').fill('Sain puhua rauhassa.');
  await send(page);
  assert.match(await words(page, '.summary'), /kysymykseen 2/);
  assert.ok(await page.locator('input[name=a1][value="4"]').isChecked(), 'what was chosen is gone');
  assert.equal(await page.locator('textarea[name=words]').inputValue(), 'Sain puhua rauhassa.');
  await page.locator('input[name=a2][value="5"]').check();
  await send(page);
  assert.match(await words(page), /Kiitos/);
  assert.match(await words(page), /ei säilytetty/, 'it does not say that the words were dropped');
  assert.ok(!page.url().includes(code), page.url());
  await type(page, code);
  assert.match(await words(page, '.summary'), /Koodilla ei voi vastata/);
});

test('a child answers on a tablet in the room, and Back shows nothing (A-18, D-121)', async () => {
  const [code] = await hand('child', 'room', 3);
  const tablet = await house.visitor({ width: 768 });
  await type(tablet, code);
  assert.equal(await tablet.locator('input[type=radio]').count(), 0, 'the page that waits shows a form');
  await tablet.locator('form[action$="/answer/start"] button').click();
  await tablet.locator('.face').first().waitFor();
  assert.deepEqual(await look(tablet, 'the child form'), []);
  await tablet.locator('input[name=a1][value="4"]').check();
  await send(tablet);
  assert.match(await words(tablet), /Kiitos/);
  await tablet.goBack();
  assert.equal(await tablet.locator('input[type=radio]:checked').count(), 0, 'Back shows what was answered');
  assert.equal(await tablet.locator('.face').count(), 0, 'Back shows the form');
  assert.match(tablet.url(), /\/answer$/);
  await type(tablet, code);
  await tablet.locator('form[action$="/answer/start"] button').click();
  await tablet.locator('.face').first().waitFor();
  assert.equal(await tablet.locator('input[type=radio]:checked').count(), 0, 'the next child reads the one before');
  await tablet.locator('input[name=a1][value="2"]').check();
  await tablet.evaluate(() => document.querySelector('[data-untouched]').submit());
  await tablet.locator('form[action$="/answer/start"]').waitFor();
  await tablet.goBack();
  assert.equal(await tablet.locator('input[type=radio]:checked').count(), 0, 'Back shows what was half answered');
});

test('the pages hold on a telephone, in three languages and in easy language', async () => {
  const codes = await hand('adult', 'slip', 3);
  const page = await house.visitor({ width: 360 });
  for (const [i, lang] of ['', '/sv', '/en'].entries()) {
    await page.goto(`${house.address}${lang}/answer`);
    assert.deepEqual(await look(page, `${lang}/answer`), []);
    await page.locator('input[name=code]').fill(codes[i]);
    await submit(page, page.locator('main form button'));
    await page.locator('input[name=a1][value="3"]').check();
    await submit(page, page.locator('button[value=easy]'));
    assert.ok(await page.locator('input[name=a1][value="3"]').isChecked(), 'another language of the form forgets the answers');
    assert.deepEqual(await look(page, `${lang} form`), []);
  }
});

test('a coordinator opens a round, partners answer by its address, and workers answer their own', async () => {
  const page = await house.staff('coordinator');
  await page.goto(house.address + '/feedback');
  assert.deepEqual(await look(page, 'feedback'), []);
  const address = await round(page, 'partner');
  const partner = await house.visitor({ scripts: false });
  await partner.goto(address);
  await partner.locator('input[name=a1][value="1"]').check();
  await partner.locator('input[name=a2][value="1"]').check();
  await partner.locator('input[name=a3][value="1"]').check();
  await send(partner);
  assert.match(await words(partner), /Kiitos/);
  const worker = await house.staff('worker-2');
  await worker.goto(house.address + '/feedback');
  const own = worker.locator('form[action="/feedback/own"] button').first();
  await own.click();
  await worker.locator('input[name=a1]').first().waitFor();
  await worker.goto(house.address + '/feedback');
  assert.match(await words(worker), /Olet avannut/);
});

test('wishes come by a slip, a tablet and an address; five are read together, one is shown, one goes (R-206, R-207, decision 0071)', async () => {
  const wishes = ['Melontaa', 'Lautapelejä', 'Kuorolaulua', 'Frisbeegolfia', 'Naapurin Sepolle seuraa'];
  const answer = async (page, wish) => {
    await page.locator('input[name=a1][value="1"]').check();
    await page.locator('input[name=a2][value="1"]').check();
    await page.locator('input[name=suggestion]').fill(wish);
    await send(page);
    assert.match(await words(page), /Kiitos.*luetaan yhdessä muiden kanssa/);
  };
  const sari = await house.staff('coordinator-2');
  const seen = async () => {
    await sari.goto(house.address + '/ideas');
    return (await sari.locator('main h3').allInnerTexts()).filter((t) => wishes.includes(t)).sort();
  };
  const address = await round(sari, 'guest');
  const phone = await house.visitor({ scripts: false, width: 360 });
  await phone.goto(address);
  assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= 360), 'the survey is wider than a telephone');
  await answer(phone, wishes[0]);
  const [slip] = await hand('guest', 'slip', 1, {}, 'worker-3');
  await type(phone, slip);
  await answer(phone, wishes[1]);
  const [code] = await hand('guest', 'room', 3, {}, 'worker-3');
  const tablet = await house.visitor({ width: 768 });
  await type(tablet, code);
  for (const wish of wishes.slice(2, 4)) {
    await submit(tablet, tablet.locator('form[action$="/answer/start"] button'));
    assert.equal(await tablet.locator('input[name=suggestion]').inputValue(), '', 'the next one reads the wish before');
    await answer(tablet, wish);
    await submit(tablet, tablet.locator('form[action$="/answer/wait"] button'));
  }
  await tablet.goBack();
  assert.equal(await tablet.locator('input[name=suggestion]').count(), 0, 'Back shows the wish');
  assert.deepEqual(await seen(), [], 'four are read while a fifth may come');
  await phone.goto(address);
  await answer(phone, wishes[4]);
  assert.deepEqual(await seen(), wishes.toSorted());
  assert.deepEqual(await look(sari, 'ideas'), []);
  const card = (wish) => sari.locator('main .card', { has: sari.locator('h3', { hasText: wish }) });
  await submit(sari, card('Melontaa').locator('form[action$="/look"] button'));
  const gone = card('Sepolle').locator('details', { has: sari.locator('form[action$="/drop"]') });
  await gone.locator('summary').click();
  await submit(sari, gone.locator('button'));
  assert.deepEqual(await seen(), wishes.slice(0, 4).toSorted());
  await phone.goto(house.address + '/services/sakki');
  assert.match(await words(phone), /Melontaa\s+Harkitaan/);
  assert.doesNotMatch(await words(phone), /Sepolle|Kuorolaulua/, 'what nobody has looked at is shown');
});
