package playground

import (
	"context"
	"testing"
	"time"
)

// What is chosen on the page is the environment of the next bot; the one before ends.
func TestTheBotStartsAnewWithWhatIsChosen(t *testing.T) {
	t.Parallel()
	w := start(t)
	envs := make(chan map[string]string)
	ended := make(chan error, 1)
	ctx, end := context.WithCancel(t.Context())
	go func() {
		ended <- w.Run(ctx, func(ctx context.Context, env map[string]string) error {
			envs <- env
			<-ctx.Done()
			return nil
		})
	}()
	next := func(language, approvals, accounts string) {
		t.Helper()
		select {
		case env := <-envs:
			if env["LANGUAGE"] != language || env["APPROVALS"] != approvals || env["ACCOUNTS"] != accounts {
				t.Errorf("LANGUAGE=%s APPROVALS=%s ACCOUNTS=%s, want %s %s %s", env["LANGUAGE"], env["APPROVALS"], env["ACCOUNTS"], language, approvals, accounts)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("no bot was started")
		}
	}
	next("en", "*=1", "main,shop-mini")
	post(t, w, "/settings", settings{Language: "zh"})
	next("zh", "*=1", "main,shop-mini")
	post(t, w, "/settings", settings{Approvals: 2})
	next("zh", "*=2", "main,shop-mini")
	post(t, w, "/settings", settings{Accounts: 1})
	next("zh", "*=2", "main")
	for _, wrong := range []settings{{Language: "fr"}, {Approvals: 3}, {Accounts: 9}} {
		if status, _ := post(t, w, "/settings", wrong); status != 409 {
			t.Errorf("settings %+v = %d, want 409", wrong, status)
		}
	}
	if got := look(t, w).Settings; got != (settings{"zh", 2, 1}) {
		t.Errorf("settings = %+v, want what was chosen", got)
	}
	end()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

func TestTroublesOfSlackAndTheWriter(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, o := range []order{
		{Kind: "slack_limited"}, {Kind: "slack_limited"}, {Kind: "slack_blocks"}, {Kind: "slack_away", On: true},
		{Kind: "writer_error"}, {Kind: "writer_refuses"}, {Kind: "writer_slow", On: true},
	} {
		if status, answer := post(t, w, "/fault", o); status != 200 {
			t.Errorf("fault %+v = %d %v, want 200", o, status, answer)
		}
	}
	want := trouble{slackTroubles{Limited: 2, Refused: 1, Away: true}, writerTroubles{Failing: 1, Refusing: 1, Slow: true}}
	if got := look(t, w).Trouble; got != want {
		t.Errorf("trouble = %+v, want %+v", got, want)
	}
	post(t, w, "/fault", order{Kind: "clear"})
	if got := look(t, w).Trouble; got != (trouble{}) {
		t.Errorf("after clear: %+v, want none", got)
	}
}
