// help at the weekend, somewhere else than home. What was said in the chat is nowhere when it has ended.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { enter, own, words } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-03-06T14:15', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

const hers = 'Nollalinja neuvoi teille, en voi olla kotona';
const noora = 'Hyvä että kirjoitit, tavataan rauhassa';
const place = 'Kirjaston kahvila Oodi';

async function say(page, text) {
  await page.locator('textarea[name=text]').fill(text);
  await page.locator('[data-chat-form] button').click();
  await page.locator('.line', { hasText: text }).waitFor();
}

async function makeContact(worker) {
  const form = worker.locator('#contact form[action$="/contact"]');
  if (!(await form.isVisible())) await worker.locator('#contact > summary').click();
  await form.locator('select[name=referrer]').selectOption('nollalinja');
  await form.locator('input[name=times][value=weekend]').check();
  await form.locator('input[name=places][value=agreed]').check();
  await form.locator('button').click();
  await worker.locator('main a[href^="/requests/"]').waitFor();
}

for (const scripts of [true, false]) {
  test(`A-13 a chat on Saturday is answered, becomes a contact, and is gone, ${scripts ? 'with' : 'without'} scripts`, async () => {
    if (scripts) await house.turn('2027-03-06T14:19:40');
    const mother = await house.visitor({ scripts });
    await mother.goto(house.address + '/chat?for=aikuiset');
    await mother.locator('form[action$="/chat/start"] button').click();
    assert.equal(new URL(mother.url()).search, '', 'the address holds nothing');
    await say(mother, hers);

    const worker = await house.staff('worker', { scripts });
    await worker.goto(house.address + '/chats');
    await worker.locator('form[action$="/take"] button').first().click();
    await worker.locator('.line', { hasText: hers }).waitFor();
    await say(worker, noora);
    if (!scripts) await mother.locator('[data-chat-refresh] button').click();
    await mother.locator('.line', { hasText: noora }).waitFor();
    assert.ok(!house.keeps(hers), 'what was said can be read where it is kept');

    await makeContact(worker);
    if (!scripts) await mother.locator('[data-chat-refresh] button').click();
    const line = mother.locator('.line.from-code');
    await line.waitFor();
    const [code] = (await line.innerText()).match(/[0-9A-Z]{4}[ -][0-9A-Z]{4}[ -][0-9A-Z]{4}/) ?? [];
    assert.ok(code, 'the code is in the chat');
    assert.ok(!(await worker.content()).includes(code), 'the worker sees the code');

    const talk = worker.url();
    await worker.locator('main a[href^="/requests/"]').click();
    const times = scripts ? [['2027-03-07', '16:00'], ['2027-03-08', '18:30']] : [['2027-03-07', '13:00'], ['2027-03-08', '12:00']];
    for (const [day, clock] of times) assert.equal(await own(worker, { day, clock, kind: 'agreed' }), 'done');

    await mother.locator('details', { has: mother.locator('form[action$="/chat/end"]') }).locator('summary').click();
    await mother.locator('form[action$="/chat/end"] button').click();
    await mother.locator('textarea').waitFor({ state: 'detached' });
    for (const said of [hers, noora]) assert.ok(!house.keeps(said), 'what was said outlives the talk');
    assert.ok(!(await mother.content()).includes(noora), 'the ended page shows the talk');
    const answer = await worker.goto(talk);
    assert.ok(!(await answer.text()).includes(hers), `the worker still reads the talk (${answer.status()})`);

    await enter(house, mother, code);
    assert.equal(await mother.locator('input[name=slot]').count(), 2);
    const shown = await words(mother);
    for (const [day, clock] of times) assert.ok(shown.includes(`${Number(day.slice(8))}.3. klo ${clock.replace(':', '.')}`), `${day} in: ${shown}`);
    await mother.locator('input[name=slot]').first().check();
    await mother.locator('form[action$="/code/pick"] button').click();
    await mother.locator('form[action$="/code/cancel"]').waitFor({ state: 'attached' });
  });
}

test('A-13 the agreed place is read by the two of them until the meeting has passed, then by nobody', async () => {
  const worker = await house.staff('worker');
  await worker.goto(house.address + '/calendar');
  await worker.goto(house.address + '/episodes?mine=1');
  await worker.locator('tbody tr', { hasText: /7\.3\. klo 16\.00/ }).locator('a[href^="/episodes/"]').click();
  const address = worker.url();
  await worker.locator('details', { has: worker.locator('form[action$="/place"]') }).locator('summary').click();
  await worker.locator('form[action$="/place"] input[name=place]').fill(place);
  await worker.locator('form[action$="/place"] button').click();
  await worker.getByText(place).first().waitFor();
  const coordinator = await house.staff('coordinator');
  await coordinator.goto(address);
  assert.ok(!(await coordinator.content()).includes(place), 'the coordinator reads the place');
  assert.ok(!house.keeps(place), 'the place can be read where it is kept');

  await house.turn('2027-03-07T17:10');
  await worker.goto(address);
  await worker.locator('form[action$="/hold"] button').first().click();
  await worker.locator('form[action$="/hold"]').waitFor({ state: 'detached' });
  assert.ok(!(await worker.content()).includes(place), 'the place outlives the meeting');
});

test('A-13 the first meeting came 25 h 40 min after the first word', async () => {
  const worker = await house.staff('worker');
  await worker.goto(house.address + '/desk');
  assert.match(await words(worker), /25 h 40 min/);
});
