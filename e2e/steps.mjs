// What people do, in the words of the pages' structure: names of fields and addresses of forms, so that a better
// sentence on a page breaks nothing here.
import assert from 'node:assert/strict';

/** By mouse: on whatever the locator finds. */
export const mouse = {
  press: (page, selector) => page.locator(selector).first().click(),
  tick: (page, selector) => page.locator(selector).first().check(),
  type: (page, selector, text) => page.locator(selector).first().fill(text),
};

/** By keyboard alone: Tab until the thing has the focus, then Space, Enter or letters. */
export const keyboard = {
  async press(page, selector) { await reach(page, selector); await page.keyboard.press('Enter'); },
  async tick(page, selector) { await reach(page, selector); await page.keyboard.press('Space'); },
  async type(page, selector, text) { await reach(page, selector); await page.keyboard.type(text); },
};

async function reach(page, selector) {
  await page.locator(selector).first().waitFor();
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
  }
  assert.fail(`Tab never reaches ${selector}`);
}

/** ask sends the contact form for a service without a word about oneself and gives the code. */
export async function ask(house, page, hand = mouse, { service = 'aikuiset', times = ['evening'], lang = '' } = {}) {
  await page.goto(`${house.address}${lang}/services/${service}`);
  await hand.press(page, 'main a[href*="/contact"]');
  await page.waitForURL('**/contact?for=*');
  await hand.press(page, 'main a[href*="/contact/form"]');
  await page.waitForURL('**/contact/form?for=*');
  for (const t of times) await hand.tick(page, `input[name=times][value=${t}]`);
  await hand.press(page, 'main form button[type=submit]');
  await page.waitForURL('**/contact/send');
  return codeOn(page);
}

/** codeOn reads the return code from a page. */
export async function codeOn(page) {
  const code = (await page.locator('main .code').textContent()).replace(/\s+/g, ' ').trim();
  assert.match(code, /^[0-9A-Z]{4}[ -][0-9A-Z]{4}[ -][0-9A-Z]{4}$/);
  return code;
}

/** enter opens a client's page with a code. */
export async function enter(house, page, code, hand = mouse) {
  await page.goto(house.address + '/code');
  await hand.type(page, 'input[name=code]', code);
  await hand.press(page, 'main form button[type=submit]');
  await page.locator('main form[action$="/code/look"], main .summary').first().waitFor();
  await page.waitForLoadState();
}

/** own types a time of the worker's own choosing into the times form of a request or an episode, and presses a button: 'done', or why not. */
export async function own(page, { day, clock, kind = 'office', place = '', who = '', act = 'offer' }) {
  const part = page.locator('#times-part');
  const search = part.locator('form[method=get]');
  if ((await search.locator('select[name=kind]').inputValue()) !== kind) {
    await search.locator('select[name=kind]').selectOption(kind);
    await search.locator('button').click();
    await page.waitForURL(new RegExp(`kind=${kind}`));
  }
  const form = part.locator('form[method=post][action*="/offer"], form[method=post][action*="/move"], form[method=post][action$="/book"]').last();
  const details = form.locator('details', { has: page.locator('input[name=day]') });
  if (!(await details.evaluate((d) => d.open))) await details.locator('summary').click();
  await form.locator('input[name=day]').fill(day);
  await form.locator('input[name=clock]').fill(clock);
  if (place) await form.locator('input[name=place]').fill(place);
  if (who) await form.locator('select[name=with]').selectOption({ label: who });
  const books = form.locator('button[formaction$="/book"]'); // a time of two who meet together is booked and never offered
  const button = act === 'book' && (await books.count()) ? books : form.locator('button:not([formaction])').last();
  const status = await submit(page, button);
  return status === 303 ? 'done' : `${status}: ${await words(page, '.summary')}`;
}

/** free ticks some of the first free times, from the nth on, offers them and gives their days and clocks. */
export async function free(page, nth, count) {
  const boxes = page.locator('#times-part input[name=time]');
  const given = [];
  for (let i = nth; i < nth + count; i++) {
    await boxes.nth(i).check();
    given.push((await boxes.nth(i).inputValue()).split(' ').slice(1, 3));
  }
  await page.locator('#times-part form[action$="/offer"] button:not([formaction])').last().click();
  await page.locator('#times-part form[action$="/withdraw"]').nth(count - 1).waitFor();
  return given;
}

/** submit presses what sends a form and waits until the whole page it leads to is there. It gives the status of the form's own answer. */
export async function submit(page, button) {
  const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST'), page.waitForNavigation(), button.click()]);
  return answer.status();
}

/** send posts fields from a page as its own forms do, and gives status and text. */
export async function send(page, path, fields) {
  return page.evaluate(async ([path, fields]) => {
    const answer = await fetch(path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'follow' });
    return { status: answer.status, text: await answer.text(), url: answer.url };
  }, [path, fields]);
}

/** words is a page's text on one line, once all of it has come. */
export async function words(page, selector = 'main') {
  await page.waitForLoadState();
  return (await page.locator(selector).innerText()).replace(/\s+/g, ' ');
}

/** takeIn takes in a contact by telephone on a worker's page, books its first visit, and gives the code and the episode. */
export async function takeIn(house, page, { age, name = '', day, clock }) {
  await page.goto(house.address + '/requests/new');
  const service = page.locator('main nav a', { hasText: age === undefined ? /aikuis|arkeen|turva/i : /lapse/i });
  if (age !== undefined) await service.first().click();
  await page.locator('input[name=channel][value=telephone]').check();
  if (age !== undefined) await page.locator('input[name=age]').fill(String(age));
  if (name) {
    await page.locator('details', { has: page.locator('input[name=name]') }).locator('summary').click();
    await page.locator('input[name=name]').fill(name);
  }
  await page.locator('form[action="/requests/new"] button[type=submit]').last().click();
  const code = await codeOn(page);
  await page.locator('main a[href^="/requests/"]').click();
  assert.equal(await own(page, { day, clock, act: 'book' }), 'done');
  assert.match(page.url(), /\/episodes\//);
  return { code, address: page.url().replace(/[?#].*/, '') };
}

/** speak makes a staff member read a language from now on. */
export async function speak(house, page, lang) {
  await page.goto(house.address + '/account');
  await page.locator(`form[action="/account"] input[name=lang][value=${lang}]`).check();
  await submit(page, page.locator('form[action="/account"] button'));
}

/** pictures takes pictures of pages into the folder that the environment names, to be looked at: in three widths, and dark. Without one it takes none. */
export function pictures(folder) {
  const shots = process.env[folder];
  const shot = async (page, name) => {
    if (!shots) return;
    for (const [width, colorScheme] of [[360, 'light'], [768, 'light'], [1280, 'light'], [360, 'dark']]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
  };
  shot.into = shots;
  return shot;
}
