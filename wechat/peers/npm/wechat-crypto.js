// wechat-crypto, which seals and opens events.

const Crypto = require('wechat-crypto')

module.exports = async given => {
  const crypto = new Crypto(given.token, given.aes_key, given.appid)
  const sealed = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(given.push.body)[1]
  const query = new URL(given.push.url).searchParams
  const opened = crypto.decrypt(sealed)
  const own = crypto.encrypt(given.event)
  return {
    signature: crypto.getSignature(query.get('timestamp'), query.get('nonce'), sealed), opened: opened.message, id: opened.id,
    sealed: own, signed: crypto.getSignature(query.get('timestamp'), query.get('nonce'), own),
  }
}
