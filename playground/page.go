package playground

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"

	"magpie/bot/slacktest"
	"magpie/wechat/wechattest"
)

//go:embed web
var web embed.FS

// Nothing on the page comes from elsewhere, and nothing in a message can become a
// script: the policy holds even where the page's own care should fail.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (w *World) handler() http.Handler {
	files, err := fs.Sub(web, "web")
	if err != nil {
		panic(err) // the directory is compiled in
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /state", w.serveState)
	mux.HandleFunc("GET /calendar", w.serveCalendar)
	mux.HandleFunc("GET /events", w.serveEvents)
	mux.HandleFunc("GET /files/{id}", w.serveFile)
	mux.HandleFunc("GET /pictures/{account}/{id}", w.servePicture)
	w.handleActs(mux)
	// A page of another origin may not act here, and with the Host fixed, a foreign
	// name that leads to this address may not even look.
	return w.guard(http.NewCrossOriginProtection().Handler(mux))
}

func (w *World) guard(next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(w.host)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Host != w.host && r.Host != "localhost:"+port {
			http.Error(rw, "The playground is at "+w.url, http.StatusMisdirectedRequest)
			return
		}
		header := rw.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(rw, r)
	})
}

// state is everything the page draws.
type state struct {
	Slack    slacktest.Snapshot `json:"slack"`
	People   []person           `json:"people"`
	Command  string             `json:"command"`
	Examples []example          `json:"examples"`
	Accounts []shownAccount     `json:"accounts"`
	Now      time.Time          `json:"now"`     // by the world's clock
	Stepped  float64            `json:"stepped"` // how many seconds that is ahead of real time
	Received []call             `json:"received"`
	Faults   []wechattest.Fault `json:"faults"`
	Switches switched           `json:"switches"`
	Trouble  trouble            `json:"trouble"`
	Settings settings           `json:"settings"`
	Bots     int                `json:"bots"` // how many were started so far
}

// trouble is what was ordered of Slack and of the writer, by the names of its chips.
type trouble struct {
	slackTroubles
	writerTroubles
}

// shownAccount is an account, what its followers see of it, and what its operators do.
type shownAccount struct {
	account
	Phone     wechattest.Phone         `json:"phone"`
	Templates map[string]shownTemplate `json:"templates"`
	Pictures  []string                 `json:"pictures"` // the ids of what can be looked at
	Console   console                  `json:"console"`
}

// console is what the page shows of WeChat's own console, without the articles' text.
type console struct {
	Drafts    []wechattest.Draft         `json:"drafts"`
	Published []wechattest.PublishedNews `json:"published"`
}

func (a account) console() console {
	all := a.wechat.Console()
	textless := func(articles []wechattest.DraftArticle) {
		for i := range articles {
			articles[i].Content = ""
		}
	}
	for _, d := range all.Drafts {
		textless(d.Articles)
	}
	for _, p := range all.Published {
		textless(p.Articles)
	}
	return console{all.Drafts, all.Published}
}

// shownCalls is how many of the latest calls to WeChat the page lists.
const shownCalls = 200

func (w *World) state() state {
	received := w.calls()
	var shown []shownAccount
	for _, a := range w.accounts {
		shown = append(shown, shownAccount{a, a.phone(), a.templates(), a.pictures(), a.console()})
	}
	snapshot := w.slack.Snapshot()
	for _, messages := range snapshot.Messages {
		for i := range messages {
			messages[i].History = nil // long, and not shown
		}
	}
	return state{
		Slack: snapshot, People: people, Command: slashCommand, Examples: w.examples(), Accounts: shown,
		Now: w.Now(), Stepped: time.Duration(w.stepped.Load()).Seconds(), Received: received[max(0, len(received)-shownCalls):],
		Faults: w.accounts[0].wechat.Faults(), Switches: w.switches.now(), // the faults are all accounts'
		Trouble: trouble{w.slackTroubles(), w.writerTroubles()}, Settings: w.settings(), Bots: w.bots(),
	}
}

func (w *World) serveState(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(rw).Encode(w.state()); err != nil {
		w.log.Debug("the page went away", "err", err)
	}
}

// serveEvents says "changed" at every change of either world.
func (w *World) serveEvents(rw http.ResponseWriter, r *http.Request) {
	slack, cancel := w.slack.Subscribe()
	defer cancel()
	wechat := w.wechatChanges(r.Context())
	rw.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(rw)
	alive := time.NewTicker(15 * time.Second)
	defer alive.Stop()
	line := "data: changed\n\n"
	for {
		if _, err := rw.Write([]byte(line)); err != nil || out.Flush() != nil {
			return
		}
		line = "data: changed\n\n"
		select {
		case <-slack:
		case <-wechat:
		case <-alive.C:
			line = ": alive\n\n"
		case <-r.Context().Done():
			return
		}
	}
}

// serveFile hands out a file of the workspace, never as something to be run.
func (w *World) serveFile(rw http.ResponseWriter, r *http.Request) {
	f, ok := w.slack.File(r.PathValue("id"))
	if !ok {
		http.NotFound(rw, r)
		return
	}
	kind := "application/octet-stream"
	if strings.HasPrefix(f.Mimetype, "image/") && f.Mimetype != "image/svg+xml" {
		kind = f.Mimetype
	}
	rw.Header().Set("Content-Type", kind)
	rw.Header().Set("Content-Disposition", "attachment")
	rw.Write(f.Data)
}
