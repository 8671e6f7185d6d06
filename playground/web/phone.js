// The phone: what the followers of all accounts see, in one list.

import { atEnd, h, keep, link, stayAtEnd } from './dom.js'
import { language, t } from './words.js'
import { day, dayOf, stamp, time } from './date.js'

export const startPhone = () => stayAtEnd(document.getElementById('feed'))

export function drawPhone(page) {
  const { accounts, now } = page.state
  const town = phoneTime()
  const sig = x => language() + dayOf(now, town) + JSON.stringify(x)
  document.getElementById('clock').textContent = time(now, town)

  const items = accounts.flatMap(account => {
    const { name, phone } = account
    const view = { account, town, now }
    return [ // two accounts may have given the same ids
      ...phone.notifications.map((n, i) => ({ at: n.at, key: name + ' n' + i, sig: sig(n), make: () => notification(n, view) })),
      ...phone.activities.map(a => ({ at: a.updated_at ?? a.created_at, key: name + ' ' + a.id, sig: sig(a), make: () => activity(a, view) })),
      ...phone.articles.map(a => ({ at: a.created_at, key: name + ' ' + a.media_id, sig: sig(a), make: () => news(a, view) })),
      ...(phone.masses ?? []).map((m, i) => ({ at: m.at, key: name + ' m' + i, sig: sig(m), make: () => mass(m, view) })),
    ]
  }).sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  if (items.length === 0) items.push({ key: 'empty', sig: language(), make: () => h('p', { class: 'empty' }, t('no_message')) })
  const feed = document.getElementById('feed')
  atEnd(feed, false, () => keep(feed, items))
}

// phoneTime is how the phone tells the time: it lies in Shanghai, whoever looks at it.
export const phoneTime = () => ({ locale: language() === 'zh' ? 'zh-CN' : 'en-US', zone: 'Asia/Shanghai' })

// when is the time of day, and the day where that is another one.
const when = (at, view) => h('time', { class: 'when', title: stamp(at, view.town) },
  dayOf(at, view.town) === dayOf(view.now, view.town) ? time(at, view.town) : day(at, view.town))

// sender says which account a message is from.
const sender = ({ account }, via) => h('header', { class: 'sender', title: account.app_id },
  h('span', { class: 'seal', data: { kind: account.kind } }, account.seal), h('b', {}, account.title), h('small', {}, t('kind_' + account.kind)), via && h('span', { class: 'via' }, via))

function notification(n, view) {
  const large = n.emphasis && n.lines.find(l => l.key === n.emphasis.replace(/\.DATA$/i, ''))
  const colour = l => ({ color: /^#[0-9a-f]{3,8}$/i.test(l.color ?? '') ? l.color : undefined })
  const template = view.account.templates[n.template_id], fields = template?.fields ?? []
  const at = l => (fields.findIndex(f => f.key === l.key) + 1) || fields.length + 1
  const lines = [...n.lines].sort((a, b) => at(a) - at(b)) // as the template has them
  const target = n.page || n.miniprogram_pagepath || n.url || ''
  return h('article', { class: 'card notification', data: { openid: n.openid, account: view.account.name } },
    when(n.at, view), h('div', { class: 'box' },
    sender(view, n.via),
    h('h3', { title: n.template_id }, template?.title ?? n.template_id),
    large && h('p', { class: 'large', ...colour(large) }, large.value),
    h('dl', {}, lines.filter(l => l !== large).map(l => [h('dt', { title: l.key }, fields.find(f => f.key === l.key)?.label || l.key), h('dd', colour(l), l.value)])),
    h('p', { class: 'openid' }, t('to') + ' ', h('b', {}, n.openid)),
    target && h('footer', {}, n.url ? link(n.url, n.url) : h('span', {}, `${t('mini')} · ${target}`), n.miniprogram_state && h('small', {}, n.miniprogram_state), h('i', {}, '›'))))
}

// activity shows the state's own words in WeChat's colour, and who is in it.
function activity(a, view) {
  const have = Number(a.member_count) || 0, room = Math.min(Number(a.room_limit) || 0, 20)
  return h('article', { class: 'card activity', data: { activity: a.id, account: view.account.name } },
    when(a.updated_at ?? a.created_at, view), h('div', { class: 'box' },
    sender(view),
    h('div', { class: 'cover' }, t('activity')),
    h('p', { class: 'state', color: a.color || '#8a8f99' }, a.text || t('activity_new')),
    room > 0 && a.state === 0 && h('p', { class: 'members', title: `${a.member_count}/${a.room_limit} ${t('members')}` },
      Array.from({ length: room }, (_, n) => h('span', { class: n < have ? 'in' : '' }))),
    h('p', { class: 'openid' }, h('b', { title: a.id }, a.id.slice(0, 16) + '…')),
    h('footer', {}, a.path ? h('span', {}, `${t('mini')} · ${a.path}`) : h('span', {}, `${t('expires')} ${day(a.expires_at, view.town)}`),
      a.version_type && h('small', {}, a.version_type))))
}

function news(n, view) {
  return h('article', { class: 'card news', data: { media: n.media_id, account: view.account.name } },
    when(n.created_at, view), h('div', { class: 'box' },
    sender(view),
    pieces(n.articles, view),
    h('footer', {}, h('span', {}, t('article_n', n.articles.length)), h('b', { title: n.media_id }, n.media_id.slice(0, 12) + '…'))))
}

// pieces are articles as their card shows them, the first large.
const pieces = (articles, view) => h('div', { class: 'pieces' }, articles.map((a, i) => h('section', { class: i === 0 ? 'lead' : '' },
  picture(coverOf(a), view) ?? h('div', { class: 'cover', title: coverOf(a) }, h('small', {}, t('untitled')), coverOf(a)),
  h('h3', {}, a.title),
  i === 0 && a.author && h('p', { class: 'author' }, `${t('by')} ${a.author}`),
  i === 0 && (a.digest || a.content) && h('p', { class: 'digest' }, a.digest || a.content))))

// coverOf is the id of an article's cover; a post of pictures has its first one.
const coverOf = a => a.thumb_media_id || a.image_info?.image_list[0]?.image_media_id || ''

// picture is an image of the account's material, undefined where it cannot be looked at.
function picture(id, { account }) {
  if (account.pictures.includes(id)) return h('img', { class: 'cover', alt: t('picture'), title: id, src: `/pictures/${account.name}/${encodeURIComponent(id)}` })
}

// mass is a message to many, or what one person was shown of it before.
function mass(m, view) {
  return h('article', { class: 'card mass', data: { mass: m.preview ? 'preview' : m.msg_id, account: view.account.name } },
    when(m.at, view), h('div', { class: 'box' },
    sender(view, t(m.preview ? 'preview' : 'mass')),
    m.deleted ? h('p', { class: 'deleted' }, t('deleted')) : said(m, view),
    h('footer', {}, h('span', {}, readers(m)))))
}

// said is the content of a message to many. What cannot be looked at has its id.
function said(m, view) {
  if (m.msgtype === 'text') return h('p', { class: 'text' }, m.text)
  if (m.articles) return pieces(m.articles, view)
  const file = () => h('div', { class: 'cover' }, h('small', {}, t('file_' + m.msgtype)), m.media_id)
  return (m.msgtype === 'image' && picture(m.media_id, view)) || file()
}

function readers(m) {
  if (m.preview) return t('to_one', m.openids[0])
  if (m.all) return t('to_all')
  return m.tag_id ? t('to_tag', m.tag_id) : t('to_many', m.openids.length)
}
