// node-easywechat, which takes WeChat's paths, and reads events itself.

const { OfficialAccount, ServerRequest, CacheInterface } = require('node-easywechat')

class Memory extends CacheInterface { // by default it keeps tokens in files
  kept = new Map()
  async get(id) { return this.kept.get(id) ?? null }
  async has(id) { return this.kept.has(id) }
  async set(id, data) { return Boolean(this.kept.set(id, data)) }
  async delete(id) { return this.kept.delete(id) }
}

module.exports = async given => {
  const app = new OfficialAccount({
    app_id: given.appid, secret: given.secret, token: given.token, aes_key: given.aes_key,
    use_stable_access_token: true, http: { baseURL: given.base + '/' },
  })
  app.setCache(new Memory())
  const client = app.getClient()
  const post = async (path, json) => (await client.request('post', path, { json })).toObject(false)

  const token = await app.getAccessToken().getToken()
  const message = { touser: 'oA', template_id: 'T', url: 'http://weixin.qq.com', data: { keyword1: { value: '巧克力<&>', color: '#173177' } } }
  const sent = await post('cgi-bin/message/template/send', message)
  await post('cgi-bin/message/subscribe/bizsend', { touser: 'oA', template_id: 'T', page: 'pages/tea', data: { thing1: { value: '春茶' } } })
  const followers = (await client.request('get', 'cgi-bin/user/get')).toObject()
  const { tag } = await post('cgi-bin/tags/create', { tag: { name: '茶友' } })
  await post('cgi-bin/tags/members/batchtagging', { tagid: tag.id, openid_list: ['oA', 'oB'] })
  const tagged = await post('cgi-bin/user/tag/get', { tagid: tag.id, next_openid: '' })
  const code = await post('cgi-bin/qrcode/create', { action_name: 'QR_LIMIT_STR_SCENE', action_info: { scene: { scene_str: 'spring' } } })
  const mass = await post('cgi-bin/message/mass/sendall', { filter: { is_to_all: true }, msgtype: 'text', text: { content: '早<安>' } })
  const state = await post('cgi-bin/message/mass/get', { msg_id: mass.msg_id })
  await post('cgi-bin/message/custom/send', { touser: 'oA', msgtype: 'text', text: { content: '你好' } })
  const refused = await post('cgi-bin/message/template/send', { ...message, touser: 'oGone' })

  const heard = []
  app.setRequest(new ServerRequest('POST', given.push.url, { 'content-type': 'text/xml' }, given.push.body))
  const server = app.getServer()
  server.with(async event => {
    heard.push(event.Event, event.EventKey)
    return true
  })
  const answer = await server.serve()
  return {
    token, msgid: sent.msgid, followers: followers.data.openid, tagged: tagged.data.openid, ticket: code.ticket,
    mass: mass.msg_id, state: state.msg_status, refused: refused.errcode, heard, answer: answer.getBody().toString(),
  }
}
