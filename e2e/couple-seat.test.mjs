// one no longer feels safe. Anna and Kari each have a browser of their own and a code of their own; a gateway of our own
// takes what is sent to their telephones. Whatever Anna answers, Kari has what he has when a worker falls ill.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { languages, look } from './look.mjs';
import { codeOn, enter, keyboard, mouse, own, send, submit, words } from './steps.mjs';

const leena = 'coordinator-3';
const keys = {};
let gateway, house, joint;
const anna = { number: '+358405550801', worker: 'Hanna' };
const kari = { number: '+358405550802', worker: 'Mikko' };

before(async () => {
  gateway = await gatewayPeer();
  house = await open({ now: '2027-02-15T08:00', days: 1, env: { RINNALLA_SMS_URL: gateway.address, RINNALLA_SMS_SENDER: 'Ajat', RINNALLA_SMS_REPLY_SECRET: '5d41402abc4b2a76b9719d911017c592aa' } });
  await offers();
  await house.settle();
});
afterEach(() => house.settle());
after(async () => { await house.close(); gateway.close(); });

/** gatewayPeer takes text messages as docs/sms-gateway.md tells. */
async function gatewayPeer() {
  const taken = [];
  const server = createServer(async (ask, answer) => {
    let body = '';
    for await (const part of ask) body += part;
    taken.push(JSON.parse(body));
    answer.writeHead(202).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { address: `http://127.0.0.1:${server.address().port}/send`, to: (n) => taken.filter((m) => m.to === n).map((m) => m.text), close: () => server.close() };
}

/** staff is one of the pair, found by the name on the desk. */
async function staff(name) {
  if (!keys[name]) {
    for (const key of Object.keys(house.links).filter((k) => /^worker/.test(k) && !Object.values(keys).includes(k))) {
      const page = await house.desk(key);
      const called = await page.locator('header').textContent();
      for (const n of ['Hanna', 'Mikko']) if (called.includes(n)) keys[n] = key;
      if (keys[name]) return page;
    }
  }
  return house.staff(keys[name]);
}

/** offers has Oulu offer own visits and joint meetings, where it does not yet. */
async function offers() {
  const page = await house.staff(leena);
  for (const model of ['low-threshold-individual', 'couple-meetings']) {
    await page.goto(house.address + '/unit');
    const add = page.locator('form[action$="/offers"]');
    if (!(await add.locator(`option[value="${model}"]`).count())) continue;
    const fold = page.locator('details', { has: add });
    if (!(await fold.evaluate((d) => d.open))) await fold.locator('summary').click();
    await add.locator('select[name=model]').selectOption(model);
    await add.locator('input[name=slug]').fill(`kaksin-${model}`);
    await add.locator('button').click();
    await page.locator(`a[href="/services/kaksin-${model}"]`).first().waitFor();
  }
}

/** post sends what a form of a worker's page would, and wants it done. */
async function post(page, path, fields) {
  const answer = await send(page, path, fields);
  assert.equal(answer.status, 200, `${path}: ${answer.text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').slice(0, 900)}`);
  return answer;
}

/** comes begins visits of one's own, by telephone, with leave to send text messages and reminders. */
async function comes(who) {
  const page = await staff(who.worker);
  await page.goto(house.address + '/requests/new');
  const service = page.locator('main nav a', { hasText: /omat käynnit/i });
  if (await service.count()) await service.first().click();
  await page.locator('input[name=channel][value=telephone]').check();
  await page.locator('input[name=reach][value=sms]').check();
  await page.locator('details', { has: page.locator('input[name=address]') }).locator('summary').click();
  await page.locator('input[name=address]').fill('0' + who.number.slice(4));
  await page.locator('input[name=hour-from]').fill('6');
  await page.locator('input[name=hour-to]').fill('21');
  await page.locator('input[name=last-day]').fill('2027-05-10');
  await page.locator('form[action="/requests/new"] button[type=submit]').last().click();
  who.own = await codeOn(page);
  await page.locator('main a[href^="/requests/"]').click();
  assert.equal(await own(page, { day: '2027-02-16', clock: '10:00', act: 'book' }), 'done');
  who.home = new URL(page.url()).pathname;
  await page.goto(house.address + who.home);
}

/** hold marks the visit that has begun. */
async function hold(page, at) {
  await page.goto(house.address + at);
  await post(page, at + '/hold', { meeting: await page.locator('form[action$="/hold"] input[name=meeting]').first().getAttribute('value') });
}

/** agree books the next joint meeting, by the joint page's own form. */
async function agree(day) {
  const page = await staff('Hanna');
  await page.goto(house.address + joint);
  assert.equal(await at(page, day), 200);
}

/** at types a time into the joint page's form, for a meeting that is booked or moved, and gives the answer's status. */
async function at(page, day) {
  const form = page.locator('#times-part form[method=post]', { has: page.locator('input[name=day]') }).last();
  const fold = form.locator('details', { has: page.locator('input[name=day]') });
  if (!(await fold.evaluate((d) => d.open))) await fold.locator('summary').click();
  await form.locator('input[name=day]').fill(day);
  await form.locator('input[name=clock]').fill('10:00');
  const status = await submit(page, form.locator('button').last());
  return status === 303 ? 200 : status;
}

/** seat opens a party's seat in a browser of their own. */
async function seat(who, options) {
  const page = await house.visitor({ width: 360, ...options });
  await enter(house, page, who.seat);
  assert.equal(await page.locator('main .summary').count(), 0, 'the code opens nothing');
  return page;
}

/** main is a page's own markup once all of it has come, without the stay, which is new each time. */
async function main(page) {
  await page.waitForLoadState();
  return page.locator('main').evaluate((m) => m.innerHTML.replace(/name="stay" value="[^"]*"/g, ''));
}

/** answer presses one of the three, and gives what comes back. */
async function answer(page, said, hand = mouse) {
  const status = await submit(page, { click: () => hand.press(page, `form[action$="/code/answer"] button[value=${said}]`) });
  return { status, url: page.url(), title: await page.title(), main: await main(page) };
}

/** answered has both say that they felt safe. */
async function bothSafe() {
  for (const who of [anna, kari]) {
    const page = await seat(who);
    assert.equal((await answer(page, 'yes')).status, 200);
  }
}

test('two come by their own visits, and each gets a code of their own', async () => {
  await comes(anna);
  await comes(kari);
  await house.turn('2027-02-16T12:00');
  for (const who of [anna, kari]) {
    const page = await staff(who.worker);
    await hold(page, who.home);
    await page.goto(house.address + who.home);
    assert.equal(await own(page, { day: '2027-02-17', clock: '10:00', act: 'book' }), 'done');
  }
  await house.turn('2027-02-17T12:00');
  for (const who of [anna, kari]) await hold(await staff(who.worker), who.home);
  const points = new URLSearchParams(['motivated', 'charted', 'emotion-regulation', 'time-out'].map((p) => ['point', p]));
  const hanna = await staff('Hanna');
  const mikko = await staff('Mikko');
  for (const [page, who, role] of [[hanna, anna, 'experienced'], [mikko, kari, 'used']]) {
    await page.goto(house.address + who.home + '/couple');
    await post(page, who.home + '/couple/role', { role });
    await page.goto(house.address + who.home + '/couple');
    for (const [, p] of points) await page.locator(`input[name=point][value="${p}"]`).check();
    await page.locator('form[action$="/couple/points"] button').last().click();
    await page.waitForURL(/done=points/);
  }
  await post(hanna, anna.home + '/couple/wish', { day: '2027-02-17', alone: 'yes' });
  await hanna.goto(house.address + anna.home + '/couple');
  await hanna.locator('form[action$="/couple/word"] button').click();
  const word = await codeOn(hanna);
  await post(mikko, kari.home + '/couple/join', { word });
  for (const [page, who] of [[hanna, anna], [mikko, kari]]) {
    await page.goto(house.address + who.home + '/couple');
    const code = page.locator('form[action$="/couple/code"] button');
    if (!(await code.isVisible())) await page.locator('details', { has: code }).locator('summary').first().click();
    await code.click();
    who.seat = await codeOn(page);
    await page.goto(house.address + who.home + '/couple');
    joint = await page.locator('main a[href^="/episodes/"]').evaluateAll((all, home) => all.map((a) => a.getAttribute('href')).find((h) => /^\/episodes\/[0-9a-f-]{36}$/.test(h) && h !== home), who.home);
    await post(page, joint + '/safer', { safer: 'yes' });
  }
  assert.notEqual(anna.seat, kari.seat);
});

for (const scripts of [true, false]) {
  test(`a seat shows both the same, before there is a time and with one, ${scripts ? 'with' : 'without'} scripts`, async () => {
    if (scripts) {
      const [hers, his] = [await seat(anna), await seat(kari)];
      assert.match(await words(hers), /ei ole vielä sovittu.*Tuntuuko yhteiseen tapaamiseen tuleminen turvalliselta/i);
      assert.equal(await main(hers), await main(his));
      await agree('2027-03-02');
    }
    const [hers, his] = [await seat(anna, { scripts }), await seat(kari, { scripts })];
    const said = await words(hers);
    for (const word of [/ti 2\.3\. klo 10\.00/, /Isokatu 4/, /Hanna V\.(,| ja) Mikko R\./, /1 ?\/ ?5/, /Tapaamiset ovat maksuttomia/, /Kumpikin vastaa yksin/]) assert.match(said, word);
    assert.doesNotMatch(said, /väkival|toive|\bAnna\b|\bKari\b|peru tapaaminen|tekstiviesti/i);
    assert.equal(await main(hers), await main(his), 'the two seats differ');
    assert.deepEqual(await hers.locator('main form').evaluateAll((all) => all.map((f) => new URL(f.action).pathname)), ['/code/answer', '/code/look', '/code/leave']);
    const sizes = await hers.locator('button[name=answer]').evaluateAll((all) => all.map((b) => { const r = b.getBoundingClientRect(); const s = getComputedStyle(b); return [r.width, r.height, s.color, s.backgroundColor, s.fontWeight].join(' '); }));
    assert.equal(new Set(sizes).size, 1, `the answers are not of one size and weight: ${sizes.join(' | ')}`);
  });
}

test('A-09 each is asked after a meeting, with the same page for every answer', async () => {
  await house.turn('2027-03-02T12:00');
  await hold(await staff('Hanna'), joint);
  const page = await staff('Hanna');
  await page.goto(house.address + joint);
  const refused = await send(page, joint + '/book', { day: '2027-03-09', clock: '10:00', kind: 'office' });
  assert.ok(refused.status >= 400, 'the next meeting is agreed before both have answered');
  const hers = await seat(anna);
  assert.match(await words(hers), /Oliko sinulla turvallinen olo\?.*1\. tapaamista/);
  const first = await answer(hers, 'yes', keyboard);
  assert.equal(first.status, 200);
  assert.match(await words(hers), /Kiitos vastauksesta/);
  await submit(hers, hers.locator('form[action$="/code/look"] button'));
  assert.equal(await hers.locator('main [aria-pressed], main :checked, main .chosen').count(), 0, 'an answer stays on the page');
  const his = await seat(kari, { scripts: false });
  assert.equal(await main(his), await main(hers), 'the one who answered has another page than the one who has not');
  const second = await answer(his, 'yes');
  assert.equal(second.main, first.main);
  await agree('2027-03-09');
  await house.turn('2027-03-09T12:00');
  await hold(await staff('Mikko'), joint);
  await bothSafe();
  await agree('2027-03-16');
});

let waits; // Kari's page and his messages when Anna did not feel safe
test('A-09 Anna answers no at night: nothing shows before the morning, and then a neutral word', async () => {
  await house.turn('2027-03-10T22:10');
  const before = await main(await seat(kari));
  const hers = await seat(anna, { scripts: false });
  const own = await main(hers);
  const yes = await answer(await seat(kari), 'yes');
  const no = await answer(hers, 'no');
  assert.deepEqual(no, yes, 'a no is answered otherwise than a yes');
  await submit(hers, hers.locator('form[action$="/code/look"] button'));
  assert.equal(await main(hers), own, 'her own page shows what she answered');
  await house.turn('2027-03-11T06:30');
  assert.equal(await main(await seat(kari)), before, 'Kari can tell at night');
  const told = gateway.to(kari.number).length;
  await house.turn('2027-03-11T07:05');
  const page = await seat(kari);
  assert.match(await words(page), /Aika siirtyy.*Olemme yhteydessä\..*2 ?\/ ?5/);
  assert.doesNotMatch(await words(page), /16\.3\./);
  assert.equal(await main(page), await main(await seat(anna)));
  assert.deepEqual(gateway.to(kari.number).slice(told), ['Aika siirtyy. Olemme yhteydessä.']);
  assert.deepEqual(gateway.to(anna.number).slice(-1), ['Aika siirtyy. Olemme yhteydessä.']);
  waits = await main(page);
  for (const name of ['Hanna', 'Mikko']) { // both workers know at once, and neither is told whose answer it was
    const desk = await staff(name);
    await desk.goto(house.address + joint);
    assert.doesNotMatch(await words(desk), /Anna|Kari/);
  }
});

test('A-09 a yes by the same code takes nothing back; her own visits can be booked; her copy is behind her own code', async () => {
  const hers = await seat(anna);
  await answer(hers, 'yes');
  const hanna = await staff('Hanna');
  await hanna.goto(house.address + joint);
  const meeting = await hanna.locator('main').evaluate((m) => m.innerHTML.match(/move=([0-9a-f-]{36})/)?.[1]);
  if (meeting) {
    await hanna.goto(`${house.address}${joint}?move=${meeting}`);
    assert.equal(await at(hanna, '2027-03-17'), 409, 'it is given a new time while one is not safe');
  }
  await hanna.goto(house.address + anna.home);
  assert.equal(await own(hanna, { day: '2027-03-12', clock: '10:00', act: 'book' }), 'done');
  const client = await house.visitor({ width: 360 });
  await enter(house, client, anna.own);
  assert.match(await words(client), /12\.3\. klo 10\.00/);
  assert.doesNotMatch(await words(client), /Yhteiset tapaamiset|toive|Kari/i, 'own visits tell of the other process');
  for (const who of [anna, kari]) {
    const page = await house.visitor();
    await enter(house, page, who.own);
    const { data } = JSON.parse((await send(page, '/code/own/file', { stay: await page.locator('input[name=stay]').first().inputValue() })).text);
    assert.deepEqual(data.joint_party.map((x) => x.role), [who === anna ? 'experienced' : 'used'], 'a copy tells the other’s part');
    assert.deepEqual(data.joint_answer.map((x) => x.answer), who === anna ? ['yes', 'no'] : ['yes', 'yes'], 'a copy tells the other’s answer');
    assert.equal('wish_day' in data.joint_party[0], who === anna);
  }
  const his = await seat(kari);
  const stay = await his.locator('input[name=stay]').first().inputValue();
  for (const path of ['/code/own', '/code/erase', '/code/reach', '/code/release', '/code/cancel']) {
    const answer = await send(his, path, { stay });
    const never = await send(his, path, { stay: 'x'.repeat(stay.length) });
    assert.deepEqual([answer.status, answer.text.length], [never.status, never.text.length], path);
    assert.equal(answer.status, 409);
  }
});

test('A-09 a worker who falls ill leaves the very same', async () => {
  await house.turn('2027-03-12T12:00');
  let page = await staff('Hanna');
  await hold(page, anna.home);
  await post(page, anna.home + '/couple/safety', { answer: 'yes', alone: 'yes' });
  await page.goto(house.address + joint);
  await page.locator('a[href*="move="]').first().click();
  await page.waitForURL(/move=/);
  assert.equal(await at(page, '2027-03-16'), 200);
  assert.match(await words(await seat(kari)), /16\.3\. klo 10\.00/);
  await house.turn('2027-03-15T06:40');
  page = await staff('Mikko');
  await page.goto(house.address + joint);
  const told = gateway.to(kari.number).length;
  await page.evaluate(() => document.querySelectorAll('main details').forEach((d) => { d.open = true; }));
  await submit(page, page.locator('form[action$="/wait"] button').first());
  assert.match(await words(await seat(kari)), /16\.3\. klo 10\.00/, 'it shows before its hour');
  await house.turn('2027-03-15T07:05');
  assert.equal(await main(await seat(kari)), waits, 'a worker who is ill looks otherwise than Anna');
  assert.deepEqual(gateway.to(kari.number).slice(told), ['Aika siirtyy. Olemme yhteydessä.']);
});

test('the seat at a phone’s width, by axe, in three languages', async () => {
  const found = [];
  for (const lang of languages) {
    const page = await house.visitor({ width: 360 });
    await page.goto(house.address + (lang === 'fi' ? '' : `/${lang}`) + '/code');
    await page.locator('input[name=code]').fill(kari.seat);
    await page.locator('main form button[type=submit]').first().click();
    await page.locator('form[action$="/code/answer"]').waitFor();
    found.push(...(await look(page, `the seat in ${lang}`)));
    await page.locator('button[value=yes]').click();
    await page.locator('form[action$="/code/look"]').waitFor();
    found.push(...(await look(page, `the thanks in ${lang}`)));
    assert.doesNotMatch(await page.title(), /turva|trygg|safe/i);
  }
  assert.deepEqual(found, []);
});
