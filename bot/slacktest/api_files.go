package slacktest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// File is a file of the workspace, uploaded by the app or put there by a person.
type File struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Mimetype string    `json:"mimetype"`
	User     string    `json:"user"`
	AltText  string    `json:"alt_txt,omitempty"`
	Created  time.Time `json:"created"`
	Data     []byte    `json:"-"`
	Channels []string  `json:"channels"` // in which it is shared: public and private ones, direct messages
	shares   []share
	length   int  // as announced; an upload of another length is refused
	ready    bool // completeUploadExternal was called, or a person put it there
	raw      bool // Slack has not looked through it yet
}

// AddFile puts a person's file into the workspace, to be given to Mention or
// to a file_input.
func (w *Workspace) AddFile(userID, name string, data []byte) File {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := &File{ID: w.id("F"), Name: name, Title: name, User: userID, Data: data, length: len(data), ready: true, Created: w.opt.Now()}
	f.Mimetype = mimetype(name, data)
	w.files[f.ID] = f
	return *f
}

// File returns a file of the workspace with its bytes.
func (w *Workspace) File(id string) (File, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f := w.files[id]; f != nil {
		return *f, true
	}
	return File{}, false
}

func mimetype(name string, data []byte) string {
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = http.DetectContentType(data)
	}
	kind, _, _ = strings.Cut(kind, ";")
	return kind
}

func (w *Workspace) wireFile(f *File) map[string]any {
	link := w.root() + "/files/" + f.ID + "/" + url.PathEscape(f.Name)
	kind, mimetype := strings.TrimPrefix(path.Ext(f.Name), "."), f.Mimetype
	if f.raw {
		kind, mimetype = "", ""
	}
	out := map[string]any{
		"id": f.ID, "created": f.Created.Unix(), "timestamp": f.Created.Unix(), "name": f.Name, "title": f.Title,
		"mimetype": mimetype, "filetype": kind, "pretty_type": strings.ToUpper(kind), "user": f.User, "user_team": w.opt.Team,
		"size": len(f.Data), "mode": "hosted", "editable": false, "is_external": false, "external_type": "",
		"public_url_shared": false, "display_as_bot": false, "url_private": link, "url_private_download": link,
		"permalink": link, "permalink_public": "",
		"comments_count": 0, "has_rich_preview": false, "file_access": "visible",
	}
	maps.Copy(out, w.wireShares(f))
	return out
}

func (w *Workspace) wireFiles(fs []File) []map[string]any {
	var out []map[string]any
	for i := range fs {
		out = append(out, w.wireFile(&fs[i]))
	}
	return out
}

// filesGetUploadURL answers Slack's files.getUploadURLExternal.
func filesGetUploadURL(w *Workspace, r *request) (map[string]any, error) {
	if r.str("filename") == "" || r.int("length", 0) <= 0 {
		return nil, refuse("invalid_arguments", "missing required field: filename, length")
	}
	f := &File{ID: w.id("F"), Name: r.str("filename"), Title: r.str("filename"), User: w.opt.BotUser, AltText: r.str("alt_txt"),
		Created: w.opt.Now(), length: r.int("length", 0)}
	w.files[f.ID] = f
	return map[string]any{"upload_url": r.root + "/upload/" + f.ID, "file_id": f.ID}, nil
}

// serveUpload takes the bytes, as they are or as a form's file. No token is
// needed: the address is the permission.
func (w *Workspace) serveUpload(rw http.ResponseWriter, r *http.Request, id string) {
	req := &request{method: "upload", args: map[string]any{"file": id}}
	if w.misbehave(rw, r, req, w.takeFault("upload")) {
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		var form url.Values
		if form, err = readMultipart(body, params["boundary"]); err == nil {
			body = nil
			for _, v := range form {
				if len(v[0]) > len(body) {
					body = []byte(v[0])
				}
			}
		}
	}
	w.mu.Lock()
	f := w.files[id]
	status, text := http.StatusOK, "OK - "+id
	switch {
	case f == nil || f.ready:
		status, text = http.StatusNotFound, "no such upload"
	case err != nil || len(body) != f.length:
		status, text = http.StatusBadRequest, "length differs from the announced one"
	default:
		f.Data, f.Mimetype = body, mimetype(f.Name, body)
	}
	w.mu.Unlock()
	req.args["bytes"] = len(body)
	w.record(req, status, nil, "")
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, text)
}

