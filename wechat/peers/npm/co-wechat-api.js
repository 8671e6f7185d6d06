// co-wechat-api, which promises.

const API = require('co-wechat-api')

module.exports = async given => {
  const api = new API(given.appid, given.secret)
  api.prefix = given.base + '/cgi-bin/' // it has no setting for it

  const token = await api.ensureAccessToken()
  const sent = await api.sendTemplate('oA', 'T', 'http://weixin.qq.com', '#173177', { keyword1: { value: '巧克力<&>', color: '#173177' } })
  await api.sendSubscribeMessage('oA', 'T', 'pages/tea', { thing1: { value: '春茶' } })
  const followers = await api.getFollowers()
  const code = await api.createTmpQRCode(7, 3600)
  const mass = await api.massSendText('早<安>', true)
  const state = await api.getMassMessageStatus(mass.msg_id)
  await api.sendText('oA', '你好')
  const refused = await api.sendTemplate('oGone', 'T', '', '', { keyword1: { value: 'x' } }).catch(err => err)
  return {
    token: token.accessToken, msgid: sent.msgid, followers: followers.data.openid,
    ticket: code.ticket, mass: mass.msg_id, state: state.msg_status, refused: refused.code,
  }
}
