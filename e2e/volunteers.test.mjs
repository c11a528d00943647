// A volunteer's year on a telephone: what the year lacks, signing up, a break that leaves nothing, a worker at one press,
// the copy and the certificate, stopping. And the coordinator's side of each.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look, visit } from './look.mjs';
import { codeOn, send, words } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-05-20T12:00', days: 30 }); });
afterEach(() => house.settle());
after(() => house.close());

const shots = process.env.VOLUNTEERS_SHOTS; // a folder for pictures to look at

async function shot(page, name) {
  if (!shots) return;
  for (const [width, colorScheme] of [[360, 'light'], [768, 'light'], [1280, 'light'], [360, 'dark']]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, fullPage: true });
  }
}

const regional = (page) => page.locator('tbody tr').first().locator('.tag').innerText();

/** pekka opens the coordinator's page of the volunteer. */
async function pekka(page) {
  await page.goto(house.address + '/volunteers');
  await page.locator('tr', { hasText: 'Pekka' }).locator('a').click();
  await page.waitForURL('**/volunteers/*');
}

test('the year shows what is missing, and what is planned reaches the volunteer', async () => {
  const sari = await house.staff('coordinator-2');
  await visit(sari, house.address + '/trainings?year=2027');
  const had = Number((await regional(sari)).split('/')[0]);
  assert.match(await words(sari), /puuttuu tältä vuodelta/);
  await sari.locator('select[name=item]').selectOption('regional-meeting');
  await sari.locator('input[name=day]').fill('2027-06-12');
  await sari.locator('input[name=clock]').fill('12:00');
  await sari.locator('input[name=place]').fill('Kaupungintalo');
  await sari.locator('form[action="/trainings"] button').click();
  await sari.waitForURL('**done=planned');
  assert.equal(await regional(sari), `${had + 1}/2`);
  assert.deepEqual(await look(sari, 'the year'), []);

  const man = await house.staff('volunteer', { width: 360 });
  await visit(man, house.address + '/mine/year');
  const card = man.locator('section.card', { hasText: 'Kaupungintalo' });
  assert.equal(await card.locator('input[value=remote]').count(), 0, 'a regional meeting is held in one place');
  await card.locator('form[action^="/mine/year/"] button').first().click();
  await man.waitForURL('**done=signed-up');
  assert.deepEqual(await look(man, 'my year'), []);
  await man.goto(house.address + '/mine');
  assert.match(await words(man), /Kaupungintalo/);
});

test('A-22 a volunteer is asked, says yes and leads from their own pages, which name nobody', async () => {
  const sari = await house.staff('coordinator-2');
  await sari.goto(house.address + '/groups');
  await sari.locator('a[href^="/circles/"]', { hasText: 'Avaa' }).first().click();
  await sari.waitForURL(/circles\/[0-9a-f-]{36}$/);
  await shot(sari, 'ask');
  assert.deepEqual(await look(sari, 'asking a volunteer'), []);
  await sari.locator('tr', { hasText: 'Pekka M.' }).locator('form[action$="/ask"] button').click();
  await sari.waitForURL('**done=asked');
  const man = await house.staff('volunteer', { width: 360 });
  await man.goto(house.address + '/mine');
  await shot(man, 'mine-asked');
  await man.locator('form[action$="/0/yes"] button').click();
  await man.waitForURL('**done=yes');
  await shot(man, 'mine-group');
  assert.deepEqual(await look(man, 'my group'), []);
  await man.locator('tbody tr').last().locator('a').click();
  await man.waitForURL(/groups\/[^/]+\/\d+$/);
  await shot(man, 'mine-meeting');
  await man.locator('form[action$="/no"] button').click();
  await man.waitForURL('**done=away');
  assert.match(await words(man), /Etsitään sijaista/);
  await sari.goto(house.address + '/desk');
  assert.match(await words(sari), /Vetäjä puuttuu/);
  await man.goto(house.address + '/mine/ideas');
  await shot(man, 'mine-ideas');
  assert.deepEqual(await look(man, 'my proposals'), []);
});

test('one press reaches a worker, and the page says who has seen it', async () => {
  const man = await house.staff('volunteer', { width: 360 });
  await visit(man, house.address + '/mine');
  await man.locator('form[action="/mine/call"]').first().locator('button').click();
  await man.waitForURL('**done=called');
  assert.match(await words(man), /Kukaan ei ole vielä vastannut\. Kysytty: Sari P\., klo 12\.00/);
  const sari = await house.staff('coordinator-2');
  await visit(sari, house.address + '/desk');
  assert.match(await words(sari, '#calls'), /Pekka M\. tarvitsee työntekijän nyt/);
  await sari.locator('form[action$="/see"] button').click();
  await sari.waitForURL('**/desk#calls');
  await man.locator('.notice.good [data-state]', { hasText: 'Sari P. on nähnyt pyynnön' }).waitFor(); // by itself: nobody pressed anything
  await shot(man, 'mine-call-seen');
  assert.deepEqual(await look(man, 'a call that was seen'), []);
  await man.goto(house.address + '/mine');
  assert.match(await words(man), /Sari P\. on nähnyt pyynnön/);
  await sari.locator('form[action$="/done"] button').click();
  await sari.waitForURL('**/desk#calls');
  await man.goto(house.address + '/mine');
  assert.doesNotMatch(await words(man), /Sari/);
});