// filesCompleteUpload answers Slack's files.completeUploadExternal.
func filesCompleteUpload(w *Workspace, r *request) (map[string]any, error) {
	var list []struct{ ID, Title string }
	if json.Unmarshal(r.json("files"), &list) != nil || len(list) == 0 {
		return nil, refuse("invalid_arguments", "missing required field: files")
	}
	where := strings.FieldsFunc(r.str("channel_id")+","+r.str("channels"), func(c rune) bool { return c == ',' })
	for _, id := range where {
		c := w.reachable(id)
		switch {
		case c == nil:
			return nil, refuse("channel_not_found")
		case !w.botIn(c):
			return nil, refuse("not_in_channel")
		}
	}
	if blocks := r.json("blocks"); blocks != nil {
		if err := ValidateMessage("", blocks); err != nil {
			return nil, err
		}
	}
	var shared []File
	out := []map[string]any{} // in which nothing is shared yet: github.com/slackapi/python-slack-sdk/issues/1277
	for _, e := range list {
		f := w.files[e.ID]
		if f == nil || f.Data == nil || f.ready {
			return nil, refuse("file_not_found")
		}
		if e.Title != "" {
			f.Title = e.Title
		}
		f.ready, f.raw = true, true
		out = append(out, w.wireFile(f))
		// An alternative text for what is no image, and now and then nothing at all, has Slack
		// share the file nowhere: github.com/slackapi/python-slack-sdk/issues/1818,
		// github.com/paradigmxyz/centaur/pull/311.
		if w.unshared > 0 {
			w.unshared--
			where = nil
		}
		if f.AltText != "" && !strings.HasPrefix(f.Mimetype, "image/") {
			where = nil
		}
		f.Channels = where
		shared = append(shared, *f)
	}
	for _, id := range where {
		m := w.byBot(id)
		m.Text, m.Blocks, m.Files, m.ThreadTS = r.str("initial_comment"), w.identify(r.json("blocks")), shared, r.str("thread_ts")
		w.post(m)
	}
	w.changed()
	return map[string]any{"files": out}, nil
}

// LoseShares has the next n uploads end well and be shared nowhere.
func (w *Workspace) LoseShares(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unshared = n
}

// filesInfo answers Slack's files.info: a file that is not visible to the bot is not to be
// found (https://docs.slack.dev/reference/methods/files.info). Slack looks through what an app uploads after
// the upload is complete; here it has done so once the app has asked about it.
func filesInfo(w *Workspace, r *request) (map[string]any, error) {
	f := w.files[r.str("file")]
	if f == nil || !f.ready || !w.visible(f) {
		return nil, refuse("file_not_found")
	}
	out := map[string]any{"file": w.wireFile(f), "comments": []any{}, "response_metadata": map[string]any{"next_cursor": ""}}
	f.raw = false
	return out, nil
}

// serveFile hands out a file's bytes to whoever has the bot token. Everyone
// else is sent to a sign-in page, as Slack does.
func (w *Workspace) serveFile(rw http.ResponseWriter, r *http.Request, rest string) {
	id, _, _ := strings.Cut(rest, "/")
	f, ok := w.File(id)
	switch {
	case id == "signin":
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(rw, "<html><body>Sign in</body></html>")
	case !ok || !f.ready:
		http.NotFound(rw, r)
	case r.Header.Get("Authorization") != "Bearer "+w.opt.BotToken:
		http.Redirect(rw, r, "/files/signin?redir="+url.QueryEscape(r.URL.Path), http.StatusFound)
	default:
		rw.Header().Set("Content-Type", f.Mimetype)
		_, _ = rw.Write(f.Data)
	}
}

// readMultipart flattens a multipart form; a file is the value of its field.
func readMultipart(body []byte, boundary string) (url.Values, error) {
	out := url.Values{}
	for mr := multipart.NewReader(bytes.NewReader(body), boundary); ; {
		part, err := mr.NextPart()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		v, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		out.Add(part.FormName(), string(v))
	}
}
