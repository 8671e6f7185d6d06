package wechattest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
)

// reply is what a handler answers: a refusal with a code, or a success with
// fields (and errcode 0 where the API says it).
type reply struct {
	code   int
	msg    string // in place of "ok"
	rid    string // of a refusal
	detail string // more words for the errmsg
	fields map[string]any
	bare   bool // a success without errcode and errmsg
	file   []byte
	header http.Header // of the file
}

func refuse(code int) reply { return reply{code: code} }

func refuseOn(code int, format string, args ...any) reply {
	return reply{code: code, detail: fmt.Sprintf(format, args...)}
}

var done = reply{}

func (s *Server) encode(r reply) []byte {
	out := map[string]any{}
	maps.Copy(out, r.fields)
	if !r.bare || r.code != 0 {
		msg := cmp.Or(r.msg, "ok")
		if r.code != 0 {
			msg = errmsgs[r.code]
			if msg == "" {
				msg = "refused"
			}
			switch {
			case r.detail == "":
			case strings.HasSuffix(msg, "!"): // argument invalid! data.thing3.value …
				msg += " " + r.detail
			default:
				msg += ", " + r.detail
			}
			msg += " rid: " + r.rid
		}
		out["errcode"], out["errmsg"] = r.code, msg
	}
	return pack(out)
}

// pack is v as JSON, without a line feed at the end, where WeChat has none either: a client
// that escapes the control characters in an answer before it reads it (co-wechat-api 3.11,
// replaceJSONCtlChars in lib/util.js) fails on one outside a string.
func pack(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // only strings and numbers go in
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

var errmsgs = map[int]string{
	-504002: "function invoke failed",
	-501005: "invalid env",
	-501000: "FunctionName parameter could not be found",
	-1:      "system error",
	404:     "404 not found",
	20002:   "args invalid",
	40400:   "HTTP Bad Request",
	40001:   "invalid credential, access_token is invalid or not latest",
	40002:   "invalid grant_type",
	40003:   "invalid openid",
	40004:   "invalid media type",
	40005:   "invalid file type",
	40006:   "invalid meida size",
	40007:   "invalid media_id",
	40008:   "invalid message type",
	40013:   "invalid appid",
	40014:   "invalid access_token",
	40032:   "invalid openid list size",
	40033:   `invalid charset. please check your request, if include \uxxxx will create fail!`,
	40037:   "invalid template_id",
	40052:   "invalid action name",
	40053:   "invalid action info",
	40059:   "invalid msg id",
	40060:   "invalid article idx",
	40065:   "invalid msg status",
	40066:   "invalid url",
	40097:   "invalid args",
	40114:   "invalid index value",
	40125:   "invalid appsecret",
	40130:   "invalid openid list size, at least two openid",
	40164:   "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist",
	41001:   "access_token missing",
	41002:   "appid missing",
	41004:   "appsecret missing",
	41005:   "media data missing",
	41028:   "invalid form id",
	41029:   "form id used count reach limit",
	41030:   "invalid page",
	42001:   "access_token expired",
	43001:   "require GET method",
	43002:   "require POST method",
	43004:   "require subscribe",
	43101:   "user refuse to accept the msg",
	43107:   "subscribe message ability is banned",
	43108:   "concurrent messages to one user",
	45168:   "keyword in blacklist",
	44001:   "empty media data",
	44002:   "empty post data",
	44003:   "empty news data",
	44004:   "empty content",
	45001:   "media size out of limit",
	45002:   "content size out of limit",
	45003:   "title size out of limit",
	45004:   "description size out of limit",
	45008:   "article size out of limit",
	45009:   "reach max api daily quota limit",
	45011:   "api minute-quota reach limit, must slower, retry next minute",
	45015:   "response out of time limit or subscription is canceled",
	45028:   "has no masssend quota",
	45047:   "out of response count limit",
	45056:   "too many tag now, no need to add new",
	45059:   "can not tagging one user too much",
	45065:   "clientmsgid exist",
	45066:   "same clientmsgid retry too fast",
	45067:   "clientmsgid size out of limit",
	45110:   "author size out of limit",
	45157:   "invalid tag name",
	45158:   "tag name too long",
	45159:   "invalid tag id",
	45166:   "invalid content",
	45169:   "openid much req",
	45171:   "some openid fail",
	46001:   "media data no exist",
	47001:   "data format error",
	47003:   "argument invalid!",
	47501:   "invalid activity_id",
	47502:   "invalid target_state",
	47503:   "invalid version_type",
	47504:   "activity_id expired",
	48001:   "api unauthorized",
	48002:   "user block receive message",
	48006:   "forbid to clear quota because of reaching the limit",
	53600:   "article_id is invalid",
	61500:   "date format error",
	61501:   "date range error",
	61503:   "data not ready",
	61003:   "component is not authorized by this account",
	61004:   "access clientip is not registered",
	61005:   "component ticket is expired",
	61006:   "component ticket is invalid",
	61007:   "api is unauthorized to component",
	61010:   "code is expired",
	61023:   "refresh_token is invalid",
	76001:   "rid not found",
	76002:   "rid invalid",
	76003:   "rid not belong to the account",
	76004:   "rid expired",
	76021:   "cgi_path not found, please check",
	76022:   "could not use this cgi_path, no permission",
	88000:   "without comment privilege",
	88001:   "msg_data is not exists",
	88003:   "elected comment upper limit",
	88005:   "already reply",
	88007:   "reply content beyond max len or content len is zero",
	88008:   "comment is not exists",
	88009:   "reply is not exists",
	88010:   "count range error. cout <= 0 or count > 50",
	200100:  "account type invalid",
	200012:  "private template count reaches the limit",
	200014:  "tid invalid",
	200016:  "start invalid",
	200017:  "limit invalid",
	200018:  "ids missing",
	200019:  "ids invalid",
	200020:  "kidList invalid",
	200021:  "sceneDesc invalid",
	200022:  "template exists",
	// As the live service says of APIs that it has withdrawn.
	45103: "This API has been unsupported",
	45106: "This API has been unsupported",
	// No page gives the words of 45109. LibWechat, a client that marks the call as
	// withdrawn, has these.
	45109: "This API has been unsupported. For more details, please view https://developers.weixin.qq.com/community/develop/doc/000ae8d6348af08e7030bc2546bc01?blockType=1",
}

var escape = regexp.MustCompile(`\\\\|\\u([0-9a-fA-F]{4})`)

// decode reads a posted object into v, or says how it is refused.
func decode(body []byte, v any) (reply, bool) {
	if len(bytes.TrimSpace(body)) == 0 {
		return refuse(44002), false
	}
	for _, m := range escape.FindAllSubmatch(body, -1) {
		control := strings.HasPrefix(string(m[1]), "00") && m[1][2] < '2'
		if len(m[1]) > 0 && !control {
			return refuse(40033), false // only control characters need an escape
		}
	}
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return refuse(47001), false
	}
	if json.Unmarshal(body, v) != nil {
		return refuse(47001), false // what Go calls its types is nobody's business
	}
	return reply{}, true
}

