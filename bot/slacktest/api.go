package slacktest

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
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

// Calls returns every call of a method in order, of all methods when it is "";
// the oldest are forgotten after some ten thousand.
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

type handler func(*Workspace, *request) (map[string]any, error)

// methods names every method that is served. The handlers run under the lock.
var methods = map[string]handler{
	"api.test":                     apiTest,
	"auth.test":                    authTest,
	"blocks.validate":              blocksValidate,
	"apps.connections.open":        connectionsOpen,
	"chat.postMessage":             chatPostMessage,
	"chat.update":                  chatUpdate,
	"chat.delete":                  chatDelete,
	"chat.postEphemeral":           chatPostEphemeral,
	"chat.getPermalink":            chatGetPermalink,
	"chat.startStream":             chatStartStream,
	"chat.appendStream":            chatAppendStream,
	"chat.stopStream":              chatStopStream,
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
	if err := w.allowed(req); err != nil {
		return nil, err
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
	if w.opt.Scopes != nil {
		rw.Header().Set("X-OAuth-Scopes", strings.Join(w.opt.Scopes, ","))
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = rw.Write(body)
}

func (w *Workspace) record(req *request, status int, body []byte, code string) {
	w.opt.Log.Debug("slack call", "method", req.method, "status", status, "error", code)
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.calls) >= 2*keep {
		w.calls = slices.Clone(w.calls[keep:])
	}
	w.calls = append(w.calls, APICall{
		Method: req.method, Args: req.args, Token: masked(req.token), Status: status, Answer: body, Error: code, At: w.opt.Now(),
	})
	w.changed()
}

// blocksValidate answers Slack's blocks.validate: each broken rule has a pointer and words.
// Source: docs.slack.dev/reference/methods/blocks.validate
func blocksValidate(w *Workspace, r *request) (map[string]any, error) {
	err := ValidateMessage("", json.RawMessage(r.str("blocks")))
	if err == nil {
		err = w.pictures(json.RawMessage(r.str("blocks")))
	}
	bad, isInvalid := errors.AsType[*Invalid](err)
	if !isInvalid {
		return nil, err
	}
	problems := make([]map[string]any, len(bad.Problems))
	for i, p := range bad.Problems {
		message, pointer, _ := strings.Cut(strings.TrimSuffix(p, "]"), " [json-pointer:/blocks")
		problems[i] = map[string]any{"pointer": pointer, "code": "failed_constraint", "message": message}
	}
	return nil, &refusal{code: "invalid_blocks", more: map[string]any{"errors": problems}}
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
