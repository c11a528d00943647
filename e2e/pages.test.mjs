// Every page of visitors, in three languages and two widths, with the gallery: accessible, no wider than the screen, no
// cookie, nothing from anybody else, nothing that the policy refuses.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { open } from './house.mjs';
import { languages, look, visit } from './look.mjs';
import { ask } from './steps.mjs';

let house;
before(async () => { house = await open({ now: '2027-01-12T16:40', days: 30, dev: true }); });
afterEach(() => house.settle());
after(() => house.close());

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
