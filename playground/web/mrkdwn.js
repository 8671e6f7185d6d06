// Slack's mrkdwn becomes nodes: *bold*, _italic_, ~strike~, `code`, ```blocks```,
// > quotes, and everything that Slack writes between < and >.

import { h, link } from './dom.js'
import { date } from './date.js'

const entities = { '&lt;': '<', '&gt;': '>', '&amp;': '&' }
const marks = { '*': 'strong', '_': 'em', '~': 's' }

// unescape is for every text that Slack escapes: once, and these three alone.
export const unescape = s => s.replace(/&(?:lt|gt|amp);/g, e => entities[e])

// mrkdwn returns the nodes of text; town knows names, zone and language.
export function mrkdwn(text, town) {
  return text.split(/(```[\s\S]+?```)/).flatMap(part =>
    part.length > 6 && part.startsWith('```') && part.endsWith('```')
      ? [h('pre', {}, unescape(part.slice(3, -3).replace(/^\n|\n$/g, '')))]
      : quotes(part, town))
}

function quotes(text, town) {
  const nodes = []
  for (const part of text.split(/((?:^(?:&gt;|>) ?.*(?:\n|$))+)/m)) {
    if (/^(&gt;|>)/.test(part)) nodes.push(h('blockquote', {}, inline(part.replace(/^(&gt;|>) ?/gm, '').trimEnd(), town)))
    else if (part !== '') nodes.push(...inline(part, town))
  }
  return nodes
}

function inline(s, town) {
  const nodes = []
  let plain = ''
  const put = node => {
    if (plain) nodes.push(unescape(plain))
    plain = ''
    nodes.push(node)
  }
  for (let i = 0; i < s.length;) {
    const end = spanEnd(s, i)
    if (end > 0 && s[i] === '`') put(h('code', {}, unescape(s.slice(i + 1, end - 1))))
    else if (end > 0 && s[i] === '<') put(reference(s.slice(i + 1, end - 1), town))
    else if (end > 0) put(h(marks[s[i]], {}, inline(s.slice(i + 1, end - 1), town)))
    plain += end > 0 ? '' : s[i]
    i = end > 0 ? end : i + 1
  }
  if (plain) nodes.push(unescape(plain))
  return nodes
}

// spanEnd is where the span that begins at i ends, 0 where none begins.
function spanEnd(s, i) {
  const c = s[i]
  if (c === '`' || c === '<') {
    const end = s.indexOf(c === '<' ? '>' : '`', i + 1)
    return end > i + 1 && !s.slice(i, end).includes('\n') ? end + 1 : 0
  }
  if (!marks[c] || word(s[i - 1]) || !s[i + 1] || /\s/.test(s[i + 1]) || s[i + 1] === c) return 0
  for (let j = i + 1; j < s.length && s[j] !== '\n'; j++) {
    if (s[j] === c && j > i + 1 && !/\s/.test(s[j - 1]) && !word(s[j + 1])) return j + 1
    if (s[j] === '`' || s[j] === '<') j = Math.max(j, spanEnd(s, j) - 1) // what stands inside does not close it
  }
  return 0
}

const word = c => c !== undefined && /[\p{L}\p{N}]/u.test(c)

// reference is what stands between < and >.
function reference(inside, town) {
  const [target, ...rest] = inside.split('|')
  const label = rest.length ? unescape(rest.join('|')) : ''
  if (target.startsWith('@')) return mention('@' + town.userName(target.slice(1), label), target.slice(1) === town.me)
  if (target.startsWith('#')) return mention('#' + town.channelName(target.slice(1), label))
  if (target.startsWith('!subteam^')) {
    const id = target.slice('!subteam^'.length)
    return mention('@' + town.groupName(id, label.replace(/^@/, '')), town.inGroup(id))
  }
  if (target.startsWith('!date^')) return date(target.split('^'), label, town)
  if (target.startsWith('!')) return mention('@' + (label || target.slice(1)), true)
  const address = unescape(target)
  return link(address, label || address)
}

export const mention = (name, mine) => h('span', { class: mine ? 'mention mine' : 'mention' }, name)
