// What WeChat's own console shows of articles: the draft box, and what is published.

import { h, keep } from './dom.js'
import { language, t } from './words.js'
import { stamp, time } from './date.js'
import { phoneTime } from './phone.js'

export function drawLibrary(page) {
  const list = page.state.accounts.flatMap(({ title, console: { drafts, published } }) => [
    ...drafts.map(d => ({ account: title, at: d.updated_at, name: d.media_id, kind: 'in_draft_box', articles: d.articles, urls: [] })),
    ...published.map(p => ({ account: title, at: p.published_at, name: p.article_id, kind: 'published', articles: p.articles, urls: p.urls })),
  ]).sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  const items = list.map(x => ({ key: [x.account, x.kind, x.name].join(' '), sig: language() + JSON.stringify(x), make: () => entry(x) }))
  if (items.length === 0) items.push({ key: 'none', sig: language(), make: () => h('p', { class: 'empty' }, t('no_draft')) })
  keep(document.getElementById('library'), items)
}

const entry = x => h('article', { class: 'entry', data: { kind: x.kind } },
  h('header', {}, h('time', { title: stamp(x.at, phoneTime()) }, time(x.at, phoneTime())), h('b', {}, t(x.kind)), h('span', {}, x.account), h('code', { title: x.name }, x.name.slice(0, 16) + '…')),
  x.articles.map((a, i) => h('p', {}, a.title, a.author && h('small', {}, ` ${t('by')} ${a.author}`), x.urls[i] && h('code', {}, x.urls[i]))))
