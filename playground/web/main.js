// The page: it takes the state of both worlds, draws it, and does what is pressed.

import { stayAtEnd } from './dom.js'
import { speak, t, toggle } from './words.js'
import { Town } from './town.js'
import { drawPeople } from './people.js'
import { drawHome } from './home.js'
import { drawMessages } from './messages.js'
import { drawComposer, startComposer } from './composer.js'
import { drawModal } from './modal.js'
import { drawPhone, startPhone } from './phone.js'
import { drawTroubles, startTools } from './tools.js'
import { drawLibrary } from './library.js'
import { drawCalendar, takeFires } from './calendar.js'
import { drawClock } from './clock.js'

const page = {
  state: null, // as the server told it last
  who: '', // the person one is
  places: {}, // the channel each person looks at
  home: {}, // whether each person looks at the app's Home
  read: {}, // up to when each person has read each channel
  notices: [], // what Slack itself told somebody
  tab: '', // what is open below the phone
  calendar: { month: '', day: '', fires: [] }, // '': that of the world's clock
  unfolded: new Set(), // threads shown whole
  thread: null, // the message that is replied to
  moved: true, // the list of messages is another one

  get town() { return new Town(this.state, this.who) },
  get channel() { return this.places[this.who] },

  be(person) {
    Object.assign(this, { who: person, thread: null, moved: true })
    draw()
  },
  go(channel) {
    this.places[this.who] = channel
    Object.assign(this, { thread: null, moved: true })
    draw()
  },
  reply(message) {
    this.thread = message
    draw()
    document.getElementById('box').focus()
  },
  draw: () => draw(),
  load: () => load(),

  // notice is something that Slack itself tells the person one is.
  notice(text, what = { who: this.who, channel: this.channel }) {
    const last = Math.max(0, ...this.town.messages(what.channel).map(m => m.ts * 1000))
    this.notices.push({ ...what, text, at: Math.max(this.town.now, last + 1) })
    draw()
  },

  // act does something as the person one is, and tells that person if Slack cannot.
  async act(path, what, thread) {
    const who = this.who, channel = this.channel
    const answer = await post(path, { who, ...what })
    if (answer.error) this.notice(answer.error, { who, channel, thread })
    return answer
  },
}

async function post(path, body) {
  try {
    const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    return await response.json()
  } catch {
    return { error: t('page_gone') }
  }
}

function draw() {
  if (!page.state) return
  drawPeople(page)
  drawHome(page)
  drawMessages(page)
  drawComposer(page)
  drawModal(page)
  drawPhone(page)
  drawTroubles(page)
  drawLibrary(page)
  drawClock(page, post)
  drawCalendar(page)
  const here = page.state.slack.connected > 0
  const bot = document.getElementById('bot')
  bot.textContent = page.ended ? t('page_gone') : here ? t('bot_here') : t('bot_gone')
  bot.dataset.bots = page.state.bots
  bot.classList.toggle('here', here && !page.ended)
  page.moved = false
}

let loading = false, again = false

// load takes the state; changes meanwhile are taken together afterwards.
async function load() {
  if (loading) {
    again = true
    return
  }
  loading = true
  do {
    again = false
    try {
      const state = await (await fetch('/state')).json()
      const offset = Date.parse(state.now) - Date.now()
      state.clock = () => Date.now() + offset // the world's
      page.state = state
      page.who ||= state.people[0].id
      for (const p of state.people) page.places[p.id] ??= new Town(state, p.id).channels[0].id
      if (page.tab === 'calendar') await takeFires(page)
      draw()
    } catch (err) {
      console.error(err)
    }
  } while (again)
  loading = false
}

function begin() {
  speak()
  startComposer(page)
  startTools(page, post)
  startPhone()
  stayAtEnd(document.getElementById('messages'))
  document.getElementById('lang').addEventListener('click', () => {
    toggle()
    speak()
    draw()
  })
  for (const button of document.querySelectorAll('.panes button')) {
    button.addEventListener('click', () => { document.body.dataset.pane = button.dataset.pane })
  }
  setInterval(load, 30e3) // time passes on the phone too
  const events = new EventSource('/events')
  events.onmessage = () => {
    page.ended = false
    load()
  }
  events.onerror = () => {
    page.ended = true
    draw()
  }
}

begin()
