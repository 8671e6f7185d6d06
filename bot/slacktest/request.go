package slacktest

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// request is one call, its arguments taken from query, form or JSON body alike.
type request struct {
	method string
	args   map[string]any
	token  string
	root   string
}

// str returns an argument as text; numbers and booleans too.
func (r *request) str(key string) string { return str(r.args, key) }

func (r *request) flag(key string) bool {
	s := r.str(key)
	return s == "true" || s == "1"
}

func (r *request) int(key string, def int) int {
	if n, err := strconv.Atoi(r.str(key)); err == nil {
		return n
	}
	return def
}

func (r *request) has(key string) bool { v, ok := r.args[key]; return ok && v != nil }

// json returns an argument that is structured: JSON inside JSON, or text that
// holds JSON, as form bodies have it.
func (r *request) json(key string) json.RawMessage {
	switch v := r.args[key].(type) {
	case nil:
		return nil
	case string:
		return json.RawMessage(strings.TrimSpace(v))
	default:
		out, _ := json.Marshal(v)
		return out
	}
}

// read takes the arguments from wherever Slack takes them.
func (w *Workspace) read(r *http.Request, method string) (*request, error) {
	req := &request{method: method, args: map[string]any{}, root: w.rootOf(r)}
	fill := func(v url.Values) {
		for k := range v {
			req.args[k] = v.Get(k)
		}
	}
	fill(r.URL.Query())
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 64<<20))
	if err != nil {
		return nil, refuse("request_timeout")
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		if len(body) > 0 {
			dec := json.NewDecoder(strings.NewReader(string(body)))
			dec.UseNumber()
			if dec.Decode(&req.args) != nil || req.args == nil {
				return nil, refuse("invalid_json")
			}
		}
		delete(req.args, "token") // Slack takes no token from a JSON body
	case "multipart/form-data":
		form, err := readMultipart(body, params["boundary"])
		if err != nil {
			return nil, refuse("invalid_form_data")
		}
		fill(form)
	case "application/x-www-form-urlencoded", "":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, refuse("invalid_form_data")
		}
		fill(form)
	default:
		return nil, refuse("invalid_post_type")
	}
	req.token = str(req.args, "token")
	delete(req.args, "token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		req.token = strings.TrimSpace(bearer)
	}
	return req, nil
}

func masked(token string) string {
	head, _, _ := strings.Cut(token, "-")
	if token == "" {
		return ""
	}
	return head + "-…"
}

// page cuts a list as Slack's cursors do. The cursor is where the next page starts.
func page[T any](req *request, all []T, def int) (part []T, meta map[string]any, err error) {
	limit := min(max(req.int("limit", def), 1), 1000)
	from := 0
	if c := req.str("cursor"); c != "" {
		n, bad := strconv.Atoi(strings.TrimPrefix(c, "next:"))
		if bad != nil || n < 0 || n > len(all) {
			return nil, nil, refuse("invalid_cursor")
		}
		from = n
	}
	to, next := min(from+limit, len(all)), ""
	if to < len(all) {
		next = "next:" + strconv.Itoa(to)
	}
	return slices.Clone(all[from:to]), map[string]any{"next_cursor": next}, nil
}
