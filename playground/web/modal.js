// The form that somebody has open.

import { h } from './dom.js'
import { t } from './words.js'
import { blocks, text } from './blocks.js'
import { field } from './fields.js'

let shown = null // {id, sig, fields: Map of block id to field}
let before = null // what had the focus when it opened
const drafts = new Map() // what was typed, by view and block

export function drawModal(page) {
  const veil = document.getElementById('modal')
  const views = page.state.slack.views[page.who] ?? []
  const view = views.at(-1)
  veil.hidden = !view
  if (!view) {
    remember()
    veil.replaceChildren()
    if (shown) giveBack()
    shown = null
    return
  }
  const sig = page.who + document.documentElement.lang + JSON.stringify([view.id, view.hash, view.blocks, view.errors])
  if (shown?.sig === sig) return
  const first = shown?.id !== view.id
  if (!shown) before = document.activeElement
  remember()
  shown = { id: view.id, sig, fields: new Map() }
  const node = modal(page, view)
  veil.replaceChildren(node)
  const at = node.querySelector('.wrong input, .wrong textarea, .wrong select') ?? (first && node.querySelector('input, textarea, select'))
  if (at) at.focus()
}

// giveBack returns the focus to where it was, or to the box where that is gone.
function giveBack() {
  const at = before?.isConnected && before !== document.body ? before : document.getElementById('box')
  if (document.activeElement === document.body || !document.activeElement) at.focus()
  before = null
}

// remember keeps what was typed over a change of the form.
function remember() {
  shown?.fields.forEach((f, block) => { if (!f.files) drafts.set(shown.id + block, f.read()) })
}

function modal(page, view) {
  const town = page.town
  const close = () => page.act('/close', { view: view.id })
  const press = (element, node) => {
    node.disabled = true
    page.act('/press', { view: view.id, button: element.action_id }).then(() => { node.disabled = false })
  }
  const trouble = h('p', { class: 'error', role: 'alert' })
  const submit = h('button', { type: 'submit', class: 'button primary' }, view.submit || t('send'))
  const send = async e => {
    e.preventDefault()
    submit.disabled = true
    trouble.textContent = ''
    const answer = await page.act('/submit', { view: view.id, values: await values(page.who) })
    submit.disabled = false
    trouble.textContent = answer.error ?? ''
  }
  // Esc closes it and Tab goes round in it, as in Slack's own.
  const keys = e => {
    if (e.key === 'Escape' && !e.isComposing) close()
    if (e.key !== 'Tab') return
    const stops = [...e.currentTarget.querySelectorAll('button, input, textarea, select, a[href]')].filter(n => !n.disabled && n.checkVisibility())
    const end = e.shiftKey ? stops[0] : stops.at(-1)
    if (document.activeElement !== end && e.currentTarget.contains(document.activeElement)) return
    e.preventDefault()
    ;(e.shiftKey ? stops.at(-1) : stops[0])?.focus()
  }
  return h('form', { class: 'modal', role: 'dialog', 'aria-modal': 'true', 'aria-label': view.title, novalidate: true, data: { view: view.id }, onsubmit: send, onkeydown: keys },
    h('header', {}, h('img', { src: 'magpie.svg', alt: '', width: 24, height: 24 }), h('h2', {}, view.title),
      h('button', { type: 'button', class: 'quiet', title: t('close'), 'aria-label': t('close'), onclick: close }, '✕')),
    h('div', { class: 'inside' }, view.blocks.map(b => b.type === 'input' ? input(page, view, b) : blocks([b], town, press))),
    trouble,
    h('footer', {}, h('button', { type: 'button', class: 'button', onclick: close }, view.close || t('cancel')),
      view.blocks.some(b => b.type === 'input') && submit))
}

function input(page, view, b) {
  const town = page.town
  const load = async text => (await page.act('/suggest', { view: view.id, field: b.block_id, text, values: typedSoFar() })).options ?? []
  const f = field(b.element, drafts.get(view.id + b.block_id), town, load)
  if (!f) return blocks([b.element], town, () => {})
  shown.fields.set(b.block_id, f)
  const wrong = view.errors?.[b.block_id]
  return h('label', { class: wrong ? 'input wrong' : 'input', data: { block: b.block_id } },
    h('span', { class: 'label' }, text(b.label, town), b.optional && h('small', {}, ` (${t('optional')})`)),
    f.node,
    wrong && h('span', { class: 'error', role: 'alert' }, wrong),
    b.hint && h('span', { class: 'b-hint' }, text(b.hint, town)))
}

// typedSoFar is what the fields hold but for files: which account is chosen decides what a list
// of the same form offers.
function typedSoFar() {
  return Object.fromEntries([...shown.fields].filter(([, f]) => !f.files).map(([block, f]) => [block, f.read()]))
}

// values are what the fields hold; files are handed in first and named by their ids.
async function values(who) {
  const all = {}
  for (const [block, f] of shown.fields) {
    if (!f.files) {
      all[block] = f.read()
      continue
    }
    const ids = []
    for (const file of f.files()) {
      const address = `/files?who=${encodeURIComponent(who)}&name=${encodeURIComponent(file.name)}`
      const answer = await (await fetch(address, { method: 'POST', body: file })).json()
      if (answer.id) ids.push(answer.id)
    }
    all[block] = { files: ids }
  }
  return all
}
