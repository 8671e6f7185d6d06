// The calendar: a month with the fires of all schedules, and those of one day, in the
// zone of the person one is. A day is its name, such as 2026-11-24.

import { h, keep } from './dom.js'
import { language, t } from './words.js'
import { here } from './clock.js'
import { dayOf, stamp, time } from './date.js'

const example = '/wechat schedule add tea "every weekday at 9" -- subscribe send tpl_tea to=oAlice thing1="Tea" time2="09:00"'

// takeFires asks for the fires of the month that is shown, with a day to spare for the
// zones.
export async function takeFires(page) {
  const days = grid(month(page))
  const span = new URLSearchParams({ from: plus(days[0], -1) + 'T00:00:00Z', to: plus(days.at(-1), 2) + 'T00:00:00Z' })
  const fires = await (await fetch('/calendar?' + span)).json()
  page.calendar.fires = Array.isArray(fires) ? fires : []
}

export function drawCalendar(page) {
  if (page.tab !== 'calendar') return
  const view = here(page), today = dayOf(page.town.now, view)
  const days = grid(month(page))
  const fires = new Map(days.map(d => [d, []]))
  for (const f of page.calendar.fires) fires.get(dayOf(f.at, view))?.push(f)
  const chosen = choose(page, fires, today)

  drawTitle(page, view)
  const names = days.slice(0, 7).map(d => ({ key: 'name' + d, sig: language(), make: () => h('span', {}, show(d, { weekday: 'narrow' }, view)) }))
  keep(document.getElementById('days'), [...names, ...days.map(d => ({
    key: d, sig: language(), make: () => h('button', { type: 'button', data: { day: d }, onclick: () => look(page, { day: d }) }, String(Number(d.slice(8)))),
    update: node => mark(node, d, fires.get(d), { chosen, today, view, outside: !d.startsWith(month(page)) }),
  }))])
  drawDay(page, chosen, fires.get(chosen) ?? [], view)
}

function drawTitle(page, view) {
  const shown = month(page)
  const turn = (word, sign, by) => h('button', { type: 'button', class: 'quiet', 'aria-label': t(word), title: t(word), onclick: () => look(page, { month: next(shown, by) }) }, sign)
  keep(document.getElementById('month'), [{
    key: 'month', sig: language() + shown,
    make: () => h('div', {}, turn('earlier_month', '‹', -1), h('strong', {}, show(shown + '-01', { month: 'long', year: 'numeric' }, view)), turn('later_month', '›', 1)),
  }])
}

// mark shows what a day is: today, chosen, of another month; and a dot for each fire.
function mark(node, d, fires, { chosen, today, view, outside }) {
  node.setAttribute('aria-pressed', String(d === chosen))
  if (d === today) node.setAttribute('aria-current', 'date')
  else node.removeAttribute('aria-current')
  node.classList.toggle('outside', outside)
  node.setAttribute('aria-label', show(d, { weekday: 'long', day: 'numeric', month: 'long' }, view) + (fires.length ? ', ' + t('fires', fires.length) : ''))
  const dots = fires.slice(0, 3).map(f => h('i', { class: 'dot ' + colour(f) }))
  node.replaceChildren(String(Number(d.slice(8))), h('span', {}, dots))
}

function drawDay(page, chosen, fires, view) {
  const title = { key: 'title', sig: language() + chosen, make: () => h('h3', {}, show(chosen, { weekday: 'short', day: 'numeric', month: 'short' }, view)) }
  const items = fires.map(f => ({
    key: [f.account, f.name, f.at].join(' '), sig: language() + page.town.zone + JSON.stringify(f),
    make: () => h('article', { class: 'fire', data: { schedule: f.name } },
      h('p', {}, h('i', { class: 'dot ' + colour(f) }), h('time', { datetime: f.at, title: stamp(f.at, view) }, time(f.at, view)), h('b', {}, f.name)),
      h('p', { class: 'only' }, `${t('fire_' + f.state) ?? f.state} · ${f.account}`),
      h('code', {}, f.line)),
  }))
  keep(document.getElementById('fires'), [title, ...items.length ? items : [empty(page)]])
}

// empty says how there comes to be something.
function empty(page) {
  const none = page.calendar.fires.length === 0
  const fill = () => {
    document.body.dataset.pane = 'slack'
    page.fill(example)
  }
  return {
    key: 'empty', sig: language() + none,
    make: () => h('div', { class: 'none' }, h('p', {}, t(none ? 'none_to_come' : 'none_that_day')),
      none && h('code', {}, '/wechat schedule add …'), none && h('button', { type: 'button', class: 'chip', data: { fill: 'schedule' }, onclick: fill }, t('make_one'))),
  }
}

// choose is the day that is looked at: the one chosen, or today, or that of the next fire.
function choose(page, fires, today) {
  if (page.calendar.day) return page.calendar.day
  const inMonth = d => d.startsWith(month(page))
  if (inMonth(today) && fires.get(today).length > 0) return today
  const coming = [...fires].find(([d, all]) => d >= today && all.some(f => colour(f) !== 'past'))
  return coming?.[0] ?? (inMonth(today) ? today : month(page) + '-01')
}

function look(page, at) {
  Object.assign(page.calendar, at.month ? { day: '', ...at } : { month: at.day.slice(0, 7), ...at })
  page.load()
}

const colour = f => ({ upcoming: 'upcoming', ahead: 'upcoming', waiting: 'waiting' })[f.state] ?? 'past'

const month = page => page.calendar.month || dayOf(page.town.now, here(page)).slice(0, 7)

const plus = (d, n) => new Date(Date.parse(d) + n * 86400e3).toISOString().slice(0, 10)

const next = (shown, by) => new Date(Date.UTC(Number(shown.slice(0, 4)), Number(shown.slice(5)) - 1 + by)).toISOString().slice(0, 7)

const show = (d, form, view) => new Intl.DateTimeFormat(view.locale, { ...form, timeZone: 'UTC' }).format(new Date(d))

// grid is the six weeks, from Monday on, that a month lies in.
function grid(shown) {
  const first = plus(shown + '-01', -((new Date(shown + '-01').getUTCDay() + 6) % 7))
  return Array.from({ length: 42 }, (_, n) => plus(first, n))
}
