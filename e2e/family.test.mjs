// A-16: a child, two guardians' own talks, and a dispute. Nothing is decided by the program, and neither guardian's
// code tells anything of the child's or the other's.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { codeOn, enter, own, send, takeIn, words } from './steps.mjs';

let house, child, mother, father;
before(async () => { house = await open({ now: '2027-01-11T09:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

async function talk(page, name, day, clock) {
  await page.goto(child.address);
  const fold = page.locator('details', { has: page.locator('form[action$="/talk"]') });
  await fold.locator('summary').click();
  await fold.locator('input[name=name]').fill(name);
  await fold.locator('button').click();
  const code = await codeOn(page);
  await page.goto(child.address);
  await page.locator('a[href^="/episodes/"]', { hasText: name }).click();
  await page.waitForURL((url) => url.href !== child.address);
  assert.equal(await own(page, { day, clock, act: 'book' }), 'done');
  return { code, address: page.url().replace(/[?#].*/, '') };
}

test('A-16 Aino has her own five meetings, each guardian a talk of their own', async () => {
  const worker = await house.staff('worker');
  child = await takeIn(house, worker, { age: 9, name: 'Aino', day: '2027-01-13', clock: '12:00' });
  assert.match(await words(worker), /0 ?\/ ?5/);
  mother = await talk(worker, 'Äiti', '2027-01-14', '12:00');
  father = await talk(worker, 'Isä', '2027-01-18', '14:00');
  await worker.goto(father.address);
  assert.doesNotMatch(await words(worker), /\/ ?5/, 'a talk is not one of the five');
});

for (const [who, own, not] of [
  ['father', () => father, [/Aino/, /13\.1\./, /14\.1\./, /Äiti/, /\/ ?5/]],
  ['mother', () => mother, [/Aino/, /13\.1\./, /18\.1\./, /Isä/, /\/ ?5/]],
]) {
  test(`A-16 the ${who}'s code shows nothing of the child or the other`, async () => {
    const page = await house.visitor();
    await enter(house, page, own().code);
    const text = await words(page, 'body');
    assert.match(text, who === 'father' ? /18\.1\. klo 14\.00/ : /14\.1\. klo 12\.00/);
    for (const word of not) assert.doesNotMatch(text, word);
    const stay = await page.locator('form[action$="/code/look"] input[name=stay]').inputValue();
    const html = await page.content();
    assert.ok(!html.includes(child.address.split('/').pop()), "the child's id is on the page");
    assert.ok(stay);
  });
}

test("A-16 a parent's talk cannot cancel a child's meeting", async () => {
  const aino = await house.visitor();
  await enter(house, aino, child.code);
  const meeting = await aino.locator('form[action$="/code/cancel"] input[name=meeting]').first().getAttribute('value');
  const page = await house.visitor();
  await enter(house, page, father.code);
  const stay = await page.locator('form[action$="/code/look"] input[name=stay]').inputValue();
  const { status, text } = await send(page, '/code/cancel', { stay, meeting });
  assert.equal(status, 409);
  assert.doesNotMatch(text, /13\.1\./);
  await enter(house, aino, child.code);
  assert.equal(await aino.locator('form[action$="/code/cancel"]').count(), 1, 'the meeting stands');
});

test('A-16 when guardians disagree a new booking waits for the coordinator', async () => {
  const worker = await house.staff('worker');
  await worker.goto(child.address);
  await worker.locator('details', { has: worker.locator('form[action$="/guardians"]') }).locator('summary').click();
  await worker.locator('form[action$="/guardians"] button').click();
  await worker.locator('input[name=guardians][value=agree]').waitFor({ state: 'attached' });
  assert.match(await words(worker), /Huoltajat ovat eri mieltä/);
  assert.equal(await worker.locator('form[action$="/decide"]').count(), 0, 'a worker does not decide');
  assert.equal(await worker.locator('#times-part').count(), 0, 'a new time may be booked');
  const path = new URL(child.address).pathname;
  assert.equal((await send(worker, path + '/book', { kind: 'home', day: '2027-01-20', clock: '12:00' })).status, 409);
  const answer = await send(worker, path + '/decide', { choice: 'continue', ground: 'child-safety' });
  assert.ok(answer.status >= 400 && answer.status < 500, `a worker's decision: ${answer.status}`);
  assert.equal((await send(worker, path + '/book', { kind: 'home', day: '2027-01-20', clock: '12:00' })).status, 409, 'it was decided');
  await worker.goto(father.address);
  assert.equal(await worker.locator('#times-part').count(), 1, "the father's own talk is not held back");
});

test('A-16 the standard wording is on the screen to be read aloud', async () => {
  const worker = await house.staff('worker');
  await worker.goto(child.address);
  await worker.locator('details', { has: worker.locator('blockquote') }).locator('summary').click();
  assert.match(await worker.locator('blockquote').innerText(), /\S{4}/);
});

test('A-16 the coordinator decides by a choice and a ground, without a word of text', async () => {
  const marja = await house.staff('coordinator');
  await marja.goto(child.address);
  const form = marja.locator('form[action$="/decide"]');
  assert.equal(await form.locator('input[type=text], textarea').count(), 0);
  await form.locator('input[name=choice][value=pause]').check();
  await form.locator('select[name=ground]').selectOption('child-safety');
  await form.locator('button').click();
  const worker = await house.desk('worker');
  const path = new URL(child.address).pathname;
  assert.equal((await send(worker, path + '/book', { kind: 'home', day: '2027-01-20', clock: '12:00' })).status, 409, 'paused');
  await marja.goto(child.address);
  await form.locator('input[name=choice][value=continue]').check();
  await form.locator('select[name=ground]').selectOption('child-wants');
  await form.locator('button').click();
  await worker.goto(child.address);
  assert.equal(await own(worker, { day: '2027-01-20', clock: '12:00', act: 'book' }), 'done');
});
