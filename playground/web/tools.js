// Below the phone: how WeChat misbehaves, and what has arrived there.

import { badge, h, keep } from './dom.js'
import { language, t } from './words.js'
import { time } from './date.js'
import { phoneTime } from './phone.js'

const counted = ['busy', 'drop_before', 'drop_after', 'garbage', 'http_error', 'cut_body']
const switched = ['slow', 'down', 'uncertified']

let order // sends an order to the server

export function startTools(page, post) {
  order = post
  const tabs = [...document.querySelectorAll('[data-tab]')]
  const show = name => {
    page.tab = name
    tabs.forEach(tab => {
      tab.setAttribute('aria-selected', String(tab.dataset.tab === name))
      document.getElementById(tab.dataset.tab).hidden = tab.dataset.tab !== name
    })
  }
  tabs.forEach(tab => tab.addEventListener('click', () => {
    show(tab.dataset.tab)
    page.load()
  }))
  show('troubles')
}

export function drawTroubles(page) {
  const { faults, switches, trouble, settings, accounts, received } = page.state
  const left = kind => faults.find(f => kind === 'busy' ? f.kind === 'answer' && f.code === -1 : f.kind === kind)?.left ?? 0

  const act = async (path, what) => {
    await order(path, what)
    page.load()
  }
  const once = kind => chip(kind, trouble[kind] > 0, () => act('/fault', { kind }), trouble[kind])
  const chips = [
    ['next_call', ...counted.map(kind => chip(kind, left(kind) > 0, () => order('/fault', { kind, calls: left(kind) + 1 }), left(kind)))],
    ['until_off', ...switched.map(kind => chip(kind, switches[kind], () => order('/fault', { kind, on: !switches[kind] }))),
      chip('clear', false, () => order('/fault', { kind: 'clear' }))],
    ['at_once', chip('expire_tokens', false, () => order('/fault', { kind: 'expire_tokens' }))],
    ['at_slack', ...['slack_limited', 'slack_blocks'].map(once), chip('slack_away', trouble.slack_away, () => act('/fault', { kind: 'slack_away', on: !trouble.slack_away }))],
    ['at_writer', ...['writer_error', 'writer_refuses'].map(once), chip('writer_slow', trouble.writer_slow, () => act('/fault', { kind: 'writer_slow', on: !trouble.writer_slow }))],
    ['at_bot', chip('set_chinese', settings.language === 'zh', () => act('/settings', { language: settings.language === 'zh' ? 'en' : 'zh' })),
      chip('set_two', settings.approvals === 2, () => act('/settings', { approvals: 3 - settings.approvals })),
      chip('set_second', settings.accounts === accounts.length, () => act('/settings', { accounts: settings.accounts === 1 ? accounts.length : 1 }))],
  ]
  keep(document.getElementById('troubles'), chips.flatMap(([title, ...row]) => [
    { key: title, sig: language(), make: () => h('p', {}, t(title)) }, ...row]))

  document.getElementById('count').textContent = received.length || ''
  const list = received.map((r, n) => ({ key: r.account + r.at + n, sig: language() + JSON.stringify(r), make: () => call(r) }))
  if (list.length === 0) list.push({ key: 'none', sig: language(), make: () => h('p', { class: 'empty' }, t('no_call')) })
  keep(document.getElementById('calls'), list.reverse())
}

// chip is a switch that shows for how many calls it is still on.
function chip(kind, on, press, count) {
  return {
    key: kind, sig: language(),
    make: () => h('button', { type: 'button', class: 'chip', data: { fault: kind } }, t(kind)),
    update: node => {
      node.onclick = press
      node.setAttribute('aria-pressed', String(on))
      badge(node, count > 0 ? '×' + count : '')
    },
  }
}

function call(r) {
  const good = r.code === 0 && r.answered
  return h('details', { class: 'call', data: { path: r.path } },
    h('summary', {},
      h('time', {}, time(r.at, phoneTime(), true)),
      h('code', {}, r.path),
      h('span', { class: good ? 'good' : 'bad' }, [
        r.account, r.answered && String(r.code), t(r.acted ? 'acted' : 'not_acted'), !r.answered && t('unanswered'),
      ].filter(Boolean).join(' · '))),
    h('pre', {}, `${r.method} ${r.path}?${new URLSearchParams(Object.entries(r.query ?? {}).flatMap(([k, vs]) => vs.map(v => [k, v])))}\n`,
      r.body === undefined || r.body === null ? '' : JSON.stringify(r.body, null, 2)))
}
