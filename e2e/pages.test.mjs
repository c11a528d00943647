// Every page, in three languages and two widths: accessible (WCAG 2.2 AA by axe), no wider than the screen, no cookie
// for visitors, nothing from anybody else, nothing that the policy refuses.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { ask, codeOn, enter } from './steps.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const languages = ['fi', 'sv', 'en'];

let house;
before(async () => { house = await open({ now: '2027-01-12T16:40', days: 30, dev: true }); });
afterEach(() => house.settle());
after(() => house.close());

/** look opens folded parts, then measures and checks the page as it stands at both widths. */
async function look(page, where) {
  const found = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => document.querySelectorAll('main details').forEach((d) => { d.open = true; }));
    const wide = await page.evaluate(tooWide);
    if (wide) found.push(`${where} at ${width}: ${wide}`);
    // Both layouts in Finnish; in the other languages the words differ, not the structure.
    if (width > 360 && (await page.evaluate(() => document.documentElement.lang)) !== 'fi') continue;
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
    const { violations } = await page.evaluate((values) => axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), tags);
    for (const v of violations) {
      if (v.impact === 'serious' || v.impact === 'critical') found.push(`${where} at ${width}: ${v.id}: ${v.nodes.slice(0, 2).map((n) => n.html).join(' | ')}`);
    }
  }
  return found;
}

/** tooWide tells by how much a page is wider than the screen, and what sticks out. It runs in the page. */
function tooWide() {
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over <= 0) return '';
  const out = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1);
  return `${over} px too wide: ${out.slice(-2).map((e) => e.outerHTML.slice(0, 120)).join(' | ')}`;
}

async function visit(page, address) {
  const answer = await page.goto(address);
  assert.ok(answer.status() < 400, `${address}: ${answer.status()}`);
}

const pages = ['/', '/services/aikuiset', '/services/lapset-ja-nuoret', '/services/avoin-ryhma', '/contact', '/contact/form', '/contact/form?for=lapset-ja-nuoret',
  '/partner', '/code', '/chat', '/safety', '/privacy', '/accessibility', '/sign-in'];

