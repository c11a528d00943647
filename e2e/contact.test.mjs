// somebody asks for help and does not want to be contacted; with scripts, without, and by keyboard alone.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { ask, enter, keyboard, mouse, own, free, words } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-01-12T21:40' }); });
afterEach(() => house.settle());
after(() => house.close());

const ways = [['with scripts', mouse, {}], ['without scripts', mouse, { scripts: false }], ['by keyboard alone', keyboard, {}]];
const codes = [];
const pairs = [[['2027-01-19', '17:15'], ['2027-01-21', '18:00']]];
const finnish = ([day, clock]) => `${Number(day.slice(8))}.1. klo ${clock.replace(':', '.')}`;
let unused;

for (const [how, hand, options] of ways) {
  test(`A-01 a request without a word about oneself, ${how}`, async () => {
    const page = await house.visitor(options);
    const code = await ask(house, page, hand);
    codes.push(code);
    assert.ok(!page.url().includes(code.slice(0, 4)), 'the address holds the code');
    await page.goto(page.url());
    assert.equal(new URL(page.url()).pathname, '/contact', 'loading the address again');
    assert.ok(!(await page.content()).includes(code), 'the code is shown twice');
    await page.goBack();
    assert.ok(!(await page.content()).includes(code), 'Back shows the code');
  });
}

test('A-01 the worker sees that nobody may be contacted, and offers two times', async () => {
  unused = await ask(house, await house.visitor());
  const worker = await house.desk('worker');
  const rows = worker.locator('section[aria-labelledby=waiting] tbody tr', { hasText: /lomake/i });
  const links = await rows.filter({ hasText: 'palaa koodilla' }).locator('a[href^="/requests/"]').evaluateAll((all) => all.map((a) => a.href));
  assert.ok(links.length >= 4, `${links.length} requests without contact on the desk`);
  // Which request is whose only the code tells, so each gets a pair of times of its own.
  await worker.goto(links.at(-4));
  for (const [day, clock] of pairs[0]) assert.equal(await own(worker, { day, clock }), 'done');
  for (const i of [1, 2, 3]) {
    await worker.goto(links.at(i - 4));
    pairs.push(await free(worker, 2 * i, 2));
  }
});

test('A-01 the next day the code shows those times alone, and one is picked', async () => {
  await house.turn('2027-01-13T18:00');
  for (const [i, [how, hand, options]] of ways.entries()) {
    const page = await house.visitor(options);
    await enter(house, page, codes[i], hand);
    assert.equal(await page.locator('input[name=slot]').count(), 2, how);
    const shown = await words(page);
    const pair = pairs.find((two) => two.every((t) => shown.includes(finnish(t))));
    assert.ok(pair, `the times on the page, ${how}: ${shown}`);
    await hand.tick(page, 'input[name=slot]');
    await hand.press(page, 'form[action$="/code/pick"] button');
    await page.locator('form[action$="/code/cancel"]').first().waitFor({ state: 'attached' });
    assert.ok((await words(page)).includes(finnish(pair[0])), 'the picked time');
    assert.equal(await page.locator('input[name=slot]').count(), 0, 'nothing more to pick');
  }
});

test('A-01 wrong codes five times cost a wait, not a hint', async () => {
  const page = await house.visitor();
  const said = [];
  for (let i = 0; i < 5; i++) {
    await enter(house, page, 'ABCD-EFGH-JKMN');
    said.push(await words(page, '.summary'));
  }
  assert.equal(new Set(said).size, 1, 'every wrong code reads the same');
  await enter(house, page, codes[0]);
  assert.notEqual(await words(page, '.summary'), said[0]);
  assert.equal(await page.locator('form[action$="/code/look"]').count(), 0, 'the right code has to wait too');
  await house.turn('1m');
  await enter(house, page, codes[0]);
  assert.equal(await page.locator('form[action$="/code/look"]').count(), 1, 'after the wait the code opens');
});

test('A-01 after fourteen days an unused code and its request are gone', async () => {
  await house.turn('2027-01-26T22:00');
  const page = await house.visitor();
  await enter(house, page, unused);
  assert.equal(await page.locator('form[action$="/code/look"]').count(), 0);
  await enter(house, page, codes[0]);
  assert.equal(await page.locator('form[action$="/code/look"]').count(), 1, 'the used code still opens');
  const worker = await house.staff('worker-2');
  assert.equal(await worker.locator('section[aria-labelledby=waiting] tbody tr', { hasText: 'palaa koodilla' }).count(), 0);
});
