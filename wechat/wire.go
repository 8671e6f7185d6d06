package wechat

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"magpie/wechat/apis"
)

const maxMsg = 2000 // characters of an errmsg that are kept

// reply is what an API answers, errcode and errmsg included.
type reply interface {
	head() *answer
	// missing names the promised value that the answer does not bring, or "".
	missing(answer) string
}

// tolerant is a reply for which some errcodes are no refusal.
type tolerant interface{ tolerates(code int) bool }

// answer is the part that all replies have. WeChat answers 200 even when it
// refuses; the code is in the body, as a number or now and then as a string.
type answer struct {
	ErrCode looseInt    `json:"errcode"`
	ErrMsg  looseString `json:"errmsg"`
}

func (a *answer) head() *answer { return a }

// done is the reply of an API that only says errcode 0. An answer without an
// errcode does not say that anything was done.
type done struct{ answer }

func (*done) missing(a answer) string {
	if !a.ErrCode.given {
		return "errcode"
	}
	return ""
}

type encoder struct {
	bytes.Buffer
	json *json.Encoder
	own  jsonWriter
}

var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.json = json.NewEncoder(&e.Buffer)
	e.json.SetEscapeHTML(false)
	return e
}}

// encode marshals as WeChat wants it: UTF-8, no \u escapes for < > & or for
// U+2028, which encoding/json otherwise escapes always.
func encode(v any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	if a, ok := v.(appender); ok {
		return e.write(a)
	}
	e.Reset()
	if err := e.json.Encode(v); err != nil {
		return nil, fmt.Errorf("encode the message: %w", err)
	}
	raw := bytes.Clone(bytes.TrimRight(e.Bytes(), "\n"))
	if !bytes.Contains(raw, []byte(`\u`)) {
		return raw, nil
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		switch rest := raw[i:]; {
		case bytes.HasPrefix(rest, []byte(`\u2028`)):
			out, i = append(out, "\u2028"...), i+5
		case bytes.HasPrefix(rest, []byte(`\u2029`)):
			out, i = append(out, "\u2029"...), i+5
		case bytes.HasPrefix(rest, []byte(`\ufffd`)):
			// encoding/json puts this where the text was not UTF-8.
			return nil, fault("body", ruleUTF8)
		default:
			out, i = append(out, rest[:2]...), i+1
		}
	}
	return out, nil
}

// allWell is what WeChat says nearly always; it is known without reading.
const allWell = `{"errcode":0,"errmsg":"ok"}`

// read judges a body that arrived in full with a 2xx.
func (c *Client) read(a apis.API, status int, raw []byte, out reply) error {
	if _, ok := out.(*done); ok && string(raw) == allWell {
		return nil
	}
	e := &Error{API: a.Path, HTTPStatus: status, fate: unanswered}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if !bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("{")) {
		e.cause = c.hide.cause(errors.New("the answer is not a JSON object" + c.snippet(a, raw)))
		return e
	}
	*out.head() = answer{} // a refused token's answer may have stood there
	err := json.Unmarshal(raw, out)
	ans := *out.head()
	if syntax := (*json.SyntaxError)(nil); ans.ErrCode.wrong || errors.As(err, &syntax) {
		e.cause = c.hide.cause(fmt.Errorf("the answer cannot be read: %w%s", cmp.Or(err, errNoCode), c.snippet(a, raw)))
		return e
	}
	if ans.ErrCode.n != 0 {
		// A code may be as good as success, where the answer brings the promise.
		if t, ok := out.(tolerant); ok && t.tolerates(ans.ErrCode.n) && err == nil && out.missing(ans) == "" {
			return nil
		}
		e.fate = refused
		c.blame(e, ans)
		return e
	}
	if err != nil {
		e.cause = c.hide.cause(fmt.Errorf("the answer cannot be read: %w", err))
		return e
	}
	if name := out.missing(ans); name != "" {
		e.cause = c.hide.cause(fmt.Errorf("the answer has no %s%s", name, c.snippet(a, raw)))
		return e
	}
	return nil
}

var errNoCode = errors.New("a code that is no whole number")

// refusal is a 4xx, with WeChat's own words where it brings any.
func (c *Client) refusal(a apis.API, status int, raw []byte) *Error {
	e := &Error{API: a.Path, HTTPStatus: status, fate: refused}
	var ans answer
	if json.Unmarshal(raw, &ans) == nil && ans.ErrCode.n != 0 {
		c.blame(e, ans)
		return e
	}
	e.cause = c.hide.cause(fmt.Errorf("HTTP status %d%s", status, c.snippet(a, raw)))
	return e
}

func (c *Client) blame(e *Error, ans answer) {
	e.Code = ans.ErrCode.n
	msg, rid := splitRID(c.hide.text(string(ans.ErrMsg)))
	e.Msg, e.RID = shorten(msg, maxMsg), shorten(rid, 64)
}

// snippet shows how an unreadable answer began. The answer of a token call is
// never shown: a token may be in it.
func (c *Client) snippet(a apis.API, raw []byte) string {
	if a == apis.Token || a == apis.StableToken || strings.HasPrefix(a.Path, componentPaths) || len(bytes.TrimSpace(raw)) == 0 {
		return ""
	}
	if len(raw) > 4096 {
		raw = raw[:4096]
	}
	text := strings.Join(strings.Fields(strings.ToValidUTF8(c.hide.text(string(raw)), "?")), " ")
	return fmt.Sprintf(": %q", shorten(text, 120))
}

var (
	ridAtEnd  = regexp.MustCompile(`(?i)[\s,;]*\brid:\s*([0-9A-Za-z_-]+)\s*$`)
	hintAtEnd = regexp.MustCompile(`(?i)[\s,;]*\bhint:\s*\[([^\]]*)\]\s*$`)
)

// splitRID takes the request id off the end of an errmsg; older answers call it hint.
func splitRID(msg string) (text, rid string) {
	for _, re := range []*regexp.Regexp{ridAtEnd, hintAtEnd} {
		if m := re.FindStringSubmatchIndex(msg); m != nil {
			if rid == "" {
				rid = strings.TrimSpace(msg[m[2]:m[3]])
			}
			msg = msg[:m[0]]
		}
	}
	return strings.TrimSpace(msg), rid
}

// shorten keeps the first n characters and says that there were more.
func shorten(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return fmt.Sprintf("%s… (%d more)", string(r[:n]), len(r)-n)
}

// looseInt is a whole number that may come as a string.
type looseInt struct {
	n     int
	given bool
	wrong bool
}

func (l *looseInt) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(strings.Trim(string(b), `"`))
	if s == "null" || s == "" {
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		l.wrong = true
		return errNoCode
	}
	l.n, l.given = n, true
	return nil
}

// looseString is text that may come as something else; WeChat's own page calls
// an errmsg a number.
type looseString string

func (l *looseString) UnmarshalJSON(b []byte) error {
	if n := len(b); n > 1 && b[0] == '"' && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) {
		*l = looseString(b[1 : n-1]) // nearly always; there is nothing to undo
		return nil
	}
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	*l = looseString(s)
	return nil
}

// looseTime is a moment in Unix seconds, as a number or a string. Anything else
// is the zero time: it never spoils an answer whose id is there.
type looseTime struct{ time.Time }

func (l *looseTime) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(strings.Trim(string(b), `"`))
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
		l.Time = time.Unix(n, 0)
	} else if f, err := strconv.ParseFloat(s, 64); err == nil && f > 0 && f < 1e12 {
		l.Time = time.Unix(int64(f), 0)
	}
	return nil
}
