package wechattest

import (
	"encoding/json"
	"strings"
	"unicode"

	"magpie/wechat/apis"
)

// hosting is whether callers stand inside WeChat's cloud hosting.
type hosting struct {
	on    bool
	paths set
}

// Hosting puts every caller inside WeChat's cloud hosting, where calls need no
// token; where any paths are named, the console allows only those.
func (s *Server) Hosting(paths ...string) {
	s.set(func() { s.hosting = hosting{true, setOf(paths)} })
}

// The cloud environment and function that are served.
const (
	DefaultCloudEnv      = "magpie-0123456789"
	DefaultCloudFunction = "magpie"
)

// Function replaces the built-in cloud function: it is given the event as it
// was sent and returns its result, or nil for one that crashed. It runs under
// the server's lock and may not call the server.
func (s *Server) Function(run func(event []byte) []byte) { s.set(func() { s.function = run }) }

// invokeFunction runs the cloud function and answers with its result as a string.
func (s *Server) invokeFunction(c *call) reply {
	switch {
	case c.query("env") != DefaultCloudEnv:
		return refuse(-501005)
	case c.query("name") != DefaultCloudFunction:
		return refuse(-501000)
	}
	run := s.function
	if run == nil {
		run = func(event []byte) []byte { return s.cloudCall(c, event) }
	}
	result := run(c.body)
	if result == nil {
		return refuse(-504002)
	}
	return reply{fields: map[string]any{"resp_data": string(result)}}
}

// cloudCall does what cloud/index.js does with the SDK: it calls the API with
// names in snake_case and answers with names in camelCase.
func (s *Server) cloudCall(c *call, event []byte) []byte {
	var in struct {
		API    string         `json:"api"`
		Params map[string]any `json:"params"`
	}
	out := map[string]any{}
	api, known := route{}, false
	if json.Unmarshal(event, &in) == nil && in.API != apis.InCloud && in.API != apis.NoCloud {
		for _, api = range routes {
			if known = api.Cloud == in.API; known {
				break
			}
		}
	}
	if !known {
		out["errCode"], out["errMsg"] = -604101, "openapi."+in.API+":fail function has no permission to call this API"
		return pack(out)
	}
	params := keys(in.Params, snake).(map[string]any)
	inner := &call{now: c.now, contentType: "application/json", body: pack(params), query: func(name string) string {
		text, _ := params[name].(string)
		return text
	}}
	answer := refuse(45009)
	if code := s.forbidden(api.Path, api); code != 0 {
		answer = refuse(code)
	} else if s.spend(api.Path, c.now) {
		answer = api.handle(s, inner)
	}
	for name, value := range answer.fields {
		out[camel(name)] = value
	}
	out["errCode"], out["errMsg"] = answer.code, "openapi."+in.API+":ok"
	if answer.code != 0 {
		out["errMsg"] = "openapi." + in.API + ":fail " + errmsgs[answer.code] + " rid: " + s.rid()
	}
	return pack(out)
}

func keys(v any, rename func(string) string) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if k != "data" {
				x = keys(x, rename)
			}
			out[rename(k)] = x
		}
		return out
	case []any:
		for i := range v {
			v[i] = keys(v[i], rename)
		}
	}
	return v
}

func snake(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func camel(s string) string {
	parts := strings.Split(s, "_")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}
