// in Oulu: Kari, who used violence, asks and nothing opens; Anna says her wish alone to Hanna; the two workers
// prepare each their own client, bring them together by a word said face to face, both mark, and the first meeting is held
// and asked about. Hanna and Mikko each have a browser of their own.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { languages, look } from './look.mjs';
import { codeOn, enter, own, send, speak, submit, words } from './steps.mjs';

const [hanna, mikko, leena] = ['worker-4', 'worker-5', 'coordinator-3'];
let house, anna, kari, joint, annaCode, kariCode;
before(async () => { house = await open({ now: '2027-02-01T09:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

/** press sends the page's form whose action ends so, and gives the status. */
async function press(page, form) {
  const button = page.locator(`form[action$="${form}"] button`).first();
  const fold = page.locator('details', { has: page.locator(`form[action$="${form}"]`) });
  if ((await fold.count()) && !(await fold.first().evaluate((d) => d.open))) await fold.first().locator('summary').first().click();
  return submit(page, button);
}

/** comes takes a call in to visits of one's own, under a chosen name, with the first visit booked. */
async function comes(page, name, day, clock) {
  await page.goto(house.address + '/requests/new');
  const service = page.locator('main nav a', { hasText: 'Omat käynnit' });
  if (await service.count()) await service.first().click();
  await page.locator('input[name=channel][value=telephone]').check();
  await page.locator('details', { has: page.locator('input[name=name]') }).locator('summary').click();
  await page.locator('input[name=name]').fill(name);
  await page.locator('form[action="/requests/new"] button[type=submit]').last().click();
  await codeOn(page);
  await page.locator('main a[href^="/requests/"]').click();
  assert.equal(await own(page, { day, clock, act: 'book' }), 'done');
  return page.url().replace(/[?#].*/, '');
}

async function role(page, home, value) {
  await page.goto(home + '/couple');
  await page.locator(`input[name=role][value=${value}]`).check();
  assert.equal(await press(page, '/role'), 303);
}

async function tick(page, home, points) {
  await page.goto(home + '/couple');
  for (const box of await page.locator('input[name=point]').all()) await box.setChecked(points.includes(await box.inputValue()));
  assert.equal(await press(page, '/points'), 303);
}

const all = ['motivated', 'charted', 'emotion-regulation', 'time-out'];

test('A-07 Anna has three visits of her own with Hanna, Kari two with Mikko', async () => {
  const [hers, his] = [await house.staff(hanna), await house.staff(mikko)];
  anna = await comes(hers, 'Anna', '2027-02-02', '10:00');
  kari = await comes(his, 'Kari', '2027-02-02', '13:00');
  const days = ['2027-02-02', '2027-02-04', '2027-02-08'];
  for (const [i, day] of days.entries()) {
    for (const [page, home, clock, visits] of [[hers, anna, '10:00', 3], [his, kari, '13:00', 2]]) {
      if (i >= visits) continue;
      await page.goto(home);
      if (i > 0) assert.equal(await own(page, { day, clock, act: 'book' }), 'done');
    }
    await house.turn(`${day}T15:00`);
    for (const [page, home, visits] of [[hers, anna, 3], [his, kari, 2]]) {
      if (i >= visits) continue;
      await page.goto(home);
      assert.equal(await press(page, '/hold'), 303);
    }
  }
});

test('A-06 Kari asks: it cannot be opened, Mikko may only tick it, and Hanna’s pages are as they were', async () => {
  const [hers, his] = [await house.staff(hanna), await house.staff(mikko)];
  const pages = [anna, anna + '/couple', house.address + '/desk', house.address + '/episodes', house.address + '/calendar'];
  const read = async () => {
    const out = [];
    for (const address of pages) {
      await hers.goto(address);
      out.push((await words(hers, 'body')).replace(/Istunto päättyy kello \S+/, ''));
    }
    return out;
  };
  const before = await read();
  await role(his, kari, 'used');
  assert.match(await words(his), /järjestetään väkivaltaa kokeneen toiveesta.*Toisen toiveella niitä ei avata/);
  assert.equal(await his.locator('form[action$="/couple/wish"], form[action$="/couple/word"], textarea').count(), 0);
  const refused = await send(his, kari + '/couple/wish', { day: '2027-02-08', alone: 'yes' });
  assert.equal(refused.status, 409);
  assert.match(refused.text, /Yhteiset tapaamiset järjestetään väkivaltaa kokeneen toiveesta/);
  assert.equal(await press(his, '/asked'), 303);
  assert.match(await words(his), /Asiakas on pyytänyt/);
  assert.doesNotMatch(await words(his), /Anna|Hanna/);
  assert.deepEqual(await read(), before);
});

test('A-06 Anna says the wish herself, alone; it is recorded with its day, and the conditions open', async () => {
  await house.turn('2027-02-09T12:00');
  const page = await house.staff(hanna);
  await role(page, anna, 'experienced');
  assert.equal(await press(page, '/couple/wish'), 422); // not without the mark that it was said alone
  assert.match(await words(page, '.summary'), /kahden kesken/);
  await page.locator('form[action$="/couple/wish"] input[name=day]').fill('2027-02-09');
  await page.locator('form[action$="/couple/wish"] input[name=alone]').check();
  assert.equal(await press(page, '/couple/wish'), 303);
  assert.match(await words(page), /Toive sanottiin kahden kesken 9\.2\.2027/);
  await page.locator('summary', { hasText: 'Kaikki ehdot' }).click();
  assert.match(await words(page), /Toinen osapuoli ei ole vielä mukana/);
});

test('A-07 the word goes from mouth to ear; a wrong one keeps what was typed', async () => {
  const [hers, his] = [await house.staff(hanna), await house.staff(mikko)];
  await tick(hers, anna, all);
  assert.equal(await press(hers, '/couple/word'), 200);
  const word = await codeOn(hers);
  await tick(his, kari, all.filter((x) => x !== 'time-out'));
  const join = async (said) => {
    await his.goto(kari + '/couple');
    await his.locator('input[name=word]').fill(said);
    return press(his, '/join');
  };
  assert.equal(await join('AAAA-BBBB-CCCC'), 422);
  assert.equal(await his.locator('input[name=word]').inputValue(), 'AAAA-BBBB-CCCC');
  assert.equal(await join(word.toLowerCase().replaceAll('-', ' ')), 303);
  joint = await his.locator('main a', { hasText: 'Yhteisten tapaamisten sivulle' }).evaluate((a) => a.href);
  assert.equal(await press(his, '/couple/code'), 200);
  kariCode = await codeOn(his);
  await hers.goto(anna + '/couple');
  assert.equal(await press(hers, '/couple/code'), 200);
  annaCode = await codeOn(hers);
});

test('A-07 one worker’s mark is not enough, nor is a theme undone with Kari; what is missing is named to the workers alone', async () => {
  const [hers, his, boss] = [await house.staff(hanna), await house.staff(mikko), await house.staff(leena)];
  const time = { day: '2027-03-02', clock: '10:00', kind: 'office', office: await office(hers) };
  const refused = async (page, why) => {
    const answer = await send(page, joint + '/book', time);
    assert.equal(answer.status, 409);
    assert.match(answer.text, why);
  };
  await hers.goto(joint);
  assert.equal(await press(hers, '/safer'), 303);
  for (const page of [hers, his]) {
    await page.goto(joint);
    await refused(page, /Samat teemat on käytävä läpi kummankin kanssa/);
  }
  await boss.goto(joint);
  await refused(boss, /jokin yhteisten tapaamisten ehto puuttuu/);
  assert.doesNotMatch(await words(boss), /teemat/);
  assert.doesNotMatch(await words(boss), /Vain työparille|Anna|Kari/);
  assert.match(await words(his), /Samat teemat on käyty läpi kummankin kanssa Puuttuu/);
  assert.doesNotMatch(await words(his), /Anna|Kari/);
  await tick(his, kari, all);
  await refused(hers, /Molempien työntekijöiden on merkittävä/);
  await his.goto(joint);
  assert.equal(await press(his, '/safer'), 303);
  await hers.goto(joint);
  const said = await words(hers);
  assert.match(said, /Kaikki ehdot täyttyvät/);
  assert.match(said, /0 \/ 5.*Hanna V\..*Mikko R\.|0 \/ 5.*Mikko R\..*Hanna V\./);
  assert.match(said, /Maksuton, 0 €/);
  assert.equal(await own(hers, { day: '2027-03-02', clock: '10:00', act: 'book' }), 'done');
  assert.equal(await hers.locator('form[action$="/cancel"], form[action$="/offer"]').count(), 0);
});

/** office is the only one there is. */
async function office(page) {
  await page.goto(anna);
  return page.locator('#times-part form[method=post] input[name=office]').first().inputValue();
}

test('A-07 after meeting 1 each is asked apart, and meeting 2 waits for both', async () => {
  await house.turn('2027-03-02T12:00');
  const [hers, his] = [await house.staff(hanna), await house.staff(mikko)];
  const time = { day: '2027-03-09', clock: '10:00', kind: 'office', office: await office(hers) };
  await his.goto(joint);
  assert.equal(await press(his, '/hold'), 303);
  assert.match(await words(his), /1 \/ 5/);
  assert.match((await send(his, joint + '/book', time)).text, /Kummaltakin on ensin kysyttävä erikseen/);
  for (const [code, page] of [[annaCode, await house.visitor()], [kariCode, await house.visitor({ scripts: false })]]) { // each a device of their own
    await enter(house, page, code);
    if (code === annaCode) {
      await submit(page, page.locator('form[action$="/code/answer"] button').first());
    }
  }
  assert.match((await send(his, joint + '/book', time)).text, /Kummaltakin on ensin kysyttävä erikseen/);
  await his.goto(kari + '/couple');
  await his.locator('input[name=answer][value=yes]').check();
  await his.locator('form[action$="/couple/safety"] input[name=alone]').check();
  assert.equal(await press(his, '/couple/safety'), 303);
  await hers.goto(joint);
  assert.equal(await own(hers, { day: '2027-03-09', clock: '10:00', act: 'book' }), 'done');
});

test('A-07 the joint plan is printed and nothing of it is anywhere; nobody comes to Anna’s own plan from the joint process', async () => {
  const [hers, his] = [await house.staff(hanna), await house.staff(mikko)];
  const marker = 'Sirkkelinpunainen hiljaisuus 4711';
  const sent = [];
  hers.on('request', (r) => { if (r.method() === 'POST') sent.push(r.url()); });
  await hers.goto(joint);
  assert.equal(await hers.locator('a[href*="safety-plan"]').count(), 0);
  await hers.locator('a[href$="/joint-plan"]').click();
  await hers.locator('.sheet-line').first().fill(marker);
  await hers.evaluate(() => { window.print = () => { window.printed = true; }; });
  await hers.locator('[data-print]').click();
  assert.equal(await hers.evaluate(() => window.printed), true);
  await hers.emulateMedia({ media: 'print' });
  assert.match(await words(hers, 'body'), /^Suunnitelma hankaliin tilanteisiin/);
  assert.doesNotMatch(await words(hers, 'body'), /Anna|Kari|Hanna|Rinnalla|Tulosta/);
  await hers.emulateMedia({ media: 'screen' });
  await hers.goto(joint);
  await hers.goBack();
  assert.equal(await hers.locator('.sheet-line').first().inputValue(), '');
  assert.deepEqual(sent, []);
  assert.equal(house.keeps(marker), false);
  const theirs = await his.goto(anna + '/safety-plan');
  assert.equal(theirs.status(), 404);
  assert.equal((await his.goto(joint + '/safety-plan')).status(), 404);
  assert.equal((await hers.goto(anna + '/safety-plan')).status(), 200);
});

test('a meeting of two goes on hold on both desks in one row, and gets a new time', async () => {
  const [hers, his] = [await house.staff(hanna), await house.staff(mikko)];
  await his.goto(joint);
  assert.equal(await press(his, '/wait'), 303);
  const rows = [];
  for (const page of [hers, his]) {
    await page.goto(house.address + '/desk');
    rows.push(await words(page, 'section[aria-labelledby=on-hold]'));
  }
  assert.equal(rows[0], rows[1]);
  assert.match(rows[0], /Tapaaminen 2 \/ 5.*Kaksi osapuolta.*ti 9\.3\. klo 10\.00/);
  await hers.goto(joint);
  await hers.locator('main a[href*="?move="]').first().click();
  assert.equal(await own(hers, { day: '2027-03-10', clock: '13:00' }), 'done');
  assert.match(await words(hers), /ke 10\.3\. klo 13\.00/);
});

test('the pages hold at every width, in every language, for keyboards and readers', async () => {
  const page = await house.staff(hanna);
  const found = [];
  for (const lang of languages) {
    await speak(house, page, lang);
    for (const address of [anna + '/couple', joint, joint + '/joint-plan', anna + '/safety-plan', anna, house.address + '/rules/couple-meetings/1']) {
      await page.goto(address);
      found.push(...await look(page, `${lang} ${address.replace(house.address, '').replace(/[0-9a-f-]{36}/, '*')}`));
    }
  }
  await speak(house, page, 'fi');
  assert.deepEqual(found, []);
});
