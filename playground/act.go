package playground

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"

	"magpie/bot/slacktest"
)

// act is what a person on the page does. Each way of acting reads the fields it needs.
type act struct {
	Who       string         `json:"who"`
	Channel   string         `json:"channel"`
	Thread    string         `json:"thread"`
	Text      string         `json:"text"`
	TS        string         `json:"ts"`
	Ephemeral string         `json:"ephemeral"`
	View      string         `json:"view"`
	Button    string         `json:"button"`   // its action id, value or label
	Shortcut  string         `json:"shortcut"` // its callback id
	Values    map[string]any `json:"values"`   // of a form, by block id
	Field     string         `json:"field"`    // of a form: a list's block id
}

// maxFile is the largest file that a form takes.
const maxFile = 20 << 20

// handleActs adds what changes the world.
func (w *World) handleActs(mux *http.ServeMux) {
	handle(mux, "POST /say", w.say)
	handle(mux, "POST /press", func(ctx context.Context, a act) error {
		_, err := w.slack.Press(ctx, a.Who, slacktest.Target{Channel: a.Channel, TS: a.TS, EphemeralID: a.Ephemeral, ViewID: a.View}, a.Button)
		return err
	})
	handle(mux, "POST /shortcut", func(ctx context.Context, a act) error {
		_, err := w.slack.Shortcut(ctx, a.Who, a.Shortcut, slacktest.Target{Channel: a.Channel, TS: a.TS})
		return err
	})
	handle(mux, "POST /submit", func(ctx context.Context, a act) error {
		if err := w.attach(a.Values); err != nil {
			return err
		}
		_, err := w.slack.Submit(ctx, a.Who, a.View, a.Values)
		return err
	})
	handle(mux, "POST /close", func(ctx context.Context, a act) error {
		_, err := w.slack.CloseView(ctx, a.Who, a.View)
		return err
	})
	handle(mux, "POST /home", func(ctx context.Context, a act) error { return w.slack.OpenHome(ctx, a.Who) })
	handle(mux, "POST /settings", w.choose)
	handle(mux, "POST /fault", w.order)
	handle(mux, "POST /clock", w.step)
	mux.HandleFunc("POST /files", w.takeFile)
	mux.HandleFunc("POST /suggest", w.suggest)
}

// say is whatever was typed: a command, words to the bot, or words among people.
func (w *World) say(ctx context.Context, a act) error {
	text := strings.TrimSpace(a.Text)
	switch {
	case text == "":
		return nil
	case strings.HasPrefix(text, "/"):
		_, err := w.slack.Say(ctx, a.Who, a.Channel, text)
		return err
	}
	text = w.linked(text)
	if a.Channel == w.slack.DM(a.Who) || strings.Contains(text, "<@"+w.slack.Bot().ID+">") {
		return w.slack.Mention(ctx, a.Who, a.Channel, a.Thread, text)
	}
	_, err := w.slack.Write(a.Who, a.Channel, a.Thread, text)
	return err
}

var (
	webLink = regexp.MustCompile(`https?://[^\s<>]+`)
	atName  = regexp.MustCompile(`(^|[\s(])([@#])([\w.-]+)`)
)

// linked is what Slack makes of typed words: names and addresses become <…>.
func (w *World) linked(text string) string {
	text = webLink.ReplaceAllString(slacktest.Escape(text), "<$0>")
	s := w.slack.Snapshot()
	names := map[string]string{"@" + s.Bot.Name: "<@" + s.Bot.ID + ">"}
	for _, u := range s.Users {
		names["@"+u.Name] = "<@" + u.ID + ">"
	}
	for _, g := range s.Groups {
		names["@"+g.Handle] = "<!subteam^" + g.ID + ">"
	}
	for _, c := range s.Channels {
		if !c.IM {
			names["#"+c.Name] = "<#" + c.ID + "|" + c.Name + ">"
		}
	}
	return atName.ReplaceAllStringFunc(text, func(said string) string {
		part := atName.FindStringSubmatch(said)
		name := strings.TrimRight(part[3], ".-")
		if link, ok := names[part[2]+name]; ok {
			return part[1] + link + strings.TrimPrefix(part[3], name)
		}
		return said
	})
}

