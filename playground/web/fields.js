// What a form is filled in with. Each field is a node, and how to read it.

import { h } from './dom.js'

const label = o => o.text.text
const all = e => e.options ?? (e.option_groups ?? []).flatMap(g => g.options)

// field makes an element's node with value in it (undefined: its initial value), or
// null where the element is none to be filled in. read() is what Slack is told. load(typed)
// fetches what a list offers.
export function field(e, value, town, load) {
  return fields[e.type]?.(e, value, town, load) ?? null
}

const fields = {
  plain_text_input: (e, value) => typed(e, value ?? e.initial_value, e.multiline ? 'textarea' : 'input', 'text'),
  number_input: (e, value) => typed(e, value ?? e.initial_value, 'input', 'number'),
  email_text_input: (e, value) => typed(e, value ?? e.initial_value, 'input', 'email'),
  url_text_input: (e, value) => typed(e, value ?? e.initial_value, 'input', 'text'),
  datepicker: (e, value) => typed(e, value ?? e.initial_date, 'input', 'date'),
  timepicker: (e, value) => typed(e, value ?? e.initial_time, 'input', 'time'),
  static_select: (e, value) => choice(e, value ?? e.initial_option?.value, all(e).map(o => [o.value, label(o)])),
  external_select: (e, value, town, load) => loaded(e, value ?? e.initial_option?.value, load),
  users_select: (e, value, town) => choice(e, value ?? e.initial_user, town.users.map(u => [u.id, u.real_name])),
  channels_select: (e, value, town) => choice(e, value ?? e.initial_channel, town.channels.map(c => [c.id, '#' + c.name])),
  conversations_select: (e, value, town) =>
    choice(e, value ?? e.initial_conversation, town.channels.map(c => [c.id, '#' + c.name])),
  multi_static_select: (e, value) => boxes(e, value, 'checkbox'),
  checkboxes: (e, value) => boxes(e, value, 'checkbox'),
  radio_buttons: (e, value) => boxes(e, value ?? (e.initial_option && [e.initial_option.value]), 'radio'),
  file_input: e => {
    const node = h('input', { type: 'file', multiple: (e.max_files ?? 10) > 1, accept: e.filetypes?.map(t => '.' + t).join(',') })
    return { node, read: () => '', files: () => [...node.files] }
  },
}

function typed(e, value, tag, type) {
  const node = h(tag, {
    type: tag === 'input' ? type : null, rows: tag === 'textarea' ? 4 : null, maxlength: e.max_length || null,
    placeholder: e.placeholder && e.placeholder.text, value: value ?? '', autocomplete: 'off', step: type === 'number' ? 'any' : null,
  })
  return { node, read: () => node.value }
}

function choice(e, value, options) {
  const node = h('select', {},
    h('option', { value: '' }, e.placeholder ? e.placeholder.text : '…'),
    options.map(([v, said]) => h('option', { value: v }, said)))
  node.value = value ?? ''
  return { node, read: () => node.value }
}

let serial = 0

// loaded is a list whose options come from the app as one types.
function loaded(e, value, load) {
  const list = h('datalist', { id: 'loaded' + serial++ })
  const typed = h('input', { type: 'text', list: list.id, value: value ?? '', placeholder: e.placeholder && e.placeholder.text, autocomplete: 'off' })
  const values = new Map() // of what one reads
  let asked = 0
  const ask = async () => {
    const mine = ++asked
    const options = await load(typed.value)
    if (mine !== asked) return
    options.forEach(o => values.set(o.label, o.value))
    list.replaceChildren(...options.map(o => h('option', { value: o.label }, o.value)))
  }
  typed.addEventListener('focus', ask)
  typed.addEventListener('input', ask)
  return { node: h('span', { class: 'loaded' }, typed, list), read: () => values.get(typed.value) ?? typed.value }
}

function boxes(e, value, type) {
  const name = 'boxes' + serial++
  const chosen = value ?? (e.initial_options ?? []).map(o => o.value)
  const inputs = all(e).map(o => h('input', { type, name, value: o.value }))
  inputs.forEach(i => { i.checked = chosen.includes(i.value) })
  const node = h('div', { class: 'boxes' }, inputs.map((i, n) => h('label', {}, i, ' ', label(all(e)[n]))))
  return {
    node,
    read: () => {
      const on = inputs.filter(i => i.checked).map(i => i.value)
      return type === 'radio' ? on[0] ?? '' : on
    },
  }
}
