// Who one is, and where one looks.

import { badge, h, keep } from './dom.js'
import { language, t } from './words.js'
import { homeTabs } from './home.js'
import { Town } from './town.js'

export function drawPeople(page) {
  const town = page.town
  const here = town.messages(page.channel)
  page.read[page.who + page.channel] = Math.max(0, ...here.map(seen))

  keep(document.getElementById('people'), town.roles.map(({ id, role }) => {
    const u = town.user(id)
    const calls = id === page.who ? 0 : unreadOf(page, id).filter(x => x.calls).length
    return {
      key: id, sig: language(),
      make: () => h('button', { type: 'button', class: 'person', data: { person: id }, title: `${u.tz} · ${u.locale}`, onclick: () => page.be(id) },
        avatar(u), h('span', {}, h('b', {}, u.real_name), h('small', {}, t(role)))),
      update: node => {
        node.setAttribute('aria-pressed', String(id === page.who))
        badge(node, calls ? String(calls) : '')
      },
    }
  }))

  const unread = unreadOf(page, page.who)
  const titled = new Set()
  keep(document.getElementById('channels'), town.channels.flatMap(c => {
    const mine = unread.filter(x => x.channel === c.id)
    const calls = mine.filter(x => x.calls).length
    const entry = {
      key: c.id, sig: language(),
      make: () => h('button', { type: 'button', data: { channel: c.id }, onclick: () => page.go(c.id) }, h('span', { class: 'sign' }, sign(c)), name(c, town)),
      update: node => {
        node.classList.toggle('unread', mine.length > 0)
        if (c.id === page.channel) node.setAttribute('aria-current', 'page')
        else node.removeAttribute('aria-current')
        badge(node, calls ? String(calls) : '')
      },
    }
    if (titled.has(c.is_im)) return [entry]
    titled.add(c.is_im)
    return [{ key: 'title' + c.is_im, sig: language(), make: () => h('h2', {}, t(c.is_im ? 'dm' : 'channels')) }, entry]
  }))

  const c = town.channel(page.channel)
  document.getElementById('topic').replaceChildren(h('h1', {}, (c.is_im ? '' : sign(c) + ' ') + name(c, town)),
    ...c.is_im ? [homeTabs(page)] : [], h('small', {}, t(c.is_im ? 'alone' : c.bot_in ? 'public' : 'private')))
}

const seen = m => Number(m.ts)
const sign = c => c.is_im ? '●' : c.is_private ? '◆' : '#'
const name = (c, town) => c.is_im ? town.slack.bot.real_name : c.name

// unreadOf is what a person has not looked at, and whether it calls them by name.
function unreadOf(page, person) {
  const town = new Town(page.state, person)
  return town.channels.flatMap(c => town.messages(c.id)
    .filter(m => m.user !== person && seen(m) > (page.read[person + c.id] ?? 0))
    .map(m => ({ channel: c.id, calls: town.callsMe(m) })))
}

// avatar is the first letter of a name on the person's own colour.
export function avatar(u) {
  const hue = [...u.id].reduce((n, c) => n * 31 + c.charCodeAt(0) | 0, 7)
  if (u.is_bot) return h('img', { class: 'avatar', src: 'magpie.svg', alt: '' })
  return h('span', { class: 'avatar', color: `hsl(${Math.abs(hue) % 360} 42% 46%)`, 'aria-hidden': 'true' }, u.real_name.slice(0, 1))
}
