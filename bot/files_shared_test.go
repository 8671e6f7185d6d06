package bot

import (
	"errors"
	"slices"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
)

// A CSV file bears no alternative text, for Slack shares none that does; and a share that
// Slack has lost is tried again.
func TestShareIsAskedAbout(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	files := NewFiles(botToken, h.APIURL)
	files.waits = []time.Duration{time.Millisecond, time.Millisecond}
	share := func(name string) error {
		return files.Share(t.Context(), cards.Place{Channel: general}, name, "#17", []byte("openid"))
	}
	for name, alt := range map[string]any{"magpie-17.csv": nil, "magpie-17.png": "#17"} {
		if err := share(name); err != nil {
			t.Fatal(err)
		}
		calls := h.Calls("files.getUploadURLExternal")
		if got := calls[len(calls)-1].Args["alt_txt"]; got != alt && !(alt == nil && got == "") {
			t.Errorf("%s: alt_txt is %v, want %v", name, got, alt)
		}
	}
	h.LoseShares(1)
	err := share("magpie-17.csv")
	if told, ok := errors.AsType[*TellError](err); !ok || told.RetryAfter() <= 0 || !errors.Is(err, errNotShared) {
		t.Errorf("a lost share: got %v, want it to be tried again", err)
	}
	if err := share("magpie-17.csv"); err != nil {
		t.Errorf("tried again: got %v", err)
	}
	h.Fail("files.info", -1, slacktest.Fault{Error: "missing_scope"})
	if err := share("magpie-17.csv"); err != nil {
		t.Errorf("where Slack does not say: got %v, want it taken for shared", err)
	}
	if got := len(h.Messages(general)); got != 4 {
		t.Errorf("the channel shows %d files, want 4", got)
	}
}

// A file is told with its owner and every place that Slack shows the bot.
func TestWhereAFileIsShared(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	files := NewFiles(botToken, h.APIURL)
	share := func(who string, channels ...string) string {
		f := h.AddFile(who, "list.csv", []byte("openid"))
		for _, channel := range channels {
			if _, err := h.Write(who, channel, "", "look", f); err != nil {
				t.Fatal(err)
			}
		}
		return f.ID
	}
	dm := h.DM(amy)
	for name, test := range map[string]struct {
		id string
		in []string
	}{
		"in a form alone":        {share(amy), nil},
		"in a public channel":    {share(amy, general), []string{general}},
		"in several places":      {share(amy, general, "C0TEAM", secret), []string{general, "C0TEAM"}},
		"with the bot alone":     {share(amy, dm), []string{dm}},
		"with another company":   {share(amy, "C0SHARED"), []string{"C0SHARED"}},
		"where the bot sees not": {share(amy, secret), nil},
		"nowhere":                {"F0NONE", nil},
	} {
		got, err := files.Shared(t.Context(), test.id)
		slices.Sort(test.in)
		found := name != "nowhere" && name != "where the bot sees not"
		if err != nil || (got.ID == test.id) != found || (got.User == amy) != found || !slices.Equal(got.In, test.in) {
			t.Errorf("%s: got %+v, %v, want in %v", name, got, err, test.in)
		}
	}
	h.Fail("files.info", -1, slacktest.Fault{Status: 503})
	if got, err := files.Shared(t.Context(), "F0ANY"); err == nil {
		t.Errorf("while Slack is away: got %+v, want an error", got)
	}
}
