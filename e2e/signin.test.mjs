// Staff sign in: by a passkey (a virtual authenticator of the browser's own), or by a password and a code of six digits.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { submit, words } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-01-12T10:00', days: 1 }); });
afterEach(() => house.settle());
after(() => house.close());

/** invite has a coordinator invite somebody and gives the link. */
async function invite(name, email) {
  await house.staff('worker'); // in a house where nobody else works there would be nobody to ask
  const page = await house.staff('coordinator');
  await page.goto(house.address + '/staff/invite');
  await page.locator('input[name=name]').fill(name);
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=roles][value=worker]').check();
  await page.locator('form[action="/staff/invite"] button').click();
  return page.locator('input[name=link]').inputValue();
}

async function accept(page, link) {
  page.watch.staff = true;
  await page.goto(link);
  await page.locator(`form[action*="/sign-in/link/"] button`).click();
  await page.waitForURL('**/sign-in/set-up');
}

async function signOut(page) {
  await Promise.all([page.waitForResponse((r) => r.url().endsWith('/sign-out')), page.locator('form[action="/sign-out"] button').first().click()]);
  await page.waitForLoadState();
  await shut(page, 'the desk opens after signing out');
}

/** known has a second colleague ask the newcomer for the number on their page, as one would over the table. */
async function known(page) {
  await page.goto(house.address + '/account');
  const number = await page.locator('[data-number]').innerText();
  const other = await house.staff('worker');
  await other.goto(house.address + '/newcomers');
  await other.locator('input[name=number]').last().fill(number);
  await other.locator('form[action="/newcomers"] button').last().click();
  await other.waitForURL('**/newcomers?done=known');
}

/** shut tells that the desk asks to sign in. */
async function shut(page, why) {
  await page.goto(house.address + '/desk');
  assert.equal(await page.locator('input[name=password]').count(), 1, why);
}

test('an invited worker adds a passkey and signs in by it', async () => {
  const page = await house.visitor();
  page.watch.staff = true;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal',
    hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  const link = await invite('Testi T.', 'testi@example.fi');
  await accept(page, link);
  await page.locator('[data-passkey=add] button').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  assert.equal((await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length, 1);
  await known(page);
  await page.goto(house.address + '/desk');
  await signOut(page);
  await page.locator('[data-passkey=sign-in] button').click();
  await page.locator('header', { hasText: 'Testi T.' }).waitFor();
  assert.equal((await page.goto(link)).status(), 404, 'the invitation works twice');
});

test('an invited worker chooses a password and a code app, without scripts, and signs in by them', async () => {
  const page = await house.visitor({ scripts: false });
  const link = await invite('Salla S.', 'salla@example.fi');
  await accept(page, link);
  const secret = (await page.locator('code').first().innerText()).replace(/\s/g, '');
  const password = 'neljä sanaa peräkkäin tässä';
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=again]').fill(password);
  await page.locator('input[name=code]').fill(totp(secret, await now()));
  await page.locator('form[action="/sign-in/set-up"] button[type=submit]').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  assert.equal((await page.goto(house.address + '/desk')).status(), 404, 'a newcomer whom nobody knows has a desk');
  await known(page);
  await page.goto(house.address + '/desk');
  await page.locator('form[action="/sign-out"] button').first().click();
  await house.turn('1m');
  for (const [wrong, code] of [['väärä salasana tässä', totp(secret, await now())], [password, '000000']]) {
    await signIn(page, 'salla@example.fi', wrong, code);
    assert.equal(await page.locator('.summary').count(), 1);
  }
  await house.turn('2m');
  await signIn(page, 'salla@example.fi', password, totp(secret, await now()));
  await page.goto(house.address + '/desk');
  assert.match(await words(page, 'header'), /Salla S\./);
});

async function signIn(page, email, password, code) {
  await page.goto(house.address + '/sign-in');
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=code]').fill(code);
  await submit(page, page.locator('form[action="/sign-in"] button[type=submit]'));
}

test('a session is one cookie that scripts cannot read, and dies at signing out', async () => {
  const page = await house.desk('worker-2');
  const [cookie, ...more] = await page.context().cookies();
  assert.deepEqual([more.length, cookie.httpOnly, cookie.sameSite], [0, true, 'Strict']);
  await signOut(page);
  await page.context().addCookies([cookie]);
  await shut(page, 'an old cookie still opens');
});

/** now is the house's clock, to the second within the minute it tells. */
async function now() {
  const told = await house.turn('0s');
  return new Date(told + ':00+02:00').getTime() / 1000;
}

/** totp is RFC 6238: SHA-1, six digits, thirty seconds. */
function totp(secret, at) {
  const bits = [...secret.replace(/=+$/, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(at / 30)));
  const mac = createHmac('sha1', key).update(count).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
