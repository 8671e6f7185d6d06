// What stands in the channel that one looks at.

import { atEnd, h, keep } from './dom.js'
import { language, t } from './words.js'
import { blocks } from './blocks.js'
import { mrkdwn } from './mrkdwn.js'
import { stamp, time } from './date.js'
import { avatar } from './people.js'

// shownReplies is how many replies a folded thread shows.
const shownReplies = 3

// shortcuts are the app's, on what people say, by the ids that its manifest gives them.
const shortcuts = ['send_this', 'article_import', 'audience_import']

export function drawMessages(page) {
  const town = page.town
  const all = town.messages(page.channel).sort((a, b) => a.ts - b.ts) // the clock may have gone back
  const roots = all.filter(m => !m.thread_ts || m.thread_ts === m.ts || m.broadcast)
  const replies = m => all.filter(r => r.thread_ts === m.ts && r.ts !== m.ts)
  const told = page.notices.filter(n => n.who === page.who && n.channel === page.channel)

  const items = [
    ...roots.map(m => ({ at: m.ts * 1000, items: [item(page, town, m), ...thread(page, town, m, replies(m))] })),
    ...told.map(n => ({ at: n.at, items: [notice(page, n, town)] })),
  ].sort((a, b) => a.at - b.at).flatMap(x => x.items)
  if (items.length === 0) items.push({ key: 'empty', sig: language(), make: () => h('p', { class: 'empty' }, t('empty')) })

  const list = document.getElementById('messages')
  atEnd(list, page.moved, () => keep(list, items))
}

const sign = (page, m) => page.who + language() + page.state.stepped + JSON.stringify(m)

const item = (page, town, m, inThread) => ({ key: m.channel + m.ts, sig: sign(page, m), make: () => message(page, town, m, inThread) })

function thread(page, town, root, replies) {
  if (replies.length === 0) return []
  const key = root.channel + root.ts
  const whole = page.unfolded.has(key) || replies.length <= shownReplies + 1
  const shown = whole ? replies : replies.slice(-shownReplies)
  const items = shown.map(m => item(page, town, m, true))
  const unfold = () => {
    page.unfolded.add(key)
    page.draw()
  }
  return [{
    key: 'thread' + key, sig: [page.who, language(), replies.length, whole].join(),
    make: () => h('div', { class: 'thread-head' }, whole ? t('replies', replies.length)
      : h('button', { type: 'button', class: 'quiet', onclick: unfold }, t('earlier', replies.length - shown.length))),
  }, ...items]
}

function message(page, town, m, inThread) {
  const user = town.user(m.user) ?? town.slack.bot
  const press = async (element, node) => {
    node.disabled = true
    const at = m.ephemeral_for ? { ephemeral: m.ts } : { channel: m.channel, ts: m.ts }
    await page.act('/press', { ...at, button: element.action_id }, m.thread_ts)
    node.disabled = false
  }
  const own = m.blocks ? blocks(m.blocks, town, press) : [h('div', { class: 'said' }, mrkdwn(m.text, town))]
  const attached = (m.attachments ?? []).map(a => h('blockquote', {}, a.blocks ? blocks(a.blocks, town, press) : mrkdwn(a.text || a.fallback || '', town)))
  const files = (m.files ?? []).map(f => h('a', { class: 'file', href: '/files/' + encodeURIComponent(f.id), download: f.name },
    f.mimetype.startsWith('image/') && h('img', { src: '/files/' + encodeURIComponent(f.id), alt: f.alt_txt ?? '' }), f.name))
  return h('article', { class: ['message', m.ephemeral_for && 'ephemeral', inThread && 'reply'].filter(Boolean).join(' '), data: { ts: m.ts } },
    avatar(user),
    h('div', { class: 'body' },
      m.ephemeral_for && h('p', { class: 'only' }, t('only_you')),
      h('p', { class: 'by' },
        h('b', {}, user.real_name), user.is_bot && h('i', { class: 'app' }, t('app')),
        h('time', { title: stamp(m.posted, town) }, time(m.posted, town)),
        m.edited && h('small', {}, t('edited'))),
      own, attached, files, m.streaming && h('span', { class: 'streaming' }, '…'),
      m.reactions?.length > 0 && h('p', { class: 'only' }, m.reactions.map(r => `:${r}: `)),
      !m.ephemeral_for && h('div', { class: 'more' },
        !user.is_bot && shortcuts.map(shortcut => h('button', { type: 'button', class: 'quiet', data: { shortcut },
          onclick: () => page.act('/shortcut', { channel: m.channel, ts: m.ts, shortcut }) }, t(shortcut))),
        !inThread && h('button', { type: 'button', class: 'quiet answer', onclick: () => page.reply(m) }, t('reply')))))
}

// notice is what Slack itself says: that something could not be done.
const notice = (page, n, town) => ({
  key: 'notice' + n.at + n.text, sig: page.who + language(),
  make: () => h('article', { class: 'message ephemeral notice', role: 'alert' },
    h('span', { class: 'avatar', color: '#8a94a0' }, '!'),
    h('div', { class: 'body' }, h('p', { class: 'only' }, t('only_you')),
      h('p', { class: 'by' }, h('b', {}, 'Slackbot'), h('time', {}, time(n.at, town))), h('div', { class: 'said' }, n.text))),
})
