package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"magpie/wechat/apis"
)

// Function names the cloud function that makes the calls: the one in cloud/,
// deployed to the environment Env under Name.
type Function struct{ Env, Name string }

// functionReply is what invokecloudfunction answers.
type functionReply struct {
	answer
	RespData looseString `json:"resp_data"`
}

func (r *functionReply) missing(answer) string {
	if r.RespData == "" {
		return "resp_data"
	}
	return ""
}

// invoke carries out r through the cloud function.
//
// WeChat: POST /tcb/invokecloudfunction
func (c *Client) invoke(ctx context.Context, r request) error {
	body, err := cloudEvent(r)
	if err != nil {
		return err
	}
	query := url.Values{"env": {c.function.Env}, "name": {c.function.Name}}
	var out functionReply
	start := time.Now()
	err = c.tokens.with(ctx, r.api, r.again, func(token string) error {
		query.Set("access_token", token)
		err := c.do(ctx, message{api: apis.InvokeFunction, query: query.Encode(), body: body, out: &out})
		if e, ok := err.(*Error); ok {
			e.For = r.api.Path
			if e.fate == refused && e.Code < 0 && !neverRan(e.Code) {
				e.fate = unanswered // the function may have begun
			}
		}
		return err
	})
	if err == nil {
		err = c.readCloud(r, []byte(out.RespData))
	}
	c.note(ctx, r, start, err)
	return err
}

// neverRan tells the codes with which the cloud turns a call away before the
// function begins, or the SDK's before WeChat is called: no such function, a
// limit, wrong parameters, an API without permission. A time-out or a "system
// error" on the way (-501001, -501002, -601…, -604102, …) is none of them.
func neverRan(code int) bool {
	switch code {
	case -501000, -604100, -604101, -604104:
		return true
	}
	return code <= -501003 && code >= -501009
}

// readCloud judges what the function returned: the SDK's result, or the error
// that it threw, in camelCase.
func (c *Client) readCloud(r request, raw []byte) error {
	snake, err := renameKeys(raw, toSnake)
	if err != nil {
		return &Error{API: r.api.Path, fate: unanswered, cause: c.hide.cause(fmt.Errorf("the function's result cannot be read: %w%s", err, c.snippet(r.api, raw)))}
	}
	err = c.read(r.api, 200, snake, r.out)
	if e, ok := err.(*Error); ok && e.fate == refused {
		e.Msg = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(e.Msg, "openapi."+r.api.Cloud+":fail"), " "))
		// -1 is WeChat's "system error", and the SDK's for whatever it cannot name.
		if e.Code < 0 && !neverRan(e.Code) && !(e.Code == codeBusy && strings.Contains(e.Msg, "system error")) {
			e.fate = unanswered
		}
	}
	return err
}

// cloudEvent is what the function is given: which API, and its parameters in
// camelCase.
func cloudEvent(r request) ([]byte, error) {
	params := []byte("{}")
	if r.in != nil {
		raw, err := encode(r.in)
		if err != nil {
			return nil, err
		}
		if params, err = renameKeys(raw, toCamel); err != nil {
			return nil, fmt.Errorf("encode the message: %w", err)
		}
	} else if len(r.query) > 0 {
		m := map[string]string{}
		for name := range r.query {
			m[toCamel(name)] = r.query.Get(name)
		}
		var err error
		if params, err = encode(m); err != nil {
			return nil, err
		}
	}
	return encode(struct {
		API    string          `json:"api"`
		Params json.RawMessage `json:"params"`
	}{r.api.Cloud, params})
}

// renameKeys gives every key of an object another name, save those inside
// "data": they are the fields of somebody's template.
func renameKeys(raw []byte, rename func(string) string) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, errors.New("there is more after the object")
	}
	return encode(renamed(v, rename))
}

func renamed(v any, rename func(string) string) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			if key != "data" {
				value = renamed(value, rename)
			}
			out[rename(key)] = value
		}
		return out
	case []any:
		for i := range v {
			v[i] = renamed(v[i], rename)
		}
	}
	return v
}

func toCamel(s string) string {
	var b strings.Builder
	up := false
	for _, r := range s {
		switch {
		case r == '_':
			up = b.Len() > 0
			continue
		case up:
			r, up = unicode.ToUpper(r), false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// toSnake knows that errCode and errMsg have no underscore on the wire.
func toSnake(s string) string {
	switch s {
	case "errCode", "errMsg":
		return strings.ToLower(s)
	}
	var b strings.Builder
	for i, r := range s {
		if unicode.IsUpper(r) {
			if i > 0 {
				b.WriteByte('_')
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
