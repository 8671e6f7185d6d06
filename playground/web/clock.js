// The clock of this world, and how far it is stepped.

import { h, keep } from './dom.js'
import { language, t } from './words.js'
import { day } from './date.js'

const steps = [
  ['plus_minute', { minutes: 1 }], ['plus_ten', { minutes: 10 }], ['plus_hour', { minutes: 60 }], ['plus_day', { minutes: 24 * 60 }],
  ['next_fire', { to: 'next' }],
]

let refused = null // why the last step was not taken, as a function of the language

export function drawClock(page, post) {
  const { stepped } = page.state
  const now = day(page.town.now, here(page))
  if (page.calendar.fires.some(f => f.state === 'upcoming')) refused = null // it would be taken now
  const step = async what => {
    const { error } = await post('/clock', what)
    refused = error ? () => what.to === 'next' && page.state.slack.connected ? t('no_next') : error : null
    page.calendar.month = page.calendar.day = '' // the calendar goes with the clock
    page.load()
  }
  const button = (name, what) => ({
    key: name, sig: language(),
    make: () => h('button', { type: 'button', class: 'chip', data: { step: name }, onclick: () => step(what) }, t(name)),
  })
  keep(document.getElementById('steps'), [
    {
      key: 'now', sig: [language(), now, stepped > 0 && long(stepped)].join(),
      make: () => h('p', { title: t('clock') }, h('b', {}, now), stepped > 0 && h('small', {}, t('ahead', long(stepped)))),
    },
    ...stepped > 0 ? [button('real', { to: 'real' })] : [],
    ...steps.map(([name, what]) => button(name, what)),
    ...refused ? [{ key: 'refused', sig: refused(), make: () => h('p', { class: 'error', role: 'alert' }, refused()) }] : [],
  ])
}

// here is the person's zone in the page's language.
export const here = page => ({ locale: language() === 'zh' ? 'zh-CN' : 'en-GB', zone: page.town.zone })

// long is a length of time in its two largest units.
function long(seconds) {
  const minutes = Math.round(seconds / 60)
  const parts = [['day', Math.floor(minutes / 1440)], ['hour', Math.floor(minutes / 60) % 24], ['minute', minutes % 60]]
  return parts.filter(([, n]) => n > 0).slice(0, 2).map(([unit, n]) =>
    new Intl.NumberFormat(language() === 'zh' ? 'zh-CN' : 'en-GB', { style: 'unit', unit, unitDisplay: 'short' }).format(n)).join(' ')
}
