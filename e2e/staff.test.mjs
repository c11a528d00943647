// Every page of staff, in three languages and two widths: accessible, no wider than the screen, nothing from anybody else,
// nothing that the policy refuses.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { languages, look, visit } from './look.mjs';
import { codeOn, speak } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-01-12T16:40', days: 30 }); });
afterEach(() => house.settle());
after(() => house.close());

for (const lang of languages) {
  test(`staff pages, ${lang}`, async () => {
    const found = [];
    for (const [key, paths] of [
      ['worker', ['/desk', '/requests/new', '/episodes', '/calendar', '/chats', '/groups', '/groups/new', '/hours', '/account', '/account/password']],
      ['coordinator', ['/desk', '/unit', '/figures', '/hours', '/staff', '/staff/invite']],
      ['operator', ['/staff']],
    ]) {
      const page = await house.staff(key);
      await speak(house, page, lang);
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
    await speak(house, worker, lang);
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
    await newcomer.locator('form[action="/sign-in/set-up"] button[type=submit]').last().click();
    await newcomer.locator('.summary').waitFor();
    found.push(...(await look(newcomer, 'setting up, with mistakes')));
    assert.deepEqual(found, []);
  });
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