for (const lang of languages) {
  const prefix = lang === 'fi' ? '' : '/' + lang;

  test(`public pages, ${lang}`, async () => {
    const page = await house.visitor();
    const found = [];
    for (const path of pages) {
      await visit(page, house.address + (path === '/' && prefix ? prefix : prefix + path));
      assert.equal(await page.locator('html').getAttribute('lang'), lang, path);
      assert.doesNotMatch(await page.title(), /väkivalt|våld|violence|turvakoti|turvaverkko|kris|crisis/i, 'the title tells the theme');
      found.push(...(await look(page, prefix + path)));
    }
    assert.deepEqual(found, []);
  });

  test(`answers to visitors, ${lang}: mistakes, the code, a client's page, a talk, an address that is not there`, async () => {
    const page = await house.visitor();
    const found = [];
    await page.goto(`${house.address}${prefix}/contact/form?for=aikuiset`);
    await page.locator('input[name=channel][value=email]').check();
    await page.locator('main form button[type=submit]').click();
    await page.locator('.summary').waitFor();
    found.push(...(await look(page, 'mistakes')));
    const code = await ask(house, page, undefined, { lang: prefix });
    found.push(...(await look(page, 'the code')));
    await page.goto(`${house.address}${prefix}/code`);
    await page.locator('input[name=code]').fill(code);
    await page.locator('main form button').click();
    await page.locator('form[action$="/code/look"]').waitFor();
    found.push(...(await look(page, 'a client')));
    await page.goto(`${house.address}${prefix}/chat?for=aikuiset`);
    await page.locator('form[action$="/chat/start"] button').click();
    await page.locator('textarea').waitFor();
    found.push(...(await look(page, 'a talk')));
    assert.equal((await page.goto(`${house.address}${prefix}/not-here`)).status(), 404);
    assert.equal(await page.locator('html').getAttribute('lang'), lang);
    found.push(...(await look(page, 'not there')));
    assert.deepEqual(found, []);
  });

  test(`staff pages, ${lang}`, async () => {
    const found = [];
    for (const [key, paths] of [
      ['worker', ['/desk', '/requests/new', '/episodes', '/calendar', '/chats', '/groups', '/groups/new', '/hours', '/account', '/account/password']],
      ['coordinator', ['/desk', '/unit', '/figures', '/hours', '/staff', '/staff/invite']],
      ['operator', ['/staff']],
    ]) {
      const page = await house.staff(key);
      await speak(page, lang);
      const all = [...paths];
      if (key === 'worker') all.push(await first(page, '/desk', 'main a[href^="/requests/"]:not([href="/requests/new"])'), await first(page, '/episodes', 'tbody a[href^="/episodes/"]'), await first(page, '/groups', 'tbody a[href^="/groups/"]'));
      if (key === 'coordinator') all.push(await first(page, '/staff', 'tbody a[href^="/staff/"]'), await first(page, '/unit', 'main a[href*="/facts"]'), await first(page, '/unit', 'main a[href*="/places/"]'), await child(page));
      for (const path of all) {
        await visit(page, house.address + path);
        assert.equal(await page.locator('html').getAttribute('lang'), lang, path);
        found.push(...(await look(page, `${key} ${path.replace(/[0-9a-f-]{36}/g, '…')}`)));
      }
    }
    assert.deepEqual(found, []);
  });

  test(`answers to staff, ${lang}: a code, a talk, an account's first page`, async () => {
    const found = [];
    const worker = await house.staff('worker');
    await speak(worker, lang);
    await visit(worker, house.address + (await first(worker, '/desk', 'main a[href^="/requests/"]:not([href="/requests/new"])')));
    await worker.locator('details', { has: worker.locator('form[action$="/code"]') }).locator('summary').click();
    await worker.locator('form[action$="/code"] button').click();
    await codeOn(worker);
    found.push(...(await look(worker, 'a new code')));

    const visitor = await house.visitor();
    await visitor.goto(`${house.address}/chat?for=aikuiset`);
    await visitor.locator('form[action$="/chat/start"] button').click();
    await visitor.locator('textarea').fill('Hei');
    await visitor.locator('textarea + * button, form[action$="/chat/say"] button').first().click();
    await visit(worker, house.address + '/chats');
    await worker.locator('form[action$="/take"] button').first().click();
    await worker.locator('textarea').waitFor();
    found.push(...(await look(worker, 'a talk, as staff')));
    await worker.locator('form[action$="/end"] button').click();

    const coordinator = await house.staff('coordinator');
    await visit(coordinator, house.address + '/staff/invite');
    await coordinator.locator('input[name=name]').fill('Uusi Tulija');
    await coordinator.locator('input[name=email]').fill(`uusi-${lang}@example.org`);
    await coordinator.locator(`input[name=lang][value=${lang}]`).check();
    await coordinator.locator('form[action="/staff/invite"] button').click();
    const link = await coordinator.locator('input[name=link]').inputValue();
    found.push(...(await look(coordinator, 'an invitation')));
    const newcomer = await house.visitor();
    newcomer.watch.staff = true;
    await visit(newcomer, link);
    found.push(...(await look(newcomer, 'a welcome')));
    await newcomer.locator('main form button').first().click();
    await newcomer.waitForURL('**/sign-in/set-up');
    assert.equal(await newcomer.locator('html').getAttribute('lang'), lang);
    found.push(...(await look(newcomer, 'setting up')));
    await newcomer.locator('form[action="/sign-in/set-up"] button').last().click();
    await newcomer.locator('.summary').waitFor();
    found.push(...(await look(newcomer, 'setting up, with mistakes')));
    assert.deepEqual(found, []);
  });
}

test('the gallery: every component and every sample page', async () => {
  const found = [];
  const page = await house.visitor();
  await visit(page, house.address + '/dev/pages');
  found.push(...(await look(page, '/dev/pages')));
  const samples = await page.locator('a[href^="/dev/pages/"]').evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href')))]);
  assert.ok(samples.length > 5, `${samples.length} samples`);
  for (const path of samples) {
    await visit(page, house.address + path);
    found.push(...(await look(page, path)));
  }
  assert.deepEqual(found, []);
});

/** speak makes a staff member read a language from now on. */
async function speak(page, lang) {
  await page.goto(house.address + '/account');
  await page.locator(`form[action="/account"] input[name=lang][value=${lang}]`).check();
  await page.locator('form[action="/account"] button').click();
  await page.waitForLoadState();
}

/** first is the address of a page's first such link. */
async function first(page, path, selector) {
  await visit(page, house.address + path);
  return page.locator(selector).first().getAttribute('href');
}

/** child is a child's episode, with its guardians. */
async function child(page) {
  await visit(page, house.address + '/episodes');
  for (const path of await page.locator('tbody a[href^="/episodes/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
    await visit(page, house.address + path);
    if (await page.locator('blockquote').count()) return path;
  }
  return '/episodes';
}
