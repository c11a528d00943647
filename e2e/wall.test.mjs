// the same worker booked for both parties, in Oulu. Outi has Anna's individual visits; Leena, who may know of walls,
// books Outi for Kari, and so does Hanna, who may not. An exception takes two people and stands in the month's list by number.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { languages, look } from './look.mjs';
import { codeOn, enter, own, speak, words } from './steps.mjs';

const [leena, marja, outi, hanna] = ['coordinator-3', 'coordinator', 'worker-6', 'worker-4'];
const his = '040 555 0202';
let house, anna, kari, ville;
before(async () => {
  house = await open({ now: '2027-01-11T09:00', days: 1 });
  const page = await house.staff(leena); // Oulu begins to meet adults one by one, at an office of its own
  await page.goto(house.address + '/unit');
  await page.locator('a[href$="/places/new"]').click();
  for (const lang of ['fi', 'sv', 'en']) await page.locator(`input[name=name-${lang}]`).fill('Isokatu');
  await page.locator('input[name=address]').fill('Isokatu 4');
  await page.locator('form[action*="/places/"] button').last().click();
  await page.goto(house.address + '/unit');
  const offers = page.locator('details', { has: page.locator('form[action$="/offers"]') });
  if (!(await offers.evaluate((d) => d.open))) await offers.locator('summary').click();
  await page.locator('select[name=model]').selectOption('turvaverkko-adult');
  await page.locator('input[name=slug]').fill('oulun-tuki');
  await page.locator('form[action$="/offers"] button').click();
  await page.locator('a[href="/services/oulun-tuki"]').waitFor();
  await house.settle();
});
afterEach(() => house.settle());
after(() => house.close());

/** hears takes a call in, with a number to call back, and gives the code and the contact's address. */
async function hears(page, number = '') {
  await page.goto(house.address + '/requests/new');
  const service = page.locator('main nav a', { hasText: /tukea arkeen/i });
  if (await service.count()) await service.first().click(); // Oulu has other services too
  await page.locator('input[name=channel][value=telephone]').check();
  if (number) {
    await page.locator('input[name=reach][value=call]').check();
    const how = page.locator('details', { has: page.locator('input[name=address]') });
    if (!(await how.evaluate((d) => d.open))) await how.locator('summary').click();
    await page.locator('input[name=address]').fill(number);
  }
  await page.locator('form[action="/requests/new"] button[type=submit]').last().click();
  return { code: await codeOn(page), address: house.address + (await page.locator('main a[href^="/requests/"]').first().getAttribute('href')) };
}

