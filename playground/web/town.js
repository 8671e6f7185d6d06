// Town is the workspace as one person sees it: who and what is called how, and in
// which language and zone they read.

export class Town {
  constructor(state, me) {
    this.slack = state.slack
    this.roles = state.people
    this.clock = state.clock
    this.me = me
    const user = this.user(me)
    this.locale = user?.locale || 'en-US'
    this.zone = user?.tz || undefined
  }

  get now() { return this.clock() }

  get users() { return this.slack.users }

  // channels are those that I can look at; those to talk to the bot alone come last.
  get channels() {
    return this.slack.channels.filter(c => c.is_im ? c.user === this.me : c.members.includes(this.me))
      .sort((a, b) => a.is_im - b.is_im)
  }

  user(id) { return this.users.find(u => u.id === id) }

  channel(id) { return this.slack.channels.find(c => c.id === id) }

  group(id) { return this.slack.groups.find(g => g.id === id) }

  userName(id, label) { return this.user(id)?.real_name || label || id }

  channelName(id, label) { return this.channel(id)?.name || label || id }

  groupName(id, label) { return this.group(id)?.handle || label || id }

  inGroup(id) { return this.group(id)?.users.includes(this.me) ?? false }

  // messages are all that I see of a channel, my own private ones among them.
  messages(channel) {
    const mine = (this.slack.ephemerals[this.me] ?? []).filter(m => m.channel === channel)
    return [...(this.slack.messages[channel] ?? []), ...mine]
  }

  // callsMe reports whether a message is for me by name.
  callsMe(m) {
    if (m.user === this.me) return false
    const said = m.text + JSON.stringify(m.blocks ?? '')
    return Boolean(m.ephemeral_for) || this.channel(m.channel).is_im || said.includes(`<@${this.me}>`) ||
      this.slack.groups.some(g => g.users.includes(this.me) && said.includes(`subteam^${g.id}`))
  }
}
