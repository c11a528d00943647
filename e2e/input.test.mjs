// Bad input: too large, not text, hostile, not there, sent twice, gone back to. A clear answer, nothing half-done.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { ask, codeOn, enter, send, submit, words } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-01-12T16:40', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

const post = (path, body, headers = {}) => fetch(house.address + path, { method: 'POST', body, redirect: 'manual',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers } });
const filled = { for: 'aikuiset', settled: 'yes', channel: 'none', language: 'fi' };

test('health answers JSON, and the demo told what an outside test needs', async () => {
  const answer = await fetch(house.address + '/health');
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^application\/json/);
  assert.equal((await answer.json()).status, 'ok');
  assert.match(house.said.address, /^http:\/\/(localhost|127\.0\.0\.1):\d+$/);
  assert.equal(new Date(house.said.now).getTime(), Date.UTC(2027, 0, 12, 14, 40));
  for (const role of ['worker', 'coordinator', 'operator', 'editor']) assert.ok(house.links[role].startsWith(house.address + '/sign-in/link/'), role);
});

test('the clock goes by both ways of telling, and never back', async () => {
  const before = await house.turn('1h');
  assert.match(before, /^2027-01-12T17:4\d$/);
  for (const wrong of [{ to: '2026-01-01T10:00' }, { to: 'soon' }, { by: 'a day' }, {}]) {
    assert.equal((await post('/demo/clock', new URLSearchParams(wrong).toString())).status, 422, JSON.stringify(wrong));
  }
});

test('a body that is too large is refused', async () => {
  for (const path of ['/contact/send', '/code', '/chat/say', '/sign-in']) {
    assert.equal((await post(path, 'name=' + 'a'.repeat(200_000))).status, 413, path);
  }
});

test('bytes that are not text are refused', async () => {
  for (const bad of ['name=%ff%fe', 'name=a%00b', '%ff=1', 'channel=%c3%28']) {
    for (const path of ['/contact/send', '/code']) assert.equal((await post(path, `${new URLSearchParams(filled)}&${bad}`)).status, 422, `${path} ${bad}`);
  }
});

test('an address that is not there is told in three languages, without telling more', async () => {
  const told = [];
  for (const prefix of ['', '/sv', '/en']) {
    for (const path of ['/nothing', '/services/none', '/../../etc/passwd', "/services/' or 1=1 --", '/static/../keys.db']) {
      const answer = await fetch(house.address + prefix + encodeURI(path));
      assert.equal(answer.status, 404, prefix + path);
    }
    const page = await house.visitor();
    await page.goto(`${house.address}${prefix}/nothing`);
    told.push(await words(page, 'h1'));
  }
  assert.equal(new Set(told).size, 3, told.join(', '));
});

test('the form comes back with what was typed, hostile or not, and runs nothing of it', async () => {
  const page = await house.visitor();
  const hostile = `"><script>document.title='x'</script><img src=x onerror=alert(1)>'; drop table request; --`.slice(0, 60);
  let asked = false;
  page.on('dialog', (d) => { asked = true; d.dismiss(); });
  await page.goto(house.address + '/contact/form?for=aikuiset');
  await page.locator('input[name=channel][value=email]').check();
  await page.locator('input[name=email-address]').fill('not an address <b>');
  await page.locator('details', { has: page.locator('input[name=name]') }).locator('summary').click();
  await page.locator('input[name=name]').fill(hostile);
  await page.locator('input[name=times][value=weekend]').check();
  const status = await submit(page, page.locator('main form button[type=submit]'));
  assert.equal(status, 422);
  assert.equal(await page.locator('input[name=name]').inputValue(), hostile);
  assert.equal(await page.locator('input[name=email-address]').inputValue(), 'not an address <b>');
  assert.ok(await page.locator('input[name=times][value=weekend]').isChecked());
  assert.match(await page.title(), /^(Virhe|Error|Fel)/);
  const link = page.locator('.summary a').first();
  await link.click();
  assert.equal(await page.evaluate(() => document.activeElement?.name), 'email-address', "the summary's link leads to its field");
  assert.ok(!asked);
});

test('a name with letters of every kind is kept as it is and shown as it is', async () => {
  const name = `Åke <i>O'Brien</i> & 李 🙂`;
  const page = await house.visitor();
  const { status } = await inForm(page, { ...filled, name, token: crypto.randomUUID() });
  assert.equal(status, 200);
  const worker = await house.staff('worker');
  await worker.goto(house.address + '/desk');
  for (const path of await worker.locator('main a[href^="/requests/"]:not([href$="/new"])').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
    await worker.goto(house.address + path);
    if ((await words(worker)).includes(name)) return;
  }
  assert.fail('no request carries the name');
});

async function inForm(page, fields) {
  await page.goto(house.address + '/contact/form?for=aikuiset');
  return send(page, '/contact/send', fields);
}

async function waiting() {
  const worker = await house.desk('worker');
  return worker.locator('section[aria-labelledby=waiting] tbody tr').count();
}

test('the same form sent twice at once makes one request', async () => {
  const before = await waiting();
  const token = crypto.randomUUID();
  const page = await house.visitor();
  await page.goto(house.address + '/contact/form?for=aikuiset');
  const answers = await Promise.all([1, 2].map(() => send(page, '/contact/send', { ...filled, token })));
  for (const a of answers) assert.equal(a.status, 200);
  assert.equal(await waiting(), before + 1);
});

test('a double click sends one request, and the code on the screen opens it', async () => {
  const before = await waiting();
  const page = await house.visitor();
  await page.goto(house.address + '/contact/form?for=aikuiset');
  await page.locator('main form button[type=submit]').dblclick();
  await page.waitForURL('**/contact/send');
  const code = await codeOn(page);
  assert.equal(await waiting(), before + 1);
  await enter(house, page, code);
  assert.equal(await page.locator('form[action$="/code/look"]').count(), 1, 'the shown code does not open');
});

test('Back from the code, and from a client\'s page, shows neither again and makes nothing', async () => {
  const page = await house.visitor();
  const code = await ask(house, page);
  const before = await waiting();
  await page.goBack();
  assert.ok(!(await page.content()).includes(code), 'Back shows the code');
  await enter(house, page, code);
  await page.locator('form[action$="/code/leave"] button').click();
  await page.locator('form[action$="/code/look"]').waitFor({ state: 'detached' });
  await page.goBack().catch(() => {});
  assert.equal(await page.locator('form[action$="/code/look"]').count(), 0, "Back shows the client's page");
  assert.equal(await waiting(), before);
});

test('a form of another site is refused', async () => {
  for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
    assert.equal((await post('/contact/send', new URLSearchParams(filled).toString(), headers)).status, 403, JSON.stringify(headers));
  }
});

test('a time that does not exist, or is no time, is refused and what was typed stays', async () => {
  const worker = await house.staff('worker');
  await worker.goto(house.address + '/desk');
  const path = await worker.locator('main a[href^="/requests/"]:not([href$="/new"])').first().getAttribute('href');
  await worker.goto(house.address + path);
  for (const [day, clock] of [['2027-03-28', '03:30'], ['2027-02-30', '12:00'], ['2027-01-20', '25:00'], ["x' or 1=1", '12:00'], ['2020-01-20', '12:00']]) {
    const { status, text } = await send(worker, path + '/offer', { kind: 'home', day, clock });
    assert.ok([409, 422].includes(status), `${day} ${clock}: ${status}`);
    assert.ok(text.includes(`value="${day.replace("'", '&#39;')}"`), `${day} is lost`);
  }
});