// Line is one field of a template as it was sent.
type Line struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Color string `json:"color,omitempty"`
}

// lines reads a template's data in the order in which it was sent.
func lines(raw json.RawMessage) ([]Line, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("data is no object")
	}
	all := []Line{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var field struct {
			Value json.RawMessage `json:"value"`
			Color string          `json:"color"`
		}
		if err := d.Decode(&field); err != nil {
			return nil, fmt.Errorf("data.%v is no object", key)
		}
		value, ok := plain(field.Value)
		if !ok {
			return nil, fmt.Errorf("data.%v.value", key)
		}
		all = append(all, Line{Key: key.(string), Value: value, Color: field.Color})
	}
	return all, nil
}

// plain reads a string, or a number as its digits.
func plain(raw json.RawMessage) (string, bool) {
	var s string
	if len(raw) > 0 && string(raw) != "null" && json.Unmarshal(raw, &s) == nil {
		return s, true
	}
	var n json.Number
	if len(raw) > 0 && raw[0] != '"' && json.Unmarshal(raw, &n) == nil && n != "" {
		return n.String(), true
	}
	return "", false
}

// id makes the next id: always the same one for the same place in the order.
func (s *Server) id(purpose string, length int) string {
	s.serial++
	out := ""
	for n := 0; len(out) < length; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%d/%d", s.opts.AppID, purpose, s.serial, n))
		out += base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return out[:length]
}

func (s *Server) rid() string {
	s.serial++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/rid/%d", s.opts.AppID, s.serial))
	h := hex.EncodeToString(sum[:8])
	return fmt.Sprintf("%08x-%s-%s", uint32(s.clock().Unix()), h[:8], h[8:])
}