/** until asks again until it is so: what a job does comes a moment after the answer. */
async function until(so) {
  for (let i = 0; i < 100; i++) {
    if (await so()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail('it never came to be');
}

/** times are the days and clocks that a client's page offers. */
async function offered(client) {
  const page = await house.visitor();
  await enter(house, page, client.code);
  const said = await words(page);
  return { page, n: await page.locator('form[action$="/code/pick"] input[name=slot]').count(), said };
}

const plain = (address) => address.replace('?kept=1', '');

test('A-08 Outi has Anna; Leena and Hanna have Kari; Outi tells of the other party’s number', async () => {
  const coordinator = await house.staff(leena);
  kari = await hears(coordinator, his);
  await coordinator.goto(kari.address);
  assert.equal(await own(coordinator, { day: '2027-01-13', clock: '10:00', who: 'Outi K.' }), 'done');
  assert.equal(await own(coordinator, { day: '2027-01-14', clock: '10:00', who: 'Hanna V.' }), 'done');
  ville = await hears(coordinator, '040 555 0303'); // the same of somebody who has no other side
  await coordinator.goto(ville.address);
  assert.equal(await own(coordinator, { day: '2027-01-13', clock: '10:00', who: 'Mikko R.' }), 'done');
  assert.equal(await own(coordinator, { day: '2027-01-14', clock: '12:00', who: 'Hanna V.' }), 'done');
  assert.deepEqual([(await offered(kari)).n, (await offered(ville)).n], [2, 2]);

  const worker = await house.staff(outi);
  anna = await hears(worker);
  await worker.goto(anna.address);
  assert.equal(await own(worker, { day: '2027-01-15', clock: '09:00', who: 'Outi K.', act: 'book' }), 'done');
  anna.address = worker.url();
  await worker.goto(anna.address + '/wall');
  const mark = worker.locator('form[action$="/wall/mark"]');
  await mark.locator('input[name=phone]').fill(his);
  await mark.locator('button').click();
  await worker.locator('[role=status]').first().waitFor();
  const answer = await words(worker);
  assert.ok(!/Kari|löytyi|osapuoli on/.test(answer), answer);
  await until(async () => (await worker.goto(plain(kari.address))).status() === 404);
});

test('A-08 Leena reads of a conflict of parties, Hanna of a full calendar, and Kari of nothing', async () => {
  const coordinator = await house.staff(leena);
  await coordinator.goto(plain(kari.address));
  const told = await own(coordinator, { day: '2027-01-12', clock: '13:00', who: 'Outi K.', act: 'book' });
  assert.match(told, /^409: .*Osapuolten ristiriita: valitse toinen työntekijä\./);
  assert.equal(await coordinator.locator('#times-part input[name=day]').inputValue(), '2027-01-12', 'what was typed is gone');

  const worker = await house.staff(hanna);
  const refused = async (client, who) => {
    await worker.goto(plain(client.address));
    return own(worker, { day: '2027-01-12', clock: '13:00', who, act: 'book' });
  };
  const busy = await hears(worker);
  await worker.goto(busy.address);
  assert.equal(await own(worker, { day: '2027-01-12', clock: '13:00', who: 'Mikko R.', act: 'book' }), 'done');
  const wall = await refused(kari, 'Outi K.');
  assert.equal(wall, await refused(ville, 'Mikko R.'), 'a wall reads like a full calendar');
  assert.match(wall, /^409: .*Ei onnistu: työntekijä tai paikka ei ole vapaa\./);
  assert.ok(!/ristiriita|suoja/i.test(await words(worker, '#times-part')));

  await worker.goto(busy.address); // and Mikko's time that Ville was offered goes to somebody else
  const more = await hears(worker);
  await worker.goto(more.address);
  assert.equal(await own(worker, { day: '2027-01-13', clock: '10:00', who: 'Mikko R.', act: 'book' }), 'done');
  const [of, like] = [await offered(kari), await offered(ville)];
  assert.equal(of.n, 1, 'Outi’s time is still offered to Kari');
  const timeless = (s) => s.replace(/klo \d+\.\d+/g, '').replaceAll('Hanna V.', '');
  assert.equal(timeless(of.said), timeless(like.said), 'Kari’s page is that of any client whose time was taken');
});

test('A-08 an exception takes a second person and stands in the month’s list by number', async () => {
  const coordinator = await house.staff(leena);
  await coordinator.goto(plain(kari.address) + '/wall');
  const ask = coordinator.locator('form[action$="/wall/ask"]');
  await ask.locator('select[name=who]').selectOption({ label: 'Outi K.' });
  await ask.locator('input[name=last-day]').fill('2027-01-31');
  await ask.locator('button').click();
  await coordinator.waitForURL('**/wall?done=asked');
  await coordinator.goto(plain(kari.address));
  assert.match(await own(coordinator, { day: '2027-01-12', clock: '13:00', who: 'Outi K.', act: 'book' }), /ristiriita/, 'an exception that was only asked for');
  await coordinator.goto(house.address + '/walls');
  const row = 'tbody tr';
  assert.equal(await coordinator.locator(row).count(), 1);
  assert.equal(await coordinator.locator('button:has-text("Hyväksy")').count(), 0, 'who asked may approve');
  const number = (await coordinator.locator(`${row} td, ${row} th`).first().innerText()).trim();
  assert.match(number, /^\d{5}$/);

  const second = await house.staff(marja);
  await second.goto(house.address + '/walls');
  assert.match(await words(second, row), new RegExp(number));
  await second.locator(`${row} button:has-text("Hyväksy")`).click();
  await second.waitForURL('**/walls?done=approved');
  assert.match(await words(second, row), new RegExp(`${number}.*voimassa.*31\\.1\\.2027`));
  assert.ok(!/Anna|Kari|Outi|Leena|Hanna/.test(await words(second)), 'the list names somebody');

  await coordinator.goto(plain(kari.address));
  assert.equal(await own(coordinator, { day: '2027-01-12', clock: '13:00', who: 'Outi K.', act: 'book' }), 'done');
  const worker = await house.staff(outi);
  await worker.goto(house.address + '/calendar');
  assert.equal(await worker.locator('main a[href^="/episodes/"]').count(), 2, 'Outi meets both until the last day');
  kari.address = coordinator.url().replace(/[?#].*/, '');
  await house.turn('2027-02-01T12:00');
  assert.equal((await worker.goto(kari.address)).status(), 404, 'the exception holds after its last day');
  await worker.goto(anna.address);
  await coordinator.goto(house.address + '/walls?month=2027-01');
  assert.match(await words(coordinator, row), new RegExp(`${number}.*päättynyt`));
});

test('a call of the other side: nothing is lost, and another worker goes on', async () => {
  const worker = await house.staff(outi);
  const again = await hears(worker, his); // Kari, a second time
  await until(async () => {
    const coordinator = await house.staff(leena);
    return (await coordinator.goto(plain(again.address))).status() === 200;
  });
  assert.equal((await worker.goto(again.address)).status(), 404);
  assert.match(await words(worker), /Toinen työntekijä jatkaa tästä.*Mitään ei kadonnut.*Valitse asiakkaalle toinen työntekijä/);
  const client = await house.visitor();
  await enter(house, client, again.code);
});

test('the pages of walls are accessible, in three languages', async () => {
  const found = [];
  for (const lang of languages) {
    const coordinator = await house.staff(leena);
    await speak(house, coordinator, lang);
    for (const path of ['/walls', '/walls?month=2027-01', '/apart', kari.address.replace(house.address, '') + '/wall', '/requests/00000000-0000-4000-8000-000000000000?kept=1']) {
      await coordinator.goto(house.address + path);
      assert.equal(await coordinator.locator('html').getAttribute('lang'), lang, path);
      found.push(...(await look(coordinator, path.replace(/[0-9a-f-]{36}/g, '…'))));
    }
    await coordinator.goto(house.address + '/apart');
    await coordinator.locator('input[name=one]').fill('1234');
    await coordinator.locator('form[action="/apart"] button').click();
    await coordinator.locator('.summary').waitFor();
    assert.equal(await coordinator.locator('input[name=one]').inputValue(), '1234');
    found.push(...(await look(coordinator, 'who do not come together, with mistakes')));
    const worker = await house.staff(outi);
    await speak(house, worker, lang);
    await worker.goto(anna.address + '/wall');
    await worker.locator('form[action$="/wall/mark"] button').click();
    await worker.locator('.summary').waitFor();
    found.push(...(await look(worker, 'telling of the other party, with mistakes')));
  }
  assert.deepEqual(found, []);
});
