// Dates as Slack writes them, in the zone and language of whoever looks.

import { h, link } from './dom.js'

const short = { month: 'short', day: 'numeric', year: 'numeric' }
const long = { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' }
const clock = { hour: 'numeric', minute: '2-digit' }

const forms = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { month: 'long', day: 'numeric', year: 'numeric' },
  date_short: short,
  date_long: long,
  date_long_full: long,
  date_pretty: { month: 'long', day: 'numeric', year: 'numeric' },
  date_short_pretty: short,
  date_long_pretty: long,
  time: clock,
  time_secs: { ...clock, second: '2-digit' },
}

// date draws <!date^seconds^format^link|fallback>, already cut at ^.
export function date([, seconds, format, address], fallback, town) {
  const at = new Date(Number(seconds) * 1000)
  if (Number.isNaN(at.valueOf())) return document.createTextNode(fallback)
  const said = format.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === 'ago') return ago(at, town)
    if (!forms[name]) return whole
    if (name === 'date_num') return new Intl.DateTimeFormat('sv-SE', { ...forms.date_num, timeZone: town.zone }).format(at)
    return name.endsWith('_pretty') && near(at, town) || show(at, forms[name], town)
  })
  const node = h('time', { datetime: at.toISOString(), title: fallback }, said)
  return address ? link(address, node) : node
}

// time is the time of day, as beside a message.
export const time = (at, town, seconds) => show(new Date(at), seconds ? forms.time_secs : clock, town)

// day is the day and the time of day.
export const day = (at, town) => show(new Date(at), { month: 'short', day: 'numeric', ...clock }, town)

// dayOf is the day by its name, such as 2026-11-24, which is how sv-SE writes dates.
export const dayOf = (at, town) => new Intl.DateTimeFormat('sv-SE', { timeZone: town.zone }).format(new Date(at))

// stamp is all of it, for a title.
export const stamp = (at, town) => show(new Date(at), { ...short, ...forms.time_secs, timeZoneName: 'short' }, town)

function show(at, form, town) {
  return new Intl.DateTimeFormat(town.locale, { ...form, timeZone: town.zone }).format(at)
}

function near(at, town) {
  const day = t => Date.parse(dayOf(t, town)) / 86400e3
  const away = day(at) - day(town.now)
  return Math.abs(away) <= 1 ? new Intl.RelativeTimeFormat(town.locale, { numeric: 'auto' }).format(away, 'day') : ''
}

function ago(at, town) {
  const minutes = Math.round((at - town.now) / 60e3)
  const words = new Intl.RelativeTimeFormat(town.locale, { numeric: 'auto' })
  if (Math.abs(minutes) < 60) return words.format(minutes, 'minute')
  if (Math.abs(minutes) < 48 * 60) return words.format(Math.round(minutes / 60), 'hour')
  return words.format(Math.round(minutes / 1440), 'day')
}
