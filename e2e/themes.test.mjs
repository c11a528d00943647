// of five themed visits: from a form without a word about oneself, through five visits with goals that
// two agree on, to a follow-up that somebody waits for, and no sixth visit by any path.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { ask, enter, own, send, submit, words } from './steps.mjs';

let house, code, episode;
const worker = 'worker-3', coordinator = 'coordinator-2'; // of the unit that offers it
before(async () => { house = await open({ now: '2027-01-12T21:40', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

async function press(page, form) {
  return submit(page, page.locator(`form[action$="${form}"] button`).first());
}

async function hold(page) {
  await page.goto(episode);
  assert.equal(await press(page, '/hold'), 303);
}

test('A-01 a form without contact; the coordinator sees it and offers two evenings; the client picks by code', async () => {
  const client = await house.visitor({ scripts: false });
  code = await ask(house, client, undefined, { service: 'viisi-keskustelua' });
  const sari = await house.desk(coordinator);
  const row = sari.locator('section[aria-labelledby=waiting] tbody tr', { hasText: 'palaa koodilla' });
  assert.match(await row.innerText(), /ilta/i);
  await row.locator('a[href^="/requests/"]').first().click();
  for (const [day, clock] of [['2027-01-19', '17:15'], ['2027-01-21', '18:00']]) assert.equal(await own(sari, { day, clock, who: 'Jukka L.' }), 'done');
  await house.turn('2027-01-13T18:00');
  await enter(house, client, code);
  assert.equal(await client.locator('input[name=slot]').count(), 2);
  await client.locator('input[name=slot]').first().check();
  await client.locator('form[action$="/code/pick"] button').click();
  assert.match(await words(client), /19\.1\. klo 17\.15.*kerta jää sinulle/);
});

test('A-02 visit 1: theme, minimum goal, two goals with both marks; a third is refused', async () => {
  await house.turn('2027-01-19T17:20');
  const page = await house.desk(worker);
  await page.locator('a[href^="/episodes/"]').first().click();
  episode = page.url().replace(/[?#].*/, '');
  await page.locator('a[href$="/visit"]').click();
  assert.match(await words(page), /Väkivallan tunnistaminen.*vähimmäistavoite.*Luottamuksellisen/);
  assert.doesNotMatch(await page.title(), /väkival|tavoit/i);
  const late = await page.context().newPage(); // a tab that does not know of the goals
  await late.goto(page.url());
  for (const goal of ['Nukun yöt', 'Lähden tilanteesta ajoissa']) {
    await page.locator('input[name=goal]').fill(goal);
    assert.equal(await press(page, '/goal'), 303);
  }
  await late.locator('input[name=goal]').fill('Kolmas');
  assert.equal(await press(late, '/goal'), 409);
  assert.match(await words(late, '.summary'), /yksi tai kaksi/);
  const first = page.locator('form[action$="/goal-agreed"]').first();
  await first.locator('input[value=worker]').check();
  await first.locator('button').click();
  await page.getByText('asiakkaan merkintä puuttuu').waitFor();
  const client = await house.visitor();
  await enter(house, client, code);
  assert.match(await words(client), /Nukun yöt odottaa sinua/);
  await client.locator('form[action$="/code/goal"] button').first().click();
  await client.getByText('sovittu yhdessä').waitFor();
  await page.reload();
  const second = page.locator('form[action$="/goal-agreed"]').nth(1);
  for (const who of ['client', 'worker']) await second.locator(`input[value=${who}]`).check();
  await submit(page, second.locator('button'));
  for (const step of ['trust', 'naming', 'setting-goals', 'trauma-and-stress', 'close-people']) await page.locator(`input[value=${step}]`).nth(-1).check();
  assert.equal(await press(page, '/steps'), 303);
  await hold(page);
});

test('A-02 what was skipped on visit 2 comes back on visit 3, and nothing blocks', async () => {
  const page = await house.staff(worker);
  const days = ['2027-01-26', '2027-02-02', '2027-02-09'];
  for (const [i, day] of days.entries()) {
    await page.goto(episode);
    assert.equal(await own(page, { day, clock: '17:15', act: 'book' }), 'done');
    await house.turn(`${day}T18:20`);
    await page.goto(episode + '/visit');
    const said = await words(page);
    if (i === 0) {
      assert.doesNotMatch(said, /Jäi aiemmin auki/);
      for (const step of ['refining-goals', 'own-reactions', 'own-aggression']) await page.locator(`input[type=checkbox][value=${step}]`).check();
      assert.equal(await press(page, '/steps'), 303);
    }
    if (i === 1) assert.match(said, /Jäi aiemmin auki: Itsehavainnointi alkuun.*ahdistuksen/);
    await hold(page);
  }
});

test('A-03 two tabs book the fifth at the same second, and there is no sixth by any path', async () => {
  const page = await house.staff(worker);
  await page.goto(episode);
  assert.equal(await own(page, { day: '2027-02-12', clock: '10:00', act: 'book' }), 'done');
  await page.locator('form[action$="/cancel"] input[value=ill]').evaluate((x) => { x.closest('details').open = true; });
  await page.locator('form[action$="/cancel"] input[value=ill]').check();
  const cancelled = await page.locator('form[action$="/cancel"] input[name=meeting]').inputValue();
  assert.equal(await press(page, '/cancel'), 303);
  assert.match(await words(page, '.progress'), /4 ?\/ ?5/); // the worker's cancelling used none
  const office = await page.locator('#times-part input[name=office]').first().inputValue().catch(() => '');
  const path = new URL(episode).pathname;
  const time = (day, clock) => ({ day, clock, kind: 'office', office });
  const tabs = [page, await page.context().newPage()];
  await tabs[1].goto(episode);
  const both = await Promise.all([send(tabs[0], path + '/book', time('2027-02-16', '17:15')), send(tabs[1], path + '/book', time('2027-02-16', '19:00'))]);
  assert.deepEqual(both.map((x) => x.status).sort(), [200, 409]);
  await house.turn('2027-02-16T20:20');
  await hold(page);
  for (const [act, more] of [['/book', {}], ['/offer', {}], ['/move', { meeting: cancelled }]]) {
    const answers = await Promise.all(tabs.map((tab) => send(tab, path + act, { ...time('2027-02-23', '12:00'), ...more })));
    for (const { status, text } of answers) {
      assert.equal(status, 409, act);
      assert.match(text, /Viisi keskustelua.*seurantayhteydenotto.*ohjattu ryhmä.*Sakki.*koordinaattori avaa/si);
    }
  }
  await page.goto(episode);
  assert.match(await words(page, '.progress'), /5 ?\/ ?5/);
  assert.equal(await page.locator('form[action$="/hold"]').count(), 0, 'a sixth visit');
});

test('A-02 the ending is asked before closing; the permission is said when the day is chosen; then a follow-up is waited for', async () => {
  const page = await house.desk(worker);
  assert.match(await words(page), /Lopun kysymykset odottavat/);
  const refused = await send(page, new URL(episode).pathname + '/close', {});
  assert.equal(refused.status, 409);
  await page.goto(episode + '/end');
  for (const group of await page.locator('input[type=radio][value=partly]').all()) await group.check();
  for (const mark of ['onward-plan-given', 'family-support']) await page.locator(`input[name="mark-${mark}"][value=no]`).check();
  assert.equal(await page.locator('input[value=contact]').count(), 0, 'contact is offered without a permission');
  await page.locator('input[value=client]').check();
  assert.equal(await press(page, '/end'), 422); // no day
  assert.equal(await page.locator('input[value=partly]:checked').count(), 7, 'what was chosen is gone');
  await page.locator('input[name=day]').fill('2027-05-16');
  assert.equal(await press(page, '/end'), 303);
  assert.match(await words(page), /Odottaa seurantaa.*16\.5\.2027.*asiakas ottaa yhteyttä/);
  const client = await house.visitor({ scripts: false });
  await enter(house, client, code);
  assert.match(await words(client), /otat itse yhteyttä .*16\.5\.2027.*toteutui osittain/);
  await house.turn('2027-05-16T10:00');
  const desk = await house.desk(worker);
  assert.match(await words(desk, 'section[aria-labelledby=ends]'), /Seuranta.*tänään/);
  await desk.goto(episode);
  await desk.locator('input[name=follow-up][value=held]').check();
  assert.equal(await press(desk, '/follow-up'), 303);
  await desk.goto(episode);
  assert.equal(await press(desk, '/close'), 303);
  assert.ok(!house.keeps('Lähden tilanteesta ajoissa'), 'the words of a goal lie open in the database');
});

test('A-03 a new way for the same man is the coordinator\'s to open, on a ground from a list', async () => {
  const sari = await house.staff(coordinator);
  await sari.goto(episode);
  await sari.locator('form[action$="/again"] input[value=need-returned]').evaluate((x) => { x.closest('details').open = true; });
  await sari.locator('form[action$="/again"] input[value=need-returned]').check();
  assert.equal(await press(sari, '/again'), 200);
  const again = (await sari.locator('main .code').textContent()).replace(/\s+/g, ' ').trim();
  const client = await house.visitor();
  await enter(house, client, again);
  assert.match(await words(client), /Viisi keskustelua/);
  await sari.goto(episode);
  assert.match(await words(sari, '.progress'), /5 ?\/ ?5/);
});

test('A-01 wrong codes five times cost a wait, not a hint', async () => {
  const page = await house.visitor();
  for (let i = 0; i < 5; i++) await enter(house, page, 'ABCD-EFGH-JKMN');
  await enter(house, page, code);
  assert.equal(await page.locator('form[action$="/code/look"]').count(), 0, 'the right code has to wait too');
});
