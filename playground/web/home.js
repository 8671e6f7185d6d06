// The app's Home tab, as the bot has published it for the person one is.

import { h, keep } from './dom.js'
import { language, t } from './words.js'
import { blocks } from './blocks.js'

// drawHome shows it in the place of the messages, where it is open.
export function drawHome(page) {
  const town = page.town, open = atHome(page)
  const box = document.getElementById('home')
  box.hidden = !open
  document.getElementById('messages').hidden = open
  document.getElementById('composer').hidden = open
  if (!open) return
  const view = town.slack.homes[page.who]
  const press = async (element, node) => {
    node.disabled = true
    await page.act('/press', { view: view.id, button: element.action_id })
    node.disabled = false
  }
  keep(box, [{
    key: 'home', sig: page.who + language() + page.state.stepped + (view?.hash ?? ''),
    make: () => h('div', { class: 'body', data: { view: view?.id } }, view ? blocks(view.blocks, town, press) : h('p', { class: 'empty' }, t('no_home'))),
  }])
}

// atHome reports whether one looks at the Home tab; it stands where one is alone with the bot.
export const atHome = page => Boolean(page.home[page.who]) && page.town.channel(page.channel).is_im

// homeTabs are the two tabs of the bot's own place.
export function homeTabs(page) {
  const tab = (name, open) => h('button', { type: 'button', class: 'quiet', role: 'tab', data: { home: name }, 'aria-selected': String(atHome(page) === open), onclick: () => {
    page.home[page.who] = open
    page.moved = true
    page.draw()
    if (open) page.act('/home', {})
  } }, t(name))
  return h('span', { role: 'tablist' }, tab('messages_tab', false), tab('home_tab', true))
}
