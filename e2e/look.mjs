// What every page is held to: accessible (WCAG 2.2 AA by axe) and no wider than the screen, in three languages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
export const languages = ['fi', 'sv', 'en'];

/** look opens folded parts, then measures and checks the page as it stands at both widths. */
export async function look(page, where) {
  const found = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => document.querySelectorAll('main details').forEach((d) => { d.open = true; }));
    const wide = await page.evaluate(tooWide);
    if (wide) found.push(`${where} at ${width}: ${wide}`);
    const twice = await page.evaluate(sameIds);
    if (twice) found.push(`${where} at ${width}: ids there twice: ${twice}`);
    // The narrow layout in Finnish, the wide one in the other languages: each page is met three times, each layout once.
    const lang = await page.evaluate(() => document.documentElement.lang);
    if ((width === 360) !== (lang === 'fi')) continue;
    if (!(await page.evaluate(() => 'axe' in window))) await bring(page);
    // Colours are the same in every language, and looking at them takes most of the time.
    const rules = { 'color-contrast': { enabled: lang !== 'sv' } };
    const { violations } = await page.evaluate((o) => axe.run(document, o), { runOnly: { type: 'tag', values: tags }, rules, resultTypes: ['violations'] });
    for (const v of violations) {
      if (v.impact === 'serious' || v.impact === 'critical') found.push(`${where} at ${width}: ${v.id}: ${v.nodes.slice(0, 2).map((n) => n.html).join(' | ')}`);
    }
  }
  return found;
}

/** bring gives a page axe. It goes as it is, for as an argument of playwright's it would be read twice. */
async function bring(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Runtime.evaluate', { expression: axe });
  await devtools.detach();
}

/** tooWide tells by how much a page is wider than the screen, and what sticks out. It runs in the page. */
function tooWide() {
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over <= 0) return '';
  const out = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1);
  return `${over} px too wide: ${out.slice(-2).map((e) => e.outerHTML.slice(0, 120)).join(' | ')}`;
}

/** sameIds are the ids that more than one element has: a label would then belong to the first. It runs in the page. */
function sameIds() {
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))].join(' ');
}

export async function visit(page, address) {
  const answer = await page.goto(address);
  assert.ok(answer.status() < 400, `${address}: ${answer.status()}`);
}
