// Out to a meeting elsewhere and not back: what the worker says, what colleagues are told, what a coordinator may see (R-129,
// R-130, decision 0055). Without scripts, as on an old telephone.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look } from './look.mjs';
import { own, submit, takeIn, words } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-01-12T09:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

const place = 'Leikkipuiston penkki';
const desk = (who) => house.desk(who, { scripts: false, width: 360 });

/** fit looks at somebody's desk in a browser with scripts, which the looking needs. */
async function fit(who, where) { assert.deepEqual(await look(await house.desk(who), where), []); }

test('a worker goes, and says by when they are back', async () => {
  const arranging = await house.staff('worker');
  const { address } = await takeIn(house, arranging, { name: 'Aamu', day: '2027-01-13', clock: '12:00' });
  await arranging.goto(address);
  await arranging.locator('main a[href*="move="]').first().click();
  assert.equal(await own(arranging, { day: '2027-01-13', clock: '16:00', kind: 'agreed', place }), 'done');
  await arranging.goto(address);
  if (!(await words(arranging)).includes(place)) {
    const form = arranging.locator('form[action$="/place"]');
    const folded = arranging.locator('details', { has: form });
    if (await folded.count()) await folded.first().locator('summary').click();
    await form.locator('input[name=place]').fill(place);
    await submit(arranging, form.locator('button'));
  }
  await house.turn('2027-01-13T10:00');
  const page = await desk('worker');
  assert.equal(await page.locator('form[action="/outing/leave"]').count(), 0, 'six hours before, one may leave already');
  await house.turn('2027-01-13T15:30');
  await page.goto(house.address + '/desk');
  await fit('worker', 'a worker who may leave');
  await page.locator('form[action="/outing/leave"] select[name=margin]').selectOption('30');
  await page.locator('form[action="/outing/leave"] button').click();
  assert.match(await words(page), /olet käynnillä\. ilmoita paluusta viimeistään kello 17\.30/i);
});

test('late: the worker is asked first, then colleagues are told who, and never whom or where', async () => {
  await house.turn('2027-01-13T17:31');
  const page = await desk('worker');
  assert.match(await words(page), /sinun piti palata viimeistään kello 17\.30/i);
  let colleague = await desk('coordinator');
  assert.doesNotMatch(await words(colleague), /ei ole ilmoittanut palanneensa/);
  await house.turn('2027-01-13T17:41');
  await colleague.goto(house.address + '/desk');
  assert.match(await words(colleague), /noora s\. ei ole ilmoittanut palanneensa/i);
  assert.ok(!(await colleague.content()).includes(place), 'the place stands on the desk');
  await fit('coordinator', 'an alarm');
  await colleague.locator('form[action="/outing/where"] button').click();
  assert.ok((await words(colleague)).includes(place));
  assert.doesNotMatch(await words(colleague), /aamu/i);
  await colleague.goto(house.address + '/desk');
  await colleague.locator('form[action="/outing/see"] button').click();
  assert.match(await words(colleague), /marja h\. selvittää asiaa/i);
});

test('back: nothing is left of it', async () => {
  const page = await desk('worker');
  await page.locator('form[action="/outing/back"] button').click();
  assert.match(await words(page), /paluusi on merkitty/i);
  assert.equal(await page.locator('form[action="/outing/back"]').count(), 0);
  const colleague = await desk('coordinator');
  assert.equal(await colleague.locator('form[action^="/outing/"]').count(), 0);
});
