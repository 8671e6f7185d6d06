package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"magpie/bot"
	"magpie/cards"
	"magpie/commands"
	"magpie/outbox"
)

// openAPI describes the API to programs.
//
//go:embed openapi.json
var openAPI []byte

// A token may call in bursts of apiBurst, and apiRate times a second in the long run.
const (
	apiBurst = 60
	apiRate  = 3
	apiBody  = 64 << 10 // bytes of a body at most
)

// api lets other programs say lines, each with the token of a person, as that person with the
// role they have today. What decides stays with people.
type api struct {
	*house
	words *bot.Words

	mu     sync.Mutex
	limits map[string]*rate.Limiter // by the token's name
}

func (a *api) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(openAPI)
	})
	mux.HandleFunc("POST /api/lines", a.as(a.line))
	mux.HandleFunc("GET /api/requests/{n}", a.as(a.request))
	// What is none of these is a problem, too, where net/http would answer in plain text.
	for path, allow := range map[string]string{"/api/openapi.json": "GET, HEAD", "/api/lines": "POST", "/api/requests/{n}": "GET, HEAD"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", allow)
			fault(w, http.StatusMethodNotAllowed, "this path takes "+allow+" alone")
		})
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		fault(w, http.StatusNotFound, "there is nothing at this path; /api/openapi.json tells what there is")
	})
}

// as finds out by whose token a call comes.
func (a *api) as(serve func(w http.ResponseWriter, r *http.Request, token outbox.APIToken, who cards.Person)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		token, known := outbox.APIToken{}, false
		if text = strings.TrimSpace(text); strings.EqualFold(scheme, "Bearer") && text != "" {
			var err error
			if token, known, err = a.outbox.TokenOf(r.Context(), text); err != nil {
				a.fail(w, cards.Person{}, err)
				return
			}
		}
		if !known {
			w.Header().Set("WWW-Authenticate", "Bearer")
			fault(w, http.StatusUnauthorized, "a token of `token new` is needed, as Authorization: Bearer TOKEN")
			return
		}
		if !a.limit(token.Owner+" "+token.Name).AllowN(time.Now(), 1) {
			w.Header().Set("Retry-After", "1")
			fault(w, http.StatusTooManyRequests, "too many calls; try again in a second")
			return
		}
		who, found := a.directory.Lookup(r.Context(), token.Owner)
		if !found {
			a.fail(w, who, &unavailable{cards.Refuse("fault.token_owner_unknown")})
			return
		}
		if err := a.book.MayAsk(who); err != nil {
			a.fail(w, who, err)
			return
		}
		serve(w, r, token, who)
	}
}

func (a *api) limit(name string) *rate.Limiter {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.limits == nil {
		a.limits = map[string]*rate.Limiter{}
	}
	if a.limits[name] == nil {
		a.limits[name] = rate.NewLimiter(apiRate, apiBurst)
	}
	return a.limits[name]
}

// line says a line: POST /api/lines.
func (a *api) line(w http.ResponseWriter, r *http.Request, token outbox.APIToken, who cards.Person) {
	var in struct {
		Line    string `json:"line"`
		Account string `json:"account"`
		Channel string `json:"channel"`
		Once    string `json:"once"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, apiBody))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&in)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more than one JSON value")
		}
	}
	if errors.As(err, new(*http.MaxBytesError)) {
		fault(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body must have %d bytes at most", apiBody))
		return
	}
	if err != nil {
		fault(w, http.StatusBadRequest, "the body must be {line, account, channel, once}: "+err.Error())
		return
	}
	if strings.TrimSpace(in.Line) == "" {
		a.fail(w, who, cards.Refuse("fault.token_line"))
		return
	}
	call := commands.Call{Line: in.Line, Who: who, ByToken: true, Once: onceOf(token, in.Once)}
	ctx, cancel := context.WithTimeout(r.Context(), a.book.Within(in.Line))
	defer cancel()
	say := a.sayLine
	if in.Once != "" {
		say = a.sayOnce
	}
	answer, err := say(ctx, call, in.Account, in.Channel)
	if err != nil {
		a.fail(w, who, errors.Join(err, ctx.Err()))
		return
	}
	accepted(w, answer)
}

func accepted(w http.ResponseWriter, answer outbox.APIAnswer) {
	reply(w, http.StatusAccepted, struct {
		Request int64  `json:"request"`
		Text    string `json:"text"`
	}{answer.Request, answer.Text})
}

// onceOf is the key of a line that a program calls once: of its token's, for who makes one of
// the same name later is somebody else. It is a hash, whatever the program writes.
func onceOf(token outbox.APIToken, once string) string {
	if once == "" {
		once = rand.Text()
	}
	sum := sha256.Sum256([]byte(once))
	return "api " + token.Owner + " " + token.Name + " " + hex.EncodeToString(sum[:])
}

// appID is that of the account of a name, or of that AppID; "" is "".
func (a *api) appID(account string) (string, error) {
	if account == "" {
		return "", nil
	}
	for _, one := range a.accounts {
		if one.Name == account || one.AppID() == account {
			return one.AppID(), nil
		}
	}
	return "", cards.Refuse("fault.token_account", "name", cards.Code(account))
}

// request tells how a request stands: GET /api/requests/N. Whoever may `show` it may ask.
func (a *api) request(w http.ResponseWriter, r *http.Request, token outbox.APIToken, who cards.Person) {
	n, err := strconv.ParseInt(r.PathValue("n"), 10, 64)
	if err != nil || n < 1 {
		fault(w, http.StatusNotFound, "there is no such request")
		return
	}
	line := "show " + strconv.FormatInt(n, 10)
	ctx, cancel := context.WithTimeout(r.Context(), a.book.Within(line))
	defer cancel()
	standing, err := a.outbox.Standing(ctx, n)
	if err == nil {
		_, err = a.book.Run(ctx, commands.Call{Line: line, Who: who, ByToken: true, Where: cards.Place{User: who.ID}})
		var refusal *cards.Refusal
		if errors.As(err, &refusal) && refusal.Code == "" {
			err = refusal.WithCode(cards.NotTheirs)
		}
	}
	switch {
	case cards.IsRefused(err, cards.NotFound):
		var refusal *cards.Refusal
		errors.As(err, &refusal)
		fault(w, http.StatusNotFound, a.say(refusal.Text, who.Lang, who.Zone))
	case cards.IsRefused(err, cards.NotTheirs):
		var refusal *cards.Refusal
		errors.As(err, &refusal)
		fault(w, http.StatusForbidden, a.say(refusal.Text, who.Lang, who.Zone))
	case err != nil:
		a.fail(w, who, errors.Join(err, ctx.Err()))
	default:
		t := standing.Tally
		reply(w, http.StatusOK, map[string]any{
			"request": n, "state": standing.State, "kind": standing.Kind, "account": standing.Account,
			"tally": map[string]int{"waiting": t.Waiting, "sending": t.Sending, "done": t.Done, "failed": t.Failed, "unclear": t.Unclear, "stopped": t.Stopped},
		})
	}
}

func (a *api) say(t cards.Text, lang, zone string) string { return a.words.Plain(t, lang, zone) }

func reply(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the caller has gone
}
