package bot

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"magpie/cards"
)

// A scope that is lacking is logged and told once, by its name, whoever meets it; it is told
// again later where it could not be.
func TestScopesAreToldOnce(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	log := &safeLog{}
	scopes := NewScopes(slog.New(slog.NewTextHandler(log, nil)))
	told := make(chan string, 8)
	away := true
	scopes.TellAdmins(func() []string { return []string{"UADMIN"} }, func(_ context.Context, what, state string, to []string, card cards.Card) error {
		if away {
			away = false
			return errors.New("the database is busy")
		}
		told <- what + " " + state + " " + strings.Join(to, ",") + " " + card.Body[0].Key
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { scopes.Run(ctx); close(ended) }()
	defer func() { cancel(); <-ended }()
	client, files := scopes.NewClient(botToken, appToken, h.APIURL), scopes.NewFiles(botToken, h.APIURL)
	h.Revoke("files:read", "users:read")
	for range 3 {
		if _, _, err := files.Fetch(t.Context(), "F1"); err == nil {
			t.Fatal("a file is read without the scope")
		} else if refusal, ok := errors.AsType[*cards.Refusal](err); !ok || refusal.Text.Key != "bot.scope_missing" || !isCode(err, "missing_scope") {
			t.Fatalf("without the scope: got %v, want a refusal that names it", err)
		}
	}
	scopes.wake() // as it does by itself some seconds later
	if got, want := <-told, "scope files:read missing UADMIN bot.scope_lacks"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
	if _, err := client.GetUserInfoContext(t.Context(), amy); err == nil {
		t.Fatal("a person is read without the scope")
	}
	if got, want := <-told, "scope users:read missing UADMIN bot.scope_lacks"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
	if n := strings.Count(log.text(), "lacks a scope"); n != 2 {
		t.Errorf("logged %d times, want twice:\n%s", n, log.text())
	}
	h.Grant("files:read", "users:read")
	if who, err := client.GetUserInfoContext(t.Context(), amy); err != nil || who.ID != amy {
		t.Errorf("with the scope: got %+v, %v", who, err)
	}
	if len(told) != 0 {
		t.Errorf("told once more: %s", <-told)
	}
}
