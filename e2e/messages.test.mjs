// the abuser holds the same telephone. A gateway of our own on this machine takes the messages; the clock is turned.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { codeOn, enter, own, submit, words } from './steps.mjs';

const secret = '5d41402abc4b2a76b9719d911017c592aa';
const number = '+358405559999';
let gateway, house, episode, code;

before(async () => {
  gateway = await gatewayPeer();
  house = await open({ now: '2027-03-01T11:00', days: 2,
    env: { RINNALLA_SMS_URL: gateway.address, RINNALLA_SMS_SENDER: 'Ajat', RINNALLA_SMS_REPLY_SECRET: secret } });
});
afterEach(() => house.settle());
after(async () => { await house.close(); gateway.close(); });

/** gatewayPeer takes text messages as docs/sms-gateway.md tells, and keeps what it was asked. */
async function gatewayPeer() {
  const taken = [];
  const server = createServer(async (ask, answer) => {
    let body = '';
    for await (const part of ask) body += part;
    taken.push({ ...JSON.parse(body), key: ask.headers['idempotency-key'] });
    answer.writeHead(202).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { address: `http://127.0.0.1:${server.address().port}/send`, hers: () => taken.filter((m) => m.to === number), close: () => server.close() };
}

/** told is what the worker's page says of reaching the client. */
const told = async (page) => { await page.goto(episode); return words(page, '#reach'); };

const reply = (to, fields) => fetch(`${house.address}/gateway/sms/${to}`, { method: 'POST', body: new URLSearchParams(fields) });

async function move(page, day, clock) {
  await page.goto(episode);
  await page.locator('main a[href*="?move="]').first().click();
  await page.waitForURL(/move=/);
  assert.equal(await own(page, { day, clock, kind: 'agreed' }), 'done');
}

test('A-24 what she says is kept as she says it, and shown as what may be done now', async () => {
  const page = await house.staff('worker');
  await page.goto(house.address + '/requests/new');
  await page.locator('input[name=channel][value=telephone]').check();
  await page.locator('input[name=reach][value=sms]').check();
  await page.locator('details', { has: page.locator('input[name=address]') }).locator('summary').click();
  await page.locator('input[name=address]').fill('040 555 9999');
  await page.locator('input[name=hour-from]').fill('10');
  await page.locator('input[name=hour-to]').fill('14');
  await page.locator('input[name=may][value=other-may-answer]').check();
  await page.locator('input[name=code-word]').fill('kanerva');
  await page.locator('input[name=last-day]').fill('2027-03-31');
  await page.locator('form[action="/requests/new"] button[type=submit]').last().click();
  code = await codeOn(page);
  await page.locator('main a[href^="/requests/"]').click();
  assert.equal(await own(page, { day: '2027-03-09', clock: '12:00', kind: 'agreed', act: 'book' }), 'done');
  episode = page.url().replace(/[?#].*/, '');
  const says = await told(page);
  for (const part of ['Tekstiviesti klo 10–14, viimeistään 31.3.2027', 'Joku muu voi lukea viestin.', 'Järjestön nimeä ei sanota.', 'Kysy tunnussana ennen kuin sanot mitään.']) {
    assert.ok(says.includes(part), `${part} in: ${says}`);
  }
});

test('A-24 her meeting moves to 17.15: one neutral message, at ten on the next allowed day', async () => {
  await house.turn('2027-03-07T20:05');
  const page = await house.staff('worker');
  assert.deepEqual(gateway.hers(), [], 'nothing leaves of what was agreed together');
  await move(page, '2027-03-09', '17:15');
  assert.match(await told(page), /Lähtee seuraavaksi Tieto siirrosta, ma 8\.3\. klo 10\.00/);
  await house.turn('2027-03-08T09:59');
  assert.deepEqual(gateway.hers(), [], 'outside 10–14 nothing leaves');
  await house.turn('2027-03-08T10:00');
  await house.turn('2027-03-09T09:00');
  const [m, ...more] = gateway.hers();
  assert.deepEqual({ ...m, id: '', key: '' }, { id: '', key: '', to: number, from: 'Ajat', text: 'Muistutus: huomenna 17.15' });
  assert.ok(m.id && m.id === m.key, 'the same key for the same message');
  assert.deepEqual(more, [], 'the only message');
  assert.ok(!/Lähtee seuraavaksi/.test(await told(page)));
});

test('A-24 somebody answers: nothing is said back, Noora sees that a reply came and asks the code word', async () => {
  const page = await house.staff('worker');
  assert.equal((await reply('wrong' + secret, { from: number })).status, 404);
  assert.equal((await reply(secret, { from: '+358401111111', text: 'väärä numero' })).status, 204);
  await page.goto(house.address + '/desk');
  assert.ok(!(await words(page)).includes('Vastaus saapui'), 'an unknown number is nobody');
  assert.equal((await reply(secret, { from: number, text: 'kuka tämä on, sanoi sateenkaari?' })).status, 204);
  await page.goto(house.address + '/desk');
  assert.match(await words(page), /Vastaus saapui ti 9\.3\. eikä sitä tallennettu/);
  assert.match(await told(page), /Vastaus saapui\. Sitä ei tallennettu.*Kysy tunnussana ennen kuin sanot mitään\./);
  assert.ok(!house.keeps('sateenkaari'), 'the words of a reply are kept somewhere');
  assert.ok(!house.keeps('5559999'), 'the number lies somewhere in the clear');
  await submit(page, page.locator('#reach form[action$="/contact/seen"] button'));
  assert.ok(!/Vastaus saapui/.test(await told(page)));
  await house.turn('2027-03-10T12:00');
  assert.equal(gateway.hers().length, 1, 'something was answered');
});

test('A-24 she sees on her own page how she is reached, without the number', async () => {
  const page = await house.visitor({ scripts: false, width: 360 });
  await enter(house, page, code);
  assert.match(await words(page), /Sinulle saa lähettää tekstiviestin\. Kello 10–14, viimeistään 31\.3\.2027\./);
  await page.locator('form[action$="/code/reach"] button').click();
  await page.locator('form[action$="/code/allow"]').waitFor();
  const html = await page.content();
  assert.ok(!html.includes('9999') && !html.includes('kanerva'), 'the number or the word stands on the page');
});

test('A-24 1.4.: nothing leaves, and the number is nowhere to be seen', async () => {
  const page = await house.staff('worker');
  await page.goto(episode);
  await page.locator('form[action$="/hold"] button').click();
  await page.locator('form[action$="/hold"]').waitFor({ state: 'detached' });
  assert.equal(await own(page, { day: '2027-04-02', clock: '12:00', kind: 'agreed', act: 'book' }), 'done');
  await house.turn('2027-04-01T00:05');
  await move(page, '2027-04-02', '17:15');
  assert.match(await told(page), /Siirrosta ei voitu kertoa\. Lupa on päättynyt\..*Lupa päättyi 31\.3\.2027/);
  await house.turn('2027-04-01T23:00');
  assert.equal(gateway.hers().length, 1, 'a message left after the last day');
  for (const path of ['', '/contact']) {
    await page.goto(episode + path);
    const html = await page.content();
    assert.ok(!html.includes('555 9999') && !html.includes('kanerva'), `${path || 'the page'} shows the number or the word`);
  }
  await page.locator('input[name=channel][value=sms]').check();
  assert.equal(await page.locator('input[name=sms-address]').inputValue(), '', 'the old number is filled in');
});
