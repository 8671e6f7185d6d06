// The box to type in, and the lines that it suggests.

import { h } from './dom.js'
import { language, t } from './words.js'

const $ = id => document.getElementById(id)

export function startComposer(page) {
  const box = $('box'), list = $('suggestions')
  let offered = [], chosen = -1

  const fit = () => {
    box.style.height = 'auto'
    box.style.height = Math.min(box.scrollHeight, 140) + 'px'
  }
  const offer = examples => {
    offered = examples.map(x => x.line)
    chosen = -1
    list.hidden = examples.length === 0
    list.replaceChildren(...examples.flatMap((x, n) => [
      x.group !== examples[n - 1]?.group && h('p', { role: 'presentation' }, t('group_' + x.group)),
      h('button', {
        type: 'button', role: 'option', id: 'offer' + n, data: { line: x.line },
        onmousedown: e => e.preventDefault(), // the box keeps the focus
        onclick: () => fill(x.line),
      }, h('span', {}, x[language()]), x.line),
    ].filter(Boolean)))
  }
  const choose = n => {
    chosen = (n + offered.length) % offered.length
    ;const options = list.querySelectorAll('[role="option"]')
    options.forEach((node, at) => node.setAttribute('aria-selected', String(at === chosen)))
    options[chosen].scrollIntoView({ block: 'nearest' })
  }
  const fill = line => {
    box.value = line
    offer([])
    fit()
    box.focus()
  }
  page.fill = fill
  const send = () => {
    const text = box.value.trim()
    if (!text) return
    offer([])
    if (page.thread && text.startsWith('/')) {
      page.notice(t('no_thread'))
      return
    }
    const thread = page.thread?.ts
    box.value = ''
    fit()
    page.thread = null
    page.moved = true // one looks at the end of what one has said oneself
    page.draw()
    page.act('/say', { channel: page.channel, thread, text })
  }

  $('composer').addEventListener('submit', e => {
    e.preventDefault()
    send()
  })
  box.addEventListener('input', () => {
    fit()
    const said = box.value
    offer(said.startsWith('/') ? page.state.examples.filter(x => x.line.startsWith(said) && x.line !== said) : [])
  })
  box.addEventListener('keydown', e => {
    if (e.isComposing || e.keyCode === 229) return // Enter chooses a Chinese word then
    if (!list.hidden && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault()
      choose(e.key === 'ArrowDown' ? chosen + 1 : Math.max(chosen, 0) - 1)
    } else if (!list.hidden && (e.key === 'Tab' || e.key === 'Enter' && chosen >= 0)) {
      e.preventDefault()
      fill(offered[Math.max(chosen, 0)])
    } else if (e.key === 'Escape') {
      offer([])
      page.thread = null
      page.draw()
    } else if (e.key === 'Enter' && !e.shiftKey) {
      e.preventDefault()
      send()
    }
  })
  box.addEventListener('blur', () => offer([]))
  $('examples').addEventListener('mousedown', e => e.preventDefault())
  $('examples').addEventListener('click', () => {
    const open = list.hidden
    box.focus()
    offer(open ? page.state.examples : [])
  })
  for (const button of document.querySelectorAll('[data-global]')) {
    button.addEventListener('click', () => page.act('/shortcut', { shortcut: button.dataset.global }))
  }
  $('mention').addEventListener('click', () => fill(('@magpie ' + box.value).replace(/^(@magpie )+/, '@magpie ')))
}

// drawComposer says to whom one writes.
export function drawComposer(page) {
  const town = page.town, c = town.channel(page.channel)
  const to = t('write', c.is_im ? town.slack.bot.real_name : '#' + c.name)
  $('box').placeholder = to
  $('box').setAttribute('aria-label', to)
  const replying = $('replying')
  replying.hidden = !page.thread
  if (page.thread) {
    const stop = () => {
      page.thread = null
      page.draw()
    }
    replying.replaceChildren(`${t('replying')} ${town.userName(page.thread.user)} `,
      h('button', { type: 'button', class: 'quiet', onclick: stop }, t('cancel')))
  }
}
