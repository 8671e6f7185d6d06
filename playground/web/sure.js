// The question that some buttons ask before they are pressed. Its words are the bot's.

import { h } from './dom.js'
import { text } from './blocks.js'

// sure calls yes once the person has agreed. Escape is a no.
export function sure(question, town, yes) {
  const node = h('dialog', { class: 'sure', 'aria-label': question.title.text, onclose: () => node.remove() },
    h('h3', {}, text(question.title, town)),
    h('p', { class: 'said' }, text(question.text, town)),
    h('div', { class: 'b-actions' },
      h('button', { type: 'button', class: 'button', onclick: () => node.close() }, text(question.deny, town)),
      h('button', { type: 'button', class: ['button', question.style].filter(Boolean).join(' '), data: { sure: 'yes' }, onclick: () => { node.close(); yes() } }, text(question.confirm, town))))
  document.body.append(node)
  node.showModal()
}
