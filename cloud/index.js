// The cloud function by which magpie makes cloud calls: it is given the name of an
// API and its parameters in camelCase, and returns what the SDK says of it.
//
//   {"api": "subscribeMessage.bizsend", "params": {"touser": "…", "templateId": "…", "data": {…}}}
//   → {"errCode": 0, "errMsg": "openapi.subscribeMessage.bizsend:ok"}
//
// The APIs are those of config.json, and no others: WeChat asks for each by name.
const cloud = require('wx-server-sdk')

const allowed = require('./config.json').permissions.openapi
const notAllowed = -604101 // what WeChat itself says of a call that config.json does not name

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })

exports.main = async (event) => {
  const { api, params } = event || {}
  if (!allowed.includes(api)) {
    return { errCode: notAllowed, errMsg: `openapi.${api}:fail function has no permission to call this API` }
  }
  const [namespace, method] = api.split('.')
  try {
    return await cloud.openapi[namespace][method](params || {})
  } catch (err) {
    // An Error keeps neither of its words when it is turned into JSON. One without a
    // code is given none: whether WeChat has acted is then unknown, and magpie says so.
    const answer = { errMsg: String((err && (err.errMsg || err.message)) || err) }
    if (err && Number.isInteger(err.errCode)) {
      answer.errCode = err.errCode
    }
    return answer
  }
}
