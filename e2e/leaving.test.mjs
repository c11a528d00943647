// leaving the page in a second.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { ask, enter, keyboard } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-01-12T16:40' }); });
afterEach(() => house.settle());
after(() => house.close());

const marker = 'Kaislikossa suhisee';

async function halfWay(options) {
  const page = await house.visitor(options);
  await page.goto(house.address + '/');
  await page.goto(house.address + '/contact?for=aikuiset');
  await page.locator('main a[href*="/contact/form"]').click();
  await page.locator('input[name=times][value=evening]').check();
  if (options?.scripts !== false) {
    await page.locator('details', { has: page.locator('input[name=name]') }).locator('summary').click();
    await page.locator('input[name=name]').fill(marker);
  }
  return page;
}

async function gone(page) {
  await page.waitForURL(house.neutral.address + '/');
  assert.equal(await page.title(), 'Sää');
}

async function backIsNeutral(page) {
  await page.goBack().catch(() => {});
  await page.waitForURL(house.neutral.address + '/');
  assert.equal(await page.locator('input').count(), 0, 'Back shows the form');
  assert.ok(!(await page.content()).includes(marker), 'Back shows what was typed');
}

for (const [how, leave] of [
  ['the button', (p) => p.locator('#exit').click()],
  ['the link after the skip link', (p) => keyboard.press(p, 'a.skip-exit')],
  ['Shift three times', async (p) => { for (let i = 0; i < 3; i++) await p.keyboard.press('Shift'); }],
]) {
  test(`A-25 ${how} leaves, and Back shows a neutral page`, async () => {
    const page = await halfWay();
    await leave(page);
    await gone(page);
    await backIsNeutral(page);
  });
}

test('A-25 the page blanks at once and says one neutral word', async () => {
  const page = await house.visitor();
  const said = [];
  let heard;
  const telling = new Promise((done) => { heard = done; });
  await page.exposeFunction('told', (word, fields, text) => { said.push({ word, fields, text }); heard(); });
  // What a page says as it goes is lost when it is gone before it was heard.
  await page.route(house.neutral.address + '/', async (route) => { await telling; await route.continue(); });
  await page.addInitScript(() => new MutationObserver(() => {
    const word = document.querySelector('[role=alert]')?.textContent;
    if (word) window.told(word, document.querySelectorAll('input, textarea, select').length, document.body.textContent);
  }).observe(document, { subtree: true, childList: true, characterData: true }));
  await page.goto(house.address + '/contact/form?for=aikuiset');
  await page.locator('#exit').click();
  await gone(page);
  assert.equal(said.length > 0, true, 'nothing was said');
  assert.match(said[0].word, /^\p{L}+[.…]?$/u);
  assert.deepEqual([said[0].fields, said[0].text.trim()], [0, said[0].word], 'more than the word is on the page');
});

test('A-25 Shift for a capital letter, and Shift-Shift-A-Shift, do not leave', async () => {
  const page = await halfWay();
  await page.locator('input[name=name]').focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+A');
  for (const key of ['Shift', 'Shift', 'a', 'Shift']) await page.keyboard.press(key);
  assert.equal(new URL(page.url()).pathname, '/contact/form');
  assert.ok((await page.locator('input[name=name]').inputValue()).endsWith('AAAAa'));
  assert.match(await page.locator('#leaving').textContent(), /\S/, 'one press is told to the screen reader');
});

test('A-25 presses are told, and forgotten after five seconds', async () => {
  const page = await house.visitor();
  await page.clock.install();
  await page.goto(house.address + '/contact/form?for=aikuiset');
  await page.keyboard.press('Shift');
  const first = await page.locator('#leaving').textContent();
  await page.keyboard.press('Shift');
  const second = await page.locator('#leaving').textContent();
  assert.ok(first && second && first !== second, `one "${first}", two "${second}"`);
  await page.clock.runFor(5100);
  await page.keyboard.press('Shift');
  assert.equal(await page.locator('#leaving').textContent(), first, 'the third press came too late');
  assert.equal(new URL(page.url()).origin, house.address);
});

test('A-25 without scripts the button and the link leave', async () => {
  for (const selector of ['#exit', 'a.skip-exit']) {
    const page = await halfWay({ scripts: false });
    await page.locator(selector).focus();
    await page.keyboard.press('Enter');
    await gone(page);
    await backIsNeutral(page);
  }
});

test('A-25 without scripts nothing of the form comes back, also after it was refused', async () => {
  const page = await halfWay({ scripts: false });
  await page.locator('input[name=channel][value=call]').check();
  await page.locator('main form button[type=submit]').click();
  assert.equal(await page.locator('.summary').count(), 1, 'the form was to be refused: no number was given');
  await page.locator('#exit').click();
  await gone(page);
  for (let steps = 0; steps < 2; steps++) {
    await page.goBack().catch(() => {});
    assert.equal(await page.locator('input[name=channel]').count(), 0, `Back ${steps + 1} times shows the form`);
  }
});

test('A-25 the first form page comes after a page that says the browser remembers', async () => {
  const page = await house.visitor();
  await page.goto(house.address + '/');
  const ways = await page.locator('main a[href*="contact"]').evaluateAll((all) => all.map((a) => new URL(a.href).pathname));
  assert.ok(ways.length > 0 && ways.every((p) => p === '/contact'), `the front page leads to ${ways}`);
  await page.goto(house.address + '/contact');
  assert.match(await page.locator('main').innerText(), /histori/);
});

for (const scripts of [true, false]) {
  test(`A-25 leaving ends the stay on the server, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const page = await house.visitor({ scripts });
    const code = await ask(house, page);
    await enter(house, page, code);
    const stay = await page.locator('form[action$="/code/look"] input[name=stay]').inputValue();
    const look = () => fetch(house.address + '/code/look', { method: 'POST', body: new URLSearchParams({ stay }) }).then((r) => r.status);
    assert.equal(await look(), 200, 'the stay was alive');
    await page.locator('#exit').click();
    await gone(page);
    for (let i = 0; i < 40 && (await look()) === 200; i++) await new Promise((done) => setTimeout(done, 50));
    assert.equal(await look(), 409, 'the stay still opens');
  });
}

test('A-25 leaving a chat ends it on the server', async () => {
  const page = await house.visitor();
  await page.goto(house.address + '/chat?for=aikuiset');
  await page.locator('form[action$="/chat/start"] button').click();
  const talk = await page.locator('[data-chat-form] input[name=talk]').inputValue();
  const read = () => fetch(house.address + '/chat/read', { method: 'POST', body: new URLSearchParams({ talk }) }).then((r) => r.text());
  assert.ok((await read()).includes('data-chat-form'), 'the chat was alive');
  await page.locator('#exit').click();
  await gone(page);
  for (let i = 0; i < 40 && (await read()).includes('data-chat-form'); i++) await new Promise((done) => setTimeout(done, 50));
  assert.ok(!(await read()).includes('data-chat-form'), 'the chat still opens');
});