test('what is kept can be taken along before anything ends', async () => {
  const man = await house.desk('volunteer', { width: 360 });
  const copy = await man.evaluate(async () => { const a = await fetch('/mine/copy'); return { status: a.status, text: await a.text() }; });
  assert.equal(copy.status, 200);
  assert.equal(JSON.parse(copy.text).data.name, 'Pekka M.');
  const paper = await man.evaluate(async () => { const a = await fetch('/mine/certificate'); return { type: a.headers.get('content-type'), head: (await a.text()).slice(0, 5) }; });
  assert.deepEqual(paper, { type: 'application/pdf', head: '%PDF-' });
  for (const path of ['/desk', '/episodes', '/volunteers', '/staff', '/requests/new']) {
    const there = await man.evaluate(async (p) => (await fetch(p)).status, path);
    assert.equal(there, 404, path);
  }
});

test('somebody applies without a life story, looks, and takes it back', async () => {
  const visitor = await house.visitor({ width: 360, scripts: false });
  await visitor.goto(house.address + '/help/mukaan');
  assert.equal(await visitor.locator('textarea').count(), 0);
  await visitor.locator('input[name=name]').fill('Tuomas');
  await visitor.locator('form[action$="/help/send"] button').click();
  assert.equal(await visitor.locator('input[name=name]').inputValue(), 'Tuomas', 'what was typed is still there');
  await visitor.locator('input[name=email]').fill('tuomas@example.org');
  await visitor.locator('input[name=tasks]').first().check();
  await visitor.locator('form[action$="/help/send"] button').click();
  const code = await codeOn(visitor);
  const sari = await house.staff('coordinator-2');
  await visit(sari, house.address + '/desk');
  assert.match(await words(sari), /Tuomas/);
  await visitor.goto(house.address + '/help/code');
  await visitor.locator('input[name=code]').fill(code);
  await visitor.locator('form[action$="/help/code"] button').click();
  await visitor.locator('form[action$="/help/withdraw"] button').click();
  assert.match(await words(visitor), /peruttu/);
  await visit(sari, house.address + '/desk');
  assert.doesNotMatch(await words(sari), /Tuomas/);
});

test('a break offers nothing, keeps what was learnt, and ends by one press (A-23)', async () => {
  const man = await house.staff('volunteer', { width: 360 });
  await visit(man, house.address + '/mine/own');
  assert.deepEqual(await look(man, 'my own'), []);
  await man.locator('input[name=from]').fill('2027-06-01');
  await man.locator('input[name=until]').fill('2027-08-31');
  await man.locator('form[action="/mine/break"] button').click();
  await man.waitForURL('**done=break');
  const sari = await house.staff('coordinator-2');
  await pekka(sari);
  const before = await words(sari);
  assert.match(before, /Voidaan tarjota tänään/);
  await house.turn('2027-06-01T12:00');
  await pekka(sari);
  assert.match(await words(sari), /Tauko on käynnissä/);
  assert.match(await words(sari), /Vertaisohjaajan koulutus/);
  await house.turn('2027-09-01T09:00');
  await man.goto(house.address + '/mine');
  assert.deepEqual(await look(man, 'after a break'), []);
  await man.locator('form[action="/mine/back"] button').click();
  await man.waitForURL('**done=back');
  await pekka(sari);
  assert.match(await words(sari), /Voidaan tarjota tänään/);
  assert.doesNotMatch(await words(sari), /tauko|tauolla/i);
});

test('who stops is gone on the set day, and nobody can be signed in as them', async () => {
  const man = await house.staff('volunteer', { width: 360 });
  await visit(man, house.address + '/mine/own');
  await man.locator('form[action="/mine/stop"] button').click();
  assert.match(await words(man, '.summary'), /varma/);
  await man.locator('input[name=sure]').check();
  await man.locator('form[action="/mine/stop"] button').click();
  await man.waitForURL('**done=stopped');
  assert.deepEqual(await look(man, 'stopped'), []);
  const refused = await send(man, '/mine/call', { kind: 'now' });
  assert.equal(refused.status, 409);
  await house.turn('2027-12-05T12:00');
  assert.equal((await man.goto(house.address + '/mine')).status(), 401);
  const sari = await house.staff('coordinator-2');
  await visit(sari, house.address + '/volunteers');
  assert.doesNotMatch(await words(sari), /Pekka/);
});
