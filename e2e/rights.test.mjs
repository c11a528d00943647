// What people may ask about their own data (D-072, D-073, design 4.4): all of it by the code alone, and by two of the
// staff where somebody else's way is touched, who sees no gap.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { languages, look } from './look.mjs';
import { ask, codeOn, enter, own, submit, takeIn, words } from './steps.mjs';

let house, child, mother;
before(async () => { house = await open({ now: '2027-01-11T09:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

/** press sends the form to an address and waits for the answer's page. */
async function press(page, action) {
  return submit(page, page.locator(`form[action$="${action}"] button`).first());
}

/** refused tells that a code opens nothing any more. */
async function refused(code) {
  const page = await house.visitor();
  await enter(house, page, code);
  assert.equal(await page.locator('main .summary').count(), 1, 'the code still opens');
  assert.equal(await page.locator('form[action$="/code/look"]').count(), 0);
}

for (const scripts of [true, false]) {
  test(`a client without a name erases everything by the code alone, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const page = await house.visitor({ scripts, width: 360 });
    const code = await ask(house, page);
    await enter(house, page, code);
    await press(page, '/code/erasure');
    assert.equal(await page.locator('main input:not([type=hidden])').count(), 0, 'it asks for something besides the code');
    assert.equal(await press(page, '/code/erase'), 200);
    assert.equal(await page.locator('form[action$="/code/look"]').count(), 0, 'there is still something of hers');
    await refused(code);
  });
}

test('she changes her mind before it is done, and nothing has gone', async () => {
  const page = await house.visitor();
  const code = await ask(house, page);
  await enter(house, page, code);
  await press(page, '/code/erasure');
  await press(page, '/code/look');
  await enter(house, page, code);
  assert.equal(await page.locator('form[action$="/code/look"]').count() > 0, true);
});

test('a child with a guardian of their own talk', async () => {
  const worker = await house.staff('worker');
  child = await takeIn(house, worker, { age: 9, name: 'Aino Kaarnikka', day: '2027-01-13', clock: '12:00' });
  const fold = worker.locator('details', { has: worker.locator('form[action$="/talk"]') });
  await worker.goto(child.address);
  await fold.locator('summary').click();
  await fold.locator('input[name=name]').fill('Äiti');
  await fold.locator('button').click();
  mother = { code: await codeOn(worker) };
  await worker.goto(child.address);
  await worker.locator('a[href^="/episodes/"]', { hasText: 'Äiti' }).click();
  await worker.waitForURL((url) => url.href !== child.address);
  assert.equal(await own(worker, { day: '2027-01-14', clock: '12:00', act: 'book' }), 'done');
  mother.address = worker.url().replace(/[?#].*/, '');
});

test("a client's own copy is shown and taken along, and holds nothing of anybody else's", async () => {
  const page = await house.visitor();
  await enter(house, page, child.code);
  await press(page, '/code/own');
  const shown = await words(page);
  assert.match(shown, /Aino Kaarnikka.*tammikuu 2027/i);
  assert.doesNotMatch(shown, /Äiti|14\.1\.|turvaverkko|31\.1\./, 'it tells of another, of the theme, or of a day that is not kept');
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('form[action$="/code/own/file"] button').click()]);
  assert.doesNotMatch(file.suggestedFilename(), /aino|rinnalla|turva/i);
  const text = await new Response(await file.createReadStream()).text();
  assert.match(text, /Aino Kaarnikka/);
  assert.doesNotMatch(text, /Äiti|2027-01-14/);
});

test('one fact is told to one partner, once', async () => {
  const page = await house.visitor({ width: 360 });
  await enter(house, page, child.code);
  await press(page, '/code/release');
  await page.locator('main form[action$="/give"] button[type=submit]').click();
  await page.locator('.summary').waitFor();
  assert.deepEqual(await look(page, 'mistakes'), []);
  await page.locator('input[name=fact][value=booked]').check();
  await page.locator('input[name=partner][value=social]').check();
  await press(page, '/give');
  const code = await codeOn(page);
  assert.deepEqual(await look(page, 'the code for a partner'), []);
  const partner = await house.visitor();
  for (const [status, told] of [[200, true], [422, false]]) {
    await partner.goto(house.address + '/partner/release');
    await partner.locator('input[name=code]').fill(code);
    assert.equal(await press(partner, '/partner/release'), status);
    assert.equal((await partner.locator('main .summary').count()) === 0, told);
    assert.deepEqual(await look(partner, 'a partner'), []);
  }
  await refused(code);
});

test('two people erase what touches another, and the other sees no gap', async () => {
  const hers = async () => {
    const page = await house.visitor();
    await enter(house, page, mother.code);
    await press(page, '/code/own');
    const copy = await words(page);
    await press(page, '/code/look');
    const worker = await house.staff('worker');
    await worker.goto(mother.address);
    return [await words(page), copy, (await words(worker)).replace(/Aino Kaarnikka/g, '')];
  };
  const before = await hers();
  const page = await house.visitor();
  await enter(house, page, child.code);
  await press(page, '/code/erasure');
  assert.match(await words(page), /kaksi/i, 'it does not say that two people do it');
  await press(page, '/code/erase');
  assert.match(await words(page), /11\.2\./, 'the day by which it is done');
  assert.equal(await page.locator('form[action$="/code/erasure"]').count(), 0, 'it can be asked twice');

  const worker = await house.staff('worker');
  await worker.goto(house.address + '/erasures');
  assert.equal(await worker.locator('form[action$="/done"]').count(), 0, 'one person alone carries it out');
  assert.deepEqual(await look(worker, 'what waits'), []);
  const marja = await house.staff('coordinator');
  await marja.goto(house.address + '/erasures');
  assert.doesNotMatch(await words(marja), /Aino/, 'a name stands in the list');
  await press(marja, '/approve');
  assert.equal(await marja.locator('form[action$="/done"]').count(), 0, 'the same person carries it out');
  assert.deepEqual(await look(marja, 'approved'), []);
  await worker.goto(house.address + '/erasures');
  await worker.locator('details', { has: worker.locator('form[action$="/done"]') }).locator('summary').click();
  await press(worker, '/done');
  assert.deepEqual(await look(worker, 'carried out'), []);

  await refused(child.code);
  assert.equal((await worker.goto(child.address)).status(), 404);
  const after = await hers();
  assert.deepEqual(after.slice(0, 2), before.slice(0, 2), 'her own page or copy has changed');
  assert.doesNotMatch(after[2], /Aino|poistettu|erased/i, "the worker's page of her tells that something went");
  assert.ok(!house.keeps('Aino Kaarnikka'), 'the name lies somewhere');
});

for (const lang of languages) {
  test(`the pages of one's own data, ${lang}`, async () => {
    const prefix = lang === 'fi' ? '' : '/' + lang;
    const page = await house.visitor();
    const found = [];
    const code = await ask(house, page, undefined, { lang: prefix });
    await page.goto(`${house.address}${prefix}/code`);
    await page.locator('input[name=code]').fill(code);
    await page.locator('main form button').click();
    for (const action of ['/code/own', '/code/release', '/code/erasure']) {
      await page.locator(`form[action$="${action}"] button`).click();
      await page.locator('form[action$="/code/look"]').waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), lang, action);
      assert.doesNotMatch(await page.title(), /poist|erase|radera|copy|kopio/i, 'the title tells what is done');
      found.push(...(await look(page, action)));
      await page.locator('form[action$="/code/look"] button').click();
      await page.locator('form[action$="/code/own"]').waitFor();
    }
    await page.goto(`${house.address}${prefix}/partner/release`);
    found.push(...(await look(page, 'a partner asks')));
    assert.deepEqual(found, []);
  });
}
