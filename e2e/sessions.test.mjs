// Stays of staff, with scripts: the question before the end, being signed out, proving it again, other browsers, rights
// that go at once; and what colleagues do for each other's accounts. The house's clock and the page's are turned together.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { look } from './look.mjs';

const password = 'villasukka kuivuu narulla';
let house, post, people = 0;
before(async () => {
  post = await mailbox();
  house = await open({ now: '2027-01-12T10:00', days: 1, env: { RINNALLA_SMTP: post.address } });
});
afterEach(() => house.settle());
after(async () => { await house.close(); post.close(); });

/** mailbox is a mail server on this machine that keeps what it takes. */
async function mailbox() {
  const letters = [];
  const server = createServer((to) => {
    let text = '', data = false;
    to.write('220 here\r\n');
    to.on('error', () => {});
    to.on('data', (part) => {
      text += part;
      for (let end; (end = text.indexOf(data ? '\r\n.\r\n' : '\r\n')) >= 0;) {
        const line = text.slice(0, end);
        text = text.slice(end + (data ? 5 : 2));
        if (data) { letters.push(line.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))); data = false; to.write('250 taken\r\n'); }
        else if (/^DATA/i.test(line)) { data = true; to.write('354 go on\r\n'); }
        else to.write(/^QUIT/i.test(line) ? '221 bye\r\n' : '250 yes\r\n');
      }
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { address: `127.0.0.1:${server.address().port}`, letters, close: () => server.close() };
}

/** turn moves the house's clock and then the pages', and lets them ask. */
async function turn(minutes, ...pages) {
  await house.turn(`${minutes}m`);
  for (const page of pages) await page.clock.fastForward(minutes * 60_000);
}

/** member is a colleague with a password and codes, invited by the coordinator and known to a worker, in a browser. */
async function member(roles = ['worker']) {
  const boss = await house.staff('coordinator'), colleague = await house.staff('worker');
  const email = `jasen-${++people}@example.fi`, name = `Jäsen ${people}`;
  await boss.goto(house.address + '/staff/invite');
  await boss.locator('input[name=name]').fill(name);
  await boss.locator('input[name=email]').fill(email);
  for (const r of ['worker', ...roles]) await boss.locator(`input[name=roles][value=${r}]`).check();
  await boss.locator('form[action="/staff/invite"] button').click();
  const link = await boss.locator('input[name=link]').inputValue();
  const page = await browser();
  await page.goto(link);
  await page.locator('form[action*="/sign-in/link/"] button').click();
  await page.waitForURL('**/sign-in/set-up');
  const who = { name, email, boss, secret: (await page.locator('code').first().innerText()).replace(/\s/g, '') };
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=again]').fill(password);
  await page.locator('input[name=code]').fill(await code(who));
  await page.locator('form[action="/sign-in/set-up"] button[type=submit]').last().click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  await page.goto(house.address + '/account');
  const number = await page.locator('[data-number]').innerText();
  await colleague.goto(house.address + '/newcomers');
  await colleague.locator('input[name=number]').last().fill(number);
  await colleague.locator('form[action="/newcomers"] button').last().click();
  await colleague.waitForURL('**/newcomers?done=known');
  return { ...who, page, colleague };
}

async function browser() {
  const page = await house.visitor();
  page.watch.staff = true;
  await page.clock.install();
  return page;
}

/** prove fills in a password and a new code on whatever page asks for them. */
async function prove(page, who, action) {
  await house.turn('1m'); // a code works once
  const form = page.locator(`form[action="${action}"]`);
  if (action === '/sign-in') await form.locator('input[name=email]').fill(who.email);
  await form.locator('input[name=password]').fill(password);
  await form.locator('input[name=code]').fill(await code(who));
  await form.locator('button[type=submit]').click();
}

async function signIn(page, who) {
  await page.goto(house.address + '/sign-in');
  await prove(page, who, '/sign-in');
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

const soon = '[data-ending=soon]', over = '[data-ending=over]';

test('a page asks before the stay ends, and one can stay', async () => {
  const { page } = await member();
  await page.goto(house.address + '/account');
  const told = await page.locator('[data-ends]').innerText();
  await turn(20, page);
  assert.equal(await page.locator(soon).isVisible(), false, 'it asks ten minutes before the end');
  await turn(6, page);
  await page.locator(soon).waitFor({ state: 'visible' });
  assert.deepEqual(await look(page, 'the question'), []);
  await page.locator(`${soon} [data-stay]`).click();
  await page.locator(soon).waitFor({ state: 'hidden' });
  assert.notEqual(await page.locator('[data-ends]').innerText(), told, 'the page still tells the former end');
  await turn(20, page);
  assert.equal((await page.goto(house.address + '/account')).status(), 200, 'staying on did not keep the stay');
});

test('nothing typed: the page leads to signing in by itself, and back', async () => {
  const who = await member();
  const { page } = who;
  await page.goto(house.address + '/account/password');
  await turn(31, page);
  await page.waitForURL('**/sign-in?to=*');
  await prove(page, who, '/sign-in');
  await page.waitForURL('**/account/password');
});

test('something typed: it is covered, and still there after signing in beside it', async () => {
  const who = await member();
  const { page } = who;
  await page.goto(house.address + '/account');
  await page.locator('input[name=name]').fill('Nimi kesken');
  await turn(31, page);
  await page.locator(over).waitFor({ state: 'visible' });
  assert.deepEqual(await look(page, 'the cover'), []);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator(over).isVisible(), true, 'Escape lifts the cover');
  const [beside] = await Promise.all([page.context().waitForEvent('page'), page.locator(`${over} a`).click()]);
  await prove(beside, who, '/sign-in');
  await beside.waitForURL('**/account');
  await page.bringToFront();
  await page.locator(`${over} [data-stay]`).click();
  await page.locator(over).waitFor({ state: 'hidden' });
  assert.equal(await page.locator('input[name=name]').inputValue(), 'Nimi kesken');
  await page.locator('form[action="/account"] button').click();
  await page.waitForURL('**/account?done=name');
});

test('what cannot be taken back asks for a proof, shows the password on request, and goes on', async () => {
  const who = await member();
  const { page } = who;
  await turn(11, page);
  await page.goto(house.address + '/account/password');
  assert.deepEqual(await look(page, 'proving it again'), []);
  const field = page.locator('form[action="/sign-in/again"] input[name=password]');
  await field.fill(password);
  assert.equal(await field.getAttribute('type'), 'password');
  await page.locator('[data-show]').click();
  assert.equal(await field.getAttribute('type'), 'text', 'the password is not shown');
  await page.locator('[data-show]').click();
  assert.equal(await field.getAttribute('type'), 'password', 'it stays shown');
  await prove(page, who, '/sign-in/again');
  await page.waitForURL('**/account/password');
  assert.equal(await page.locator('input[name=present]').count(), 1);
});

test('the other browsers: seen in a list, ended one by one, and all at once', async () => {
  const who = await member();
  const [second, third] = [await browser(), await browser()];
  await signIn(second, who);
  await signIn(third, who);
  const { page } = who;
  await page.goto(house.address + '/account');
  const ends = page.locator('form[action="/account/stays/end"]');
  assert.equal(await ends.count(), 2, 'two other browsers');
  await ends.first().locator('button').click(); // the one used last: the third
  await page.waitForURL('**/account?done=stay');
  assert.equal((await third.goto(house.address + '/account')).status(), 401, 'the third browser is still in');
  assert.equal((await second.goto(house.address + '/account')).status(), 200);
  await page.locator('form[action="/account/everywhere"] button').click();
  await page.waitForURL('**/sign-in?out');
  for (const [name, one] of Object.entries({ second, page })) {
    assert.equal((await one.goto(house.address + '/account')).status(), 401, `${name} is still in`);
  }
});

test('a role that is taken is gone at the next page', async () => {
  const { page, boss, name } = await member(['worker']);
  assert.equal((await page.goto(house.address + '/desk')).status(), 200);
  await boss.goto(house.address + '/staff');
  await boss.locator('tbody tr', { hasText: name }).locator('a').click();
  await boss.locator('form[action$="/roles"] input[value=worker]').first().uncheck();
  await boss.locator('form[action$="/roles"] input[value=editor]').first().check();
  await boss.locator('form[action$="/roles"] button').first().click();
  await boss.waitForURL('**?done=roles');
  assert.equal((await page.goto(house.address + '/desk')).status(), 404, 'the desk still opens');
  assert.equal((await page.goto(house.address + '/account')).status(), 200, 'the stay went with the role');
});

test('two colleagues recover an account, and its owner may stop it by the letter', async () => {
  const found = [];
  const { page, boss, name, email } = await member();
  await boss.goto(house.address + '/staff');
  await boss.locator('tbody tr', { hasText: name }).locator('a').click();
  const at = boss.url();
  const ask = async () => {
    await boss.goto(at);
    await boss.locator('form[action$="/recovery"] button').click();
    return boss.locator('input[name=shown]').inputValue();
  };
  await ask();
  found.push(...(await look(boss, 'the code')));
  await page.goto(house.address + '/account');
  found.push(...(await look(page, 'the owner is told')));

  const letter = await until(() => post.letters.filter((l) => l.includes(email)).map((l) => l.match(/\/sign-in\/recovery\/[0-9a-f]{64}/)).find(Boolean)?.[0], 'no letter came');
  const stranger = await browser();
  await stranger.goto(house.address + letter);
  found.push(...(await look(stranger, 'the letter leads here')));
  await stranger.locator('main form button').click();
  await stranger.locator('main form').waitFor({ state: 'detached' });
  found.push(...(await look(stranger, 'it is stopped')));
  assert.equal((await page.goto(house.address + '/account')).status(), 200, 'stopping it signed the owner out');

  const code = await ask();
  const operator = await house.staff('operator');
  await operator.goto(house.address + '/staff');
  found.push(...(await look(operator, 'waits to be agreed to')));
  await operator.goto(at);
  found.push(...(await look(operator, 'to agree to')));
  await operator.locator('form[action$="/recovery/agree"] button').click();
  const link = await operator.locator('input[name=link]').inputValue();
  await stranger.goto(link);
  found.push(...(await look(stranger, 'the link')));
  await stranger.locator('input[name=code]').fill('1234 5678');
  await stranger.locator('main form button[type=submit]').click();
  await stranger.locator('.summary').waitFor();
  found.push(...(await look(stranger, 'a wrong code')));
  assert.equal((await page.goto(house.address + '/account')).status(), 200, 'a wrong code signed the owner out');
  await stranger.locator('input[name=code]').fill(code);
  await stranger.locator('main form button[type=submit]').click();
  await stranger.waitForURL('**/sign-in/set-up');
  assert.equal((await page.goto(house.address + '/account')).status(), 401, 'the former stay goes on');
  assert.deepEqual(found, []);
});

test('emergency access, who has seen it, the audit, newcomers', async () => {
  const found = [];
  const boss = await house.staff('coordinator'), worker = await house.staff('worker');
  for (const [page, path] of [[worker, '/emergency'], [worker, '/newcomers'], [boss, '/emergency/seen'], [boss, '/audit'], [boss, '/audit?number=x&day=y'], [worker, '/account']]) {
    await page.goto(house.address + path);
    assert.equal(await page.locator('h1').count(), 1, path);
    found.push(...(await look(page, path)));
  }
  assert.deepEqual(found, []);
});

/** until waits for something that the house does by itself. */
async function until(find, otherwise) {
  for (let i = 0; i < 100; i++) {
    const found = find();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.fail(otherwise);
}

/** code is the next one-time code by the house's clock (RFC 6238: SHA-1, six digits, thirty seconds). */
async function code(who) {
  const at = new Date((await house.turn('0s')) + ':00+02:00').getTime() / 1000;
  const bits = [...who.secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(at / 30)));
  const mac = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(count).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
