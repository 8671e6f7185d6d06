package wechat

// From WeChat's cloud hosting the API is called without a token and without
// TLS: what runs beside the container adds both, for the paths that the
// console's cloud call permissions name. An answer that came by there bears the
// header x-openapi-seqid. Elsewhere the same call is refused with 41001.
const hostingBaseURL = "http://api.weixin.qq.com"

// hostingHeader names the request where the errmsg brings no rid.
const hostingHeader = "X-Openapi-Seqid"
