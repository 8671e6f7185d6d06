// wechat-api, which calls back.

const API = require('wechat-api')

module.exports = async given => {
  const api = new API(given.appid, given.secret)
  api.endpoint = given.base // its setting takes https alone
  const call = (name, ...args) => new Promise((resolve, reject) => api[name](...args, (err, got) => err ? reject(err) : resolve(got)))

  const token = await call('getLatestToken')
  const sent = await call('sendTemplate', 'oA', 'T', 'http://weixin.qq.com', '#173177', { keyword1: { value: '巧克力<&>', color: '#173177' } })
  const followers = await call('getFollowers')
  const { tag } = await call('createTag', '茶友')
  await call('membersBatchtagging', tag.id, ['oA', 'oB'])
  const tagged = await call('getTagUsers', tag.id, '')
  const code = await call('createLimitQRCode', 'spring')
  const mass = await call('massSendText', '早<安>', true)
  const state = await call('getMassMessageStatus', mass.msg_id)
  await call('sendText', 'oA', '你好')
  const refused = await call('sendTemplate', 'oGone', 'T', '', '', { keyword1: { value: 'x' } }).catch(err => err)
  return {
    token: token.accessToken, msgid: sent.msgid, followers: followers.data.openid, tagged: tagged.data.openid,
    ticket: code.ticket, mass: mass.msg_id, state: state.msg_status, refused: refused.code,
  }
}
