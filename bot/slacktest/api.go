package slacktest

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// APICall is one call of the app to a method of the Web API, to a response
// address (method "response") or to an upload address (method "upload").
type APICall struct {
	Method string          `json:"method"`
	Args   map[string]any  `json:"args"` // without the token
	Token  string          `json:"token"`
	Status int             `json:"status"`
	Answer json.RawMessage `json:"answer,omitempty"`
	Error  string          `json:"error,omitempty"` // the answer's error code
	At     time.Time       `json:"at"`
}

// Calls returns every call of a method in order; of all methods when it is "".
func (w *Workspace) Calls(method string) []APICall {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []APICall
	for _, c := range w.calls {
		if method == "" || c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// refusal is an answer with ok false.
type refusal struct {
	code     string
	messages []string // response_metadata.messages
	more     map[string]any
	status   int // 0 is 200
	retry    time.Duration
}

func (e *refusal) Error() string { return e.code }

func refuse(code string, messages ...string) error { return &refusal{code: code, messages: messages} }

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

type handler func(*Workspace, *request) (map[string]any, error)

// methods names every method that is served. The handlers run under the lock.
var methods = map[string]handler{
	"api.test":                     apiTest,
	"auth.test":                    authTest,
	"apps.connections.open":        connectionsOpen,
	"chat.postMessage":             chatPostMessage,
	"chat.update":                  chatUpdate,
	"chat.delete":                  chatDelete,
	"chat.postEphemeral":           chatPostEphemeral,
	"chat.getPermalink":            chatGetPermalink,
	"reactions.add":                reactionsAdd,
	"views.open":                   viewsOpen,
	"views.push":                   viewsPush,
	"views.update":                 viewsUpdate,
	"views.publish":                viewsPublish,
	"users.info":                   usersInfo,
	"users.list":                   usersList,
	"users.conversations":          usersConversations,
	"usergroups.list":              usergroupsList,
	"usergroups.users.list":        usergroupsUsersList,
	"conversations.info":           conversationsInfo,
	"conversations.list":           conversationsList,
	"conversations.open":           conversationsOpen,
	"conversations.members":        conversationsMembers,
	"conversations.replies":        conversationsReplies,
	"conversations.history":        conversationsHistory,
	"conversations.join":           conversationsJoin,
	"files.getUploadURLExternal":   filesGetUploadURL,
	"files.completeUploadExternal": filesCompleteUpload,
	"files.info":                   filesInfo,
}

func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request, method string) {
	req, err := w.read(r, method)
	if err != nil {
		w.answer(rw, &request{method: method}, nil, err)
		return
	}
	fault := w.takeFault(method)
	after := fault != nil && fault.After
	if !after && w.misbehave(rw, r, req, fault) {
		return
	}
	w.mu.Lock()
	out, err := w.dispatch(req)
	w.mu.Unlock()
	if after && w.misbehave(rw, r, req, fault) {
		return
	}
	w.answer(rw, req, out, err)
}

func (w *Workspace) dispatch(req *request) (map[string]any, error) {
	h, ok := methods[req.method]
	if !ok {
		return nil, refuse("unknown_method")
	}
	want := w.opt.BotToken
	if req.method == "apps.connections.open" {
		want = w.opt.AppToken
	}
	switch {
	case req.method == "api.test":
	case req.token == "":
		return nil, refuse("not_authed")
	case req.token == want:
	case req.token == w.opt.BotToken || req.token == w.opt.AppToken:
		return nil, refuse("not_allowed_token_type")
	default:
		return nil, refuse("invalid_auth")
	}
	return h(w, req)
}

// answer writes Slack's answer and records the call.
func (w *Workspace) answer(rw http.ResponseWriter, req *request, out map[string]any, err error) {
	status := http.StatusOK
	if err != nil {
		var no *refusal
		var bad *Invalid
		switch {
		case errors.As(err, &no):
		case errors.As(err, &bad):
			no = bad.refusal()
		default:
			no = &refusal{code: "internal_error"}
		}
		out = map[string]any{"ok": false, "error": no.code}
		if len(no.messages) > 0 {
			tagged := make([]string, len(no.messages))
			for i, m := range no.messages {
				tagged[i] = "[ERROR] " + m
			}
			out["errors"] = no.messages
			out["response_metadata"] = map[string]any{"messages": tagged}
		}
		maps.Copy(out, no.more)
		if no.status != 0 {
			status = no.status
		}
		if no.retry > 0 {
			rw.Header().Set("Retry-After", strconv.Itoa(max(1, int((no.retry+time.Second-1)/time.Second))))
		}
	} else {
		if out == nil {
			out = map[string]any{}
		}
		out["ok"] = true
	}
	body, _ := json.Marshal(out)
	w.record(req, status, body, str(out, "error"))
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = rw.Write(body)
}

func (w *Workspace) record(req *request, status int, body []byte, code string) {
	w.opt.Log.Debug("slack call", "method", req.method, "status", status, "error", code)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, APICall{
		Method: req.method, Args: req.args, Token: masked(req.token), Status: status, Answer: body, Error: code, At: w.opt.Now(),
	})
	w.changed()
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

// apiTest answers Slack's api.test.
func apiTest(_ *Workspace, r *request) (map[string]any, error) {
	if code := r.str("error"); code != "" {
		return nil, &refusal{code: code, more: map[string]any{"args": r.args}}
	}
	return map[string]any{"args": r.args}, nil
}

// authTest answers Slack's auth.test.
func authTest(w *Workspace, r *request) (map[string]any, error) {
	return map[string]any{
		"url": r.root + "/", "team": w.opt.TeamName, "user": w.opt.BotName, "team_id": w.opt.Team,
		"user_id": w.opt.BotUser, "bot_id": w.opt.BotID, "app_id": w.opt.AppID, "is_enterprise_install": false,
	}, nil
}
