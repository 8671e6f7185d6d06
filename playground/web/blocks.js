// Block Kit, as far as a message or a form of ours goes. What is not known here is
// named, never left out silently.

import { h, link } from './dom.js'
import { mention, mrkdwn } from './mrkdwn.js'
import { date } from './date.js'
import { field } from './fields.js'
import { sure } from './sure.js'

// blocks returns the nodes of all blocks. press(element, chosen) is called when
// something is pressed or chosen.
export function blocks(all, town, press) {
  return (all ?? []).map(b => (kinds[b.type] ?? unknown)(b, town, press))
}

// text draws a text object. Plain text has no formatting.
export function text(t, town) {
  if (!t) return []
  return t.type === 'mrkdwn' ? mrkdwn(t.text, town) : [t.text]
}

const kinds = {
  header: (b, town) => h('h3', { class: 'b-header' }, text(b.text, town)),
  divider: () => h('hr'),
  section: (b, town, press) => h('div', { class: 'b-section' },
    h('div', {},
      b.text && h('div', { class: 'said' }, text(b.text, town)),
      b.fields && h('div', { class: 'b-fields' }, b.fields.map(f => h('div', { class: 'said' }, text(f, town))))),
    b.accessory && element(b.accessory, town, press)),
  context: (b, town) => h('div', { class: 'b-context' }, b.elements.map(e =>
    e.type === 'image' ? image(e) : h('span', { class: 'said' }, text(e, town)))),
  actions: (b, town, press) => h('div', { class: 'b-actions' }, b.elements.map(e => element(e, town, press))),
  image: b => h('figure', {}, image(b), b.title && h('figcaption', {}, b.title.text)),
  markdown: b => h('div', { class: 'said' }, b.text),
  rich_text: (b, town) => h('div', { class: 'b-rich' }, b.elements.map(e => rich(e, town))),
  data_visualization: b => chart(b),
  table: (b, town) => table(b, town),
  file: b => h('div', { class: 'b-context' }, b.external_id),
}

const unknown = b => h('div', { class: 'b-context' }, `[${b.type}]`)

function rich(e, town) {
  const inside = (e.elements ?? []).map(x => richInline(x, town))
  switch (e.type) {
    case 'rich_text_preformatted': return h('pre', {}, inside)
    case 'rich_text_quote': return h('blockquote', {}, inside)
    case 'rich_text_list': return h(e.style === 'ordered' ? 'ol' : 'ul', {}, e.elements.map(x => h('li', {}, rich(x, town))))
    default: return h('div', { class: 'said' }, inside)
  }
}

function richInline(x, town) {
  const node = {
    link: () => link(x.url, x.text || x.url),
    user: () => mention('@' + town.userName(x.user_id), x.user_id === town.me),
    usergroup: () => mention('@' + town.groupName(x.usergroup_id), town.inGroup(x.usergroup_id)),
    channel: () => mention('#' + town.channelName(x.channel_id)),
    broadcast: () => mention('@' + x.range, true),
    emoji: () => x.unicode ? String.fromCodePoint(...x.unicode.split('-').map(p => parseInt(p, 16))) : `:${x.name}:`,
    date: () => date(['', x.timestamp, x.format, x.url], x.fallback ?? '', town),
    color: () => x.value,
  }[x.type]?.() ?? x.text ?? `[${x.type}]`
  const tags = { bold: 'strong', italic: 'em', strike: 's', code: 'code' }
  return Object.keys(tags).reduce((inner, name) => x.style?.[name] ? h(tags[name], {}, inner) : inner, node)
}

// chart draws figures as bars, a line for each of its points.
function chart(b) {
  const { series = [], segments = [], axis_config: axis = {} } = b.chart
  const rows = segments.length
    ? segments.map(s => [s.label, [s]])
    : axis.categories.map(c => [c, series.map(s => s.data.find(p => p.label === c))])
  const values = rows.flatMap(([, points]) => points.map(p => p.value))
  const min = Math.min(0, ...values), max = Math.max(1, ...values)
  return h('table', { class: 'b-chart' },
    h('caption', {}, b.title),
    series.length > 0 && h('tr', {}, h('th', { scope: 'col' }, axis.x_label), series.map(s => h('th', { scope: 'col' }, s.name))),
    rows.map(([label, points]) => h('tr', {}, h('th', { scope: 'row' }, label), points.map(p =>
      h('td', {}, h('meter', { min, max, value: p.value, 'aria-label': label }), ' ', String(p.value))))),
    axis.y_label && h('tr', {}, h('td', { colspan: series.length + 1 }, axis.y_label)))
}

// table draws rows and columns, the first row as their heads; what is wider than the message
// scrolls by itself.
function table(b, town) {
  const cell = c => c?.type === 'rich_text' ? c.elements.map(e => rich(e, town)) : c?.text ?? String(c?.value ?? '')
  const look = i => {
    const set = b.column_settings?.[i]
    return `${set?.is_wrapped ? 'wrapped' : ''} ${set?.align ?? ''}`
  }
  const [heads = [], ...rows] = b.rows
  return h('div', { class: 'b-table', tabindex: 0, role: 'region' }, h('table', {},
    h('tr', {}, heads.map((c, i) => h('th', { scope: 'col', class: look(i) }, cell(c)))),
    rows.map(r => h('tr', {}, r.map((c, i) => h('td', { class: look(i) }, cell(c)))))))
}

// image shows a picture of this workspace; one from elsewhere is named, not fetched.
function image(b) {
  const id = b.slack_file?.id
  if (!id) return h('span', { class: 'picture' }, b.alt_text || b.image_url)
  return h('img', { src: '/files/' + encodeURIComponent(id), alt: b.alt_text })
}

// element is something to press or to choose from.
function element(e, town, press) {
  if (e.type === 'image') return image(e)
  if (e.type === 'button') {
    const button = h('button', {
      type: 'button', class: ['button', e.style].filter(Boolean).join(' '), title: e.value,
      data: { action: e.action_id, value: e.value ?? '' },
      onclick: () => e.confirm ? sure(e.confirm, town, () => press(e, button)) : press(e, button),
    }, text(e.text, town))
    return e.url ? h('span', {}, button, ' ', link(e.url, '↗')) : button
  }
  if (e.type === 'overflow') {
    return h('details', { class: 'overflow' }, h('summary', {}, '⋯'), e.options.map(o =>
      h('button', { type: 'button', class: 'button', onclick: ev => press({ ...e, action_id: o.value }, ev.target) }, text(o.text, town))))
  }
  const f = field(e, undefined, town)
  if (!f) return unknown(e)
  f.node.addEventListener('change', () => press({ ...e, action_id: String(f.read()) }, f.node))
  return f.node
}