// suggest answers with what a list of a form offers for what is typed into it.
func (w *World) suggest(rw http.ResponseWriter, r *http.Request) {
	var a act
	if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, 1<<20)).Decode(&a); err != nil {
		answer(rw, http.StatusBadRequest, map[string]any{"error": "JSON is expected"})
		return
	}
	if err := w.slack.Fill(a.Who, a.View, a.Values); err != nil {
		answer(rw, http.StatusConflict, map[string]any{"error": told(err)})
		return
	}
	options, err := w.slack.Suggest(r.Context(), a.Who, a.View, a.Field, a.Text)
	if err != nil {
		answer(rw, http.StatusConflict, map[string]any{"error": told(err)})
		return
	}
	offered := make([]map[string]string, len(options))
	for i, o := range options {
		offered[i] = map[string]string{"label": o.Label, "value": o.Value}
	}
	answer(rw, http.StatusOK, map[string]any{"options": offered})
}

// takeFile puts a person's file into the workspace, for a form to name.
func (w *World) takeFile(rw http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxFile))
	if err != nil {
		answer(rw, http.StatusRequestEntityTooLarge, map[string]any{"error": "the file is too large"})
		return
	}
	f := w.slack.AddFile(r.URL.Query().Get("who"), path.Base("/"+r.URL.Query().Get("name")), data)
	answer(rw, http.StatusOK, map[string]any{"id": f.ID, "name": f.Name})
}

// attach puts files in the place of their ids: {"files": ["F…"]}.
func (w *World) attach(values map[string]any) error {
	for key, value := range values {
		named, ok := value.(map[string]any)
		if !ok {
			continue
		}
		ids, _ := named["files"].([]any)
		files := []slacktest.File{}
		for _, id := range ids {
			f, ok := w.slack.File(fmt.Sprint(id))
			if !ok {
				return fmt.Errorf("there is no file %v", id)
			}
			files = append(files, f)
		}
		values[key] = files
	}
	return nil
}

// handle reads JSON, does it, and answers {} or what Slack would tell the person.
func handle[T any](mux *http.ServeMux, pattern string, do func(context.Context, T) error) {
	mux.HandleFunc(pattern, func(rw http.ResponseWriter, r *http.Request) {
		var in T
		if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, 1<<20)).Decode(&in); err != nil {
			answer(rw, http.StatusBadRequest, map[string]any{"error": "JSON is expected"})
			return
		}
		// What a person has begun goes on when the page is closed.
		err := do(context.WithoutCancel(r.Context()), in)
		var fields slacktest.FieldErrors
		switch {
		case errors.As(err, &fields):
			answer(rw, http.StatusUnprocessableEntity, map[string]any{"errors": fields})
		case err != nil:
			answer(rw, http.StatusConflict, map[string]any{"error": told(err)})
		default:
			answer(rw, http.StatusOK, map[string]any{})
		}
	})
}

// told is an error in the words that Slack has for it.
func told(err error) string {
	switch {
	case errors.Is(err, slacktest.ErrNoAck):
		return "operation timed out: the app did not answer in time"
	case errors.Is(err, slacktest.ErrNotConnected):
		return "dispatch failed: the app is not connected"
	case errors.Is(err, slacktest.ErrNoSuchCommand):
		return "that is not a valid command; here there is " + slashCommand
	case errors.Is(err, slacktest.ErrNotMember):
		return "not in this channel: " + strings.TrimPrefix(err.Error(), slacktest.ErrNotMember.Error()+": ")
	case errors.Is(err, slacktest.ErrBadAnswer), errors.Is(err, slacktest.ErrAckTooLarge):
		return "we had some trouble connecting; try again? (" + strings.TrimPrefix(err.Error(), "slacktest: ") + ")"
	}
	return strings.TrimPrefix(err.Error(), "slacktest: ")
}

func answer(rw http.ResponseWriter, status int, body any) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(body) // the page may have gone away
}
